import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import type { Files } from '../../../src/env/env.ts';
import { realFiles } from '../../../src/env/files.ts';
import { readMasterNode, readSsconf } from '../../../src/ganeti/ssconf.ts';

const folder = mkdtempSync(join(tmpdir(), 'ssconf-'));
after(() => rmSync(folder, { recursive: true }));
const files = realFiles('');

/** What a cluster of three with h3 offline writes. */
const CLUSTER: Readonly<Record<string, string>> = {
  master_node: 'h1.lab.test\n',
  node_list: 'h1.lab.test\nh2.lab.test\nh3.lab.test\n',
  master_candidates: 'h1.lab.test\nh2.lab.test\n',
  offline_nodes: 'h3.lab.test\n',
  cluster_tags: 'ocf:ganeti-node:mode:full\nocf:node-offline:max:1/3\n',
  master_ip: '192.0.2.100\n',
  node_primary_ips: 'h1.lab.test 192.0.2.11\nh2.lab.test 192.0.2.12\nh3.lab.test 192.0.2.13\n',
  node_secondary_ips: 'h1.lab.test 192.0.2.11\nh2.lab.test 2001:db8::12\nh3.lab.test 192.0.2.13\n',
  ssh_ports: 'h1.lab.test=22\nh2.lab.test=22\nh3.lab.test=2222\n',
};

let count = 0;
/** A data directory with these files; undefined takes one away. */
function dataDir(changes: Readonly<Record<string, string | Buffer | undefined>> = {}): string {
  const dir = join(folder, `${count++}`);
  mkdirSync(dir);
  for (const [key, content] of Object.entries({ ...CLUSTER, ...changes })) {
    if (content !== undefined) writeFileSync(join(dir, `ssconf_${key}`), content);
  }
  return dir;
}

const masterFrom = (content: string | Buffer | undefined): ReturnType<typeof readMasterNode> =>
  readMasterNode(files, dataDir({ master_node: content }));

test('the master is the one name in the file, with or without a final newline', () => {
  assert.deepEqual(masterFrom('h1.lab.test\n'), { kind: 'ok', name: 'h1.lab.test' });
  assert.deepEqual(masterFrom('h1.lab.test'), { kind: 'ok', name: 'h1.lab.test' });
});

test('no file, or no data directory, is "missing"', () => {
  assert.deepEqual(masterFrom(undefined), { kind: 'missing' });
  assert.deepEqual(readMasterNode(files, join(folder, 'nowhere')), { kind: 'missing' });
});

test('a file that cannot be read is "unreadable" with the reason', () => {
  const dir = dataDir({ master_node: undefined });
  mkdirSync(join(dir, 'ssconf_master_node'));
  const read = readMasterNode(files, dir);
  assert.ok(read.kind === 'unreadable' && read.message.includes('EISDIR'));
});

for (const [what, content] of [
  ['an empty file', ''],
  ['a newline only', '\n'],
  ["Ganeti's literal for a dangling master", 'NO MASTER\n'],
  ['two names', 'h1.lab.test\nh2.lab.test\n'],
  ['a name and an empty line', 'h1.lab.test\n\n'],
  ['a name with blanks around it', ' h1.lab.test \n'],
  ['a Windows line end', 'h1.lab.test\r\n'],
  ['an option', '--help\n'],
  ['an empty label', 'h1..lab.test\n'],
  ['a path', '../h1\n'],
  ['a name that is too long', `${'h'.repeat(256)}\n`],
  ['zero bytes after a crash', '\0'.repeat(12)],
  ['bytes that are no text', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe])],
  ['more than Ganeti allows', 'h'.repeat(131_073)],
] as const) {
  test(`${what} is garbage, never a name and never "missing"`, () => {
    const read = masterFrom(content);
    assert.equal(read.kind, 'garbage');
    assert.ok(
      read.kind === 'garbage' && read.message.includes('ssconf_master_node') && read.message.length < 300,
    );
  });
}

test('whatever bytes the file holds, an accepted name is safe as an argument', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'h1.-_ \n\t/\0') }),
  );
  fc.assert(
    fc.property(text, (content) => {
      const one: Files = { ...files, read: () => ({ kind: 'text', text: content, mtimeMs: 0 }) };
      const read = readMasterNode(one, '/d');
      assert.ok(read.kind === 'garbage' || (read.kind === 'ok' && /^[\w][\w.-]*$/.test(read.name)));
    }),
  );
});

test('asking for the master reads one file', () => {
  const paths: string[] = [];
  const watched: Files = {
    ...files,
    read: (path) => {
      paths.push(path);
      return files.read(path);
    },
  };
  const dir = dataDir();
  readMasterNode(watched, dir);
  assert.deepEqual(paths, [`${dir}/ssconf_master_node`]);
});

test('the whole of ssconf comes back typed', () => {
  assert.deepEqual(readSsconf(files, dataDir()), {
    kind: 'ok',
    ssconf: {
      masterNode: 'h1.lab.test',
      nodeList: ['h1.lab.test', 'h2.lab.test', 'h3.lab.test'],
      masterCandidates: ['h1.lab.test', 'h2.lab.test'],
      offlineNodes: ['h3.lab.test'],
      clusterTags: ['ocf:ganeti-node:mode:full', 'ocf:node-offline:max:1/3'],
      masterIp: '192.0.2.100',
      primaryIps: new Map([
        ['h1.lab.test', '192.0.2.11'],
        ['h2.lab.test', '192.0.2.12'],
        ['h3.lab.test', '192.0.2.13'],
      ]),
      secondaryIps: new Map([
        ['h1.lab.test', '192.0.2.11'],
        ['h2.lab.test', '2001:db8::12'],
        ['h3.lab.test', '192.0.2.13'],
      ]),
      sshPorts: new Map([
        ['h1.lab.test', 22],
        ['h2.lab.test', 22],
        ['h3.lab.test', 2222],
      ]),
    },
  });
});

test('an empty list is a file of no bytes: no tags, nobody offline', () => {
  const read = readSsconf(files, dataDir({ cluster_tags: '', offline_nodes: '' }));
  assert.ok(read.kind === 'ok');
  assert.deepEqual([read.ssconf.clusterTags, read.ssconf.offlineNodes], [[], []]);
});

test('every file but ssh_ports must be there, and the missing one is named', () => {
  for (const key of Object.keys(CLUSTER)) {
    const dir = dataDir({ [key]: undefined });
    const read = readSsconf(files, dir);
    if (key === 'ssh_ports') assert.ok(read.kind === 'ok' && read.ssconf.sshPorts.size === 0);
    else assert.deepEqual(read, { kind: 'missing', file: `${dir}/ssconf_${key}` });
  }
});

for (const [key, content] of [
  ['master_node', 'NO MASTER\n'],
  ['node_list', 'h1.lab.test\n-rf\n'],
  ['offline_nodes', 'h3.lab.test\n\nh2.lab.test\n'],
  ['master_ip', 'eth0\n'],
  ['master_ip', ''],
  ['node_primary_ips', 'h1.lab.test\n'],
  ['node_primary_ips', 'h1.lab.test=192.0.2.11\n'],
  ['ssh_ports', 'h1.lab.test=99999\n'],
  ['cluster_tags', Buffer.from([0xff, 0x0a])],
] as const) {
  test(`${JSON.stringify(content)} in ${key} is garbage, and the file is named`, () => {
    const dir = dataDir({ [key]: content });
    const read = readSsconf(files, dir);
    assert.ok(read.kind === 'garbage');
    assert.equal(read.file, `${dir}/ssconf_${key}`);
    assert.ok(read.message.includes(read.file));
  });
}

test('a file that nobody needs may hold anything', () => {
  assert.equal(readSsconf(files, dataDir({ master_netdev: 'eth0 eth1\n' })).kind, 'ok');
});
