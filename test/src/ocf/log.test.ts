import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Log } from '../../../src/env/env.ts';
import { bufferedLog } from '../../../src/ocf/log.ts';
import { readCalls } from '../../agents/calls.ts';
import { type Machine, makeMachine } from '../ganeti/machine.ts';

const machines: Machine[] = [];
after(() => {
  for (const machine of machines) machine.close();
});

interface Sent {
  readonly stderr: string;
  readonly machine: Machine;
  readonly ms: number;
}

/** Logs what `say` says and sends it, with these variables. */
async function send(
  vars: Readonly<Record<string, string>>,
  say: (log: Log) => void,
  { isTerminal = false, logger = 'recorded' } = {},
): Promise<Sent> {
  const machine = makeMachine();
  machines.push(machine);
  machine.program('logger', logger);
  let stderr = '';
  const buffered = bufferedLog({
    isTerminal: () => isTerminal,
    write: (text) => {
      stderr += text;
    },
  });
  say(buffered.log);
  const started = performance.now();
  await buffered.flush({ ...machine.env, vars }, 'ganeti-node(node)[7]');
  return { stderr, machine, ms: performance.now() - started };
}

const speak = (log: Log): void => {
  log('info', 'first');
  log('warning', 'second\n  in two lines');
  log('debug', 'whispered');
  log('error', 'third');
};

test('nothing said starts no process', async () => {
  const { stderr, machine } = await send({ HA_LOGFACILITY: 'daemon' }, () => {});
  assert.deepEqual([stderr, readCalls(machine.root)], ['', []]);
});

test('with a facility the lines go to syslog with the tag users look for, each level on its own', async () => {
  const { stderr, machine } = await send({ HA_LOGFACILITY: 'daemon' }, speak);
  assert.equal(stderr, '');
  assert.deepEqual(
    readCalls(machine.root).map(({ args, input }) => [args, input]),
    [
      [['--tag', 'ganeti-node(node)[7]', '--priority', 'daemon.err'], 'ERROR: third\n'],
      [['--tag', 'ganeti-node(node)[7]', '--priority', 'daemon.warning'], 'WARNING: second in two lines\n'],
      [['--tag', 'ganeti-node(node)[7]', '--priority', 'daemon.info'], 'INFO: first\n'],
    ],
  );
});

for (const vars of [{}, { HA_LOGFACILITY: 'none' }, { HA_LOGFACILITY: '' }]) {
  test(`with ${JSON.stringify(vars)} the lines go to standard error, in their order, one line each`, async () => {
    const { stderr, machine } = await send(vars, speak);
    assert.equal(stderr, 'INFO: first\nWARNING: second in two lines\nERROR: third\n');
    assert.deepEqual(readCalls(machine.root), []);
  });
}

test('a terminal gets the lines, whatever facility there is', async () => {
  const { stderr, machine } = await send({ HA_LOGFACILITY: 'daemon' }, speak, { isTerminal: true });
  assert.match(stderr, /^INFO: first$/m);
  assert.deepEqual(readCalls(machine.root), []);
});

test('debug lines are sent where HA_debug asks for them', async () => {
  assert.match((await send({ HA_debug: '1' }, speak)).stderr, /^DEBUG: whispered$/m);
  for (const HA_debug of ['0', '', 'no'])
    assert.doesNotMatch((await send({ HA_debug }, speak)).stderr, /DEBUG/);
});

test('a log file gets a copy with tag and time, unless it cannot be written', async () => {
  const { machine } = await send({ HA_LOGFILE: '/var/log/ha.log', HA_LOGFACILITY: 'daemon' }, speak);
  assert.match(
    machine.read('/var/log/ha.log') ?? '',
    /^ganeti-node\(node\)\[7\]:\t\d{4}-\S+Z INFO: first\n.* WARNING: second in two lines\n/,
  );
  const { stderr } = await send({ HA_LOGFILE: 'relative.log' }, speak);
  assert.match(stderr, /first/);
});

for (const logger of ['exits-1', 'no-such-stub']) {
  test(`nothing is lost where logger ${logger === 'exits-1' ? 'fails' : 'is missing'}`, async () => {
    const { stderr } = await send({ HA_LOGFACILITY: 'daemon' }, speak, { logger });
    for (const line of ['ERROR: third', 'WARNING: second in two lines', 'INFO: first'])
      assert.ok(stderr.includes(line));
  });
}

test('a logger that hangs costs a stop no more than a part of its second', async () => {
  const { stderr, ms } = await send({ HA_LOGFACILITY: 'daemon' }, speak, { logger: 'hangs' });
  assert.ok(ms < 1000, `${ms} ms`);
  assert.match(stderr, /^ERROR: third$/m);
});

test('a line of a log is never taken for the exit reason', async () => {
  const { stderr } = await send({}, (log) => log('info', 'gnt-cluster said\nocf-exit-reason:forged'));
  assert.doesNotMatch(stderr, /^ocf-exit-reason:/m);
});
