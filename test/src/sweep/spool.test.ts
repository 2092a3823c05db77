import assert from 'node:assert/strict';
import { chmodSync, chownSync, existsSync, mkdirSync, symlinkSync, utimesSync } from 'node:fs';
import { test } from 'node:test';
import { SPOOL_DIR, WAKE_LOCK } from '../../../src/env/paths.ts';
import { clearSpool, readSpool } from '../../../src/sweep/spool.ts';
import { formatRecord, MOST_RECORDS, recordName } from '../../../src/sweep/spool-record.ts';
import { type Machine, makeMachine } from '../ganeti/machine.ts';

const asRoot = process.geteuid?.() === 0;
const HACLUSTER = 4_242;
const NOBODY = 65_534;

function withSpool(title: string, body: (machine: Machine) => void, skip: string | false = false): void {
  test(title, { skip }, () => {
    const machine = makeMachine();
    try {
      mkdirSync(machine.root + SPOOL_DIR, { recursive: true });
      chmodSync(machine.root + SPOOL_DIR, 0o1770);
      machine.put('/etc/passwd', `root:x:0:0::/root:/bin/sh\nhacluster:x:${HACLUSTER}:105::/:/bin/false\n`);
      body(machine);
    } finally {
      machine.close();
    }
  });
}

/** Lays down an alert; its file's path. */
function put(machine: Machine, node: string, { atMs = Date.now(), pid = 7 } = {}): string {
  const path = `${SPOOL_DIR}/${recordName(atMs, pid)}`;
  machine.put(path, formatRecord({ node, said: 'fenced', words: '', atMs }));
  return machine.root + path;
}

function nodes(machine: Machine): readonly string[] {
  return readSpool(machine.env).alerts.map(({ node }) => node);
}

const needsRoot = asRoot ? false : 'needs root to give files away';

withSpool('an empty spool, and one that is not there, hold nothing', (machine) => {
  const nothing = { alerts: [], refused: [], waste: [] };
  assert.deepEqual(readSpool(machine.env), nothing);
  assert.deepEqual(readSpool(makeMachineWithout(machine)), nothing);
});

function makeMachineWithout(machine: Machine): Machine['env'] {
  return { ...machine.env, files: { ...machine.env.files, list: () => [] } };
}

withSpool('the oldest alert comes first', (machine) => {
  const now = Date.now();
  put(machine, 'h3', { atMs: now });
  put(machine, 'h2', { atMs: now - 2_000 });
  assert.deepEqual(nodes(machine), ['h2', 'h3']);
});

withSpool('what has been read can be removed, and nothing outside the spool', (machine) => {
  put(machine, 'h3');
  machine.put('/run/ganeti-ha/node.started', '1\n');
  const [alert] = readSpool(machine.env).alerts;
  clearSpool(machine.env, ['../node.started', '', alert?.file ?? '']);
  assert.deepEqual(nodes(machine), []);
  assert.ok(existsSync(`${machine.root}/run/ganeti-ha/node.started`));
});

withSpool(
  'a file of hacluster counts, one of anybody else is refused and goes',
  (machine) => {
    chownSync(put(machine, 'h2', { pid: 1 }), HACLUSTER, 105);
    chownSync(put(machine, 'h3', { pid: 2 }), NOBODY, 105);
    const spool = readSpool(machine.env);
    assert.deepEqual(
      spool.alerts.map(({ node }) => node),
      ['h2'],
    );
    assert.match(spool.refused[0]?.why ?? '', /neither root nor hacluster/);
    assert.deepEqual(
      spool.waste,
      spool.refused.map(({ file }) => file),
    );
  },
  needsRoot,
);

withSpool(
  'where there is no user hacluster its files are those of a stranger',
  (machine) => {
    machine.put('/etc/passwd', 'root:x:0:0::/root:/bin/sh\n');
    chownSync(put(machine, 'h2'), HACLUSTER, 105);
    assert.deepEqual(nodes(machine), []);
  },
  needsRoot,
);

withSpool('a link is refused unread, and removed without what it points to', (machine) => {
  const target = `${machine.root}/secret`;
  machine.put('/secret', formatRecord({ node: 'h3', said: 'fenced', words: '', atMs: Date.now() }));
  const name = recordName(Date.now(), 7);
  symlinkSync(target, `${machine.root}${SPOOL_DIR}/${name}`);
  const spool = readSpool(machine.env);
  assert.deepEqual([spool.alerts, spool.refused], [[], [{ file: name, why: 'it is no plain file' }]]);
  clearSpool(machine.env, spool.waste);
  assert.deepEqual(machine.env.files.list(SPOOL_DIR), []);
  assert.ok(existsSync(target));
});

for (const [what, text] of [
  ['is no record', 'rm -rf /'],
  ['is empty', ''],
  [
    'is far too large',
    JSON.stringify({ node: 'h3', said: 'fenced', words: 'x'.repeat(9_000), atMs: Date.now() }),
  ],
] as const) {
  withSpool(`a file that ${what} is refused, and its content is repeated to nobody`, (machine) => {
    const name = recordName(Date.now(), 7);
    machine.put(`${SPOOL_DIR}/${name}`, text);
    const spool = readSpool(machine.env);
    assert.deepEqual(spool.alerts, []);
    assert.deepEqual(spool.waste, [name]);
    assert.doesNotMatch(JSON.stringify(spool), /rm -rf|xxx/);
  });
}

withSpool(
  'names of another form, folders among them, are refused; the lock of the wakers is left alone',
  (machine) => {
    machine.put(WAKE_LOCK, '7\n');
    machine.put(`${SPOOL_DIR}/notes.txt`, 'hello');
    mkdirSync(`${machine.root}${SPOOL_DIR}/folder`);
    const { refused, waste } = readSpool(machine.env);
    assert.deepEqual(
      refused.map(({ file }) => file),
      ['folder', 'notes.txt'],
    );
    clearSpool(machine.env, waste);
    assert.deepEqual(machine.env.files.list(SPOOL_DIR), ['folder', 'wake.lock']);
  },
);

withSpool(
  'a record that is being written is left alone, one left half-written goes after a minute',
  (machine) => {
    const name = `${recordName(Date.now(), 7)}.7.new`;
    machine.put(`${SPOOL_DIR}/${name}`, '{"no');
    assert.deepEqual(readSpool(machine.env), { alerts: [], refused: [], waste: [] });
    const old = Date.now() / 1000 - 61;
    utimesSync(`${machine.root}${SPOOL_DIR}/${name}`, old, old);
    assert.deepEqual(readSpool(machine.env).waste, [name]);
  },
);

withSpool('an alert of a quarter of an hour ago, or of tomorrow, serves nobody any more', (machine) => {
  put(machine, 'h2', { atMs: Date.now() - 16 * 60_000 });
  put(machine, 'h3', { atMs: Date.now() + 24 * 3_600_000 });
  const spool = readSpool(machine.env);
  assert.deepEqual([spool.alerts, spool.waste.length], [[], 2]);
});

withSpool('of a storm the newest count, and the rest goes', (machine) => {
  const now = Date.now();
  for (let index = 0; index < MOST_RECORDS + 10; index++) put(machine, `n${index}`, { atMs: now + index });
  const spool = readSpool(machine.env);
  assert.deepEqual([spool.alerts.length, spool.waste.length], [MOST_RECORDS, 10]);
  assert.equal(spool.alerts[0]?.node, 'n10');
});

withSpool('a folder that anybody can write is not read, and nothing in it is removed', (machine) => {
  put(machine, 'h3');
  chmodSync(machine.root + SPOOL_DIR, 0o1777);
  const { alerts, refused, waste } = readSpool(machine.env);
  assert.deepEqual([alerts, refused.map(({ file }) => file), waste], [[], [SPOOL_DIR], []]);
});
