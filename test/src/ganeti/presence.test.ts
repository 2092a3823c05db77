import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { realFiles } from '../../../src/env/files.ts';
import { ganetiPresence } from '../../../src/ganeti/presence.ts';

const folder = mkdtempSync(join(tmpdir(), 'presence-'));
after(() => rmSync(folder, { recursive: true }));

let count = 0;
function presenceWith(...paths: readonly string[]): ReturnType<typeof ganetiPresence> {
  const root = join(folder, `${count++}`);
  for (const path of paths) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), '');
  }
  return ganetiPresence({ files: realFiles(root) }, '/var/lib/ganeti');
}

test('without program and data directory Ganeti is not installed', () => {
  assert.equal(presenceWith('/etc/hosts'), 'not-installed');
});

test('a program or the data directory alone means installed, but in no cluster', () => {
  assert.equal(presenceWith('/usr/sbin/gnt-cluster'), 'no-cluster');
  assert.equal(presenceWith('/usr/sbin/ganeti-noded'), 'no-cluster');
  assert.equal(presenceWith('/usr/local/sbin/ganeti-noded'), 'no-cluster');
  assert.equal(presenceWith('/var/lib/ganeti/rapi/users'), 'no-cluster');
});

test('ssconf means a cluster, also where one of its files was lost', () => {
  assert.equal(presenceWith('/var/lib/ganeti/ssconf_master_node'), 'cluster');
  assert.equal(presenceWith('/usr/sbin/gnt-cluster', '/var/lib/ganeti/ssconf_cluster_name'), 'cluster');
});

test('a data directory that cannot be looked into is not taken for "not installed"', () => {
  const files = { ...realFiles(folder), stat: () => ({ kind: 'unreadable', message: 'EIO' }) as const };
  assert.equal(ganetiPresence({ files }, '/var/lib/ganeti'), 'cluster');
});
