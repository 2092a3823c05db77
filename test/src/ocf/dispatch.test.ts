import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { after, test } from 'node:test';
import type { Env } from '../../../src/env/env.ts';
import { type ActionHandler, type Agent, type Answer, runAgent } from '../../../src/ocf/dispatch.ts';
import { degraded, NOT_RUNNING, SUCCESS } from '../../../src/ocf/result.ts';
import { type Machine, makeMachine } from '../ganeti/machine.ts';

const machine: Machine = makeMachine();
after(() => machine.close());
const logged: string[] = [];
const env: Env = { ...machine.env, log: (level, message) => logged.push(`${level}: ${message}`) };

function agentWith(handler: ActionHandler): Agent {
  const load = async (): Promise<ActionHandler> => handler;
  return {
    name: 'ganeti-node',
    metadata: async () => '<resource-agent/>',
    actions: { start: load, stop: load, monitor: load, 'validate-all': load },
    giveUp: async () => (world) => world.files.write('/run/given-up', ''),
  };
}

function run(
  handler: ActionHandler,
  args: readonly string[],
  vars: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return runAgent(agentWith(handler), { ...env, vars: { ...env.vars, ...vars } }, args);
}

test('what the handler says becomes code and exit reason, and standard output stays empty', async () => {
  assert.deepEqual(await run(async () => SUCCESS, ['monitor']), { code: 0, stdout: '', stderr: '' });
  assert.deepEqual(await run(async () => NOT_RUNNING, ['monitor']), { code: 7, stdout: '', stderr: '' });
  assert.deepEqual(await run(async () => degraded({ code: 'GNH204', text: 'No notify.' }), ['monitor']), {
    code: 190,
    stdout: '',
    stderr: 'ocf-exit-reason:GNH204 No notify.\n',
  });
});

test('a handler that throws is a soft failure with a reason, and its stack is in the log', async () => {
  const answer = await run(() => Promise.reject(new RangeError('out of order')), ['monitor']);
  assert.equal(answer.code, 1);
  assert.match(answer.stderr, /^ocf-exit-reason:GNH011 .*RangeError|out of order/);
  assert.ok(logged.some((line) => /GNH011 .*RangeError: out of order/.test(line)));
});

test('the reason of an internal error names the command that ends it, also for an instance of a clone', async () => {
  const vars = { OCF_RESOURCE_INSTANCE: 'ganeti-node:1' };
  const answer = await run(() => Promise.reject(new Error('x'.repeat(200))), ['monitor'], vars);
  assert.match(answer.stderr, /\.\.\. See the log, then run: pcs resource cleanup ganeti-node\n$/);
});

test('a stop that throws is tried once more without simulations, then gives up the role and succeeds', async () => {
  machine.put('/etc/ganeti-ha/simulate.d/start-fails', '');
  for (const place of ['', '/ganeti-ha', '/ganeti-ha/simulate.d', '/ganeti-ha/simulate.d/start-fails'])
    chmodSync(`${machine.root}/etc${place}`, 0o755);
  const simulated: boolean[] = [];
  const handler: ActionHandler = async ({ simulations }) => {
    simulated.push(simulations.active('start-fails') !== undefined);
    throw new RangeError('in stop');
  };
  assert.deepEqual(await run(handler, ['stop']), { code: 0, stdout: '', stderr: '' });
  assert.deepEqual(simulated, [true, false]);
  assert.equal(machine.env.files.read('/run/given-up').kind, 'text');
  assert.ok(logged.some((line) => /^error: GNH011 .*RangeError: in stop/.test(line)));
  machine.env.files.remove('/etc/ganeti-ha/simulate.d/start-fails');
});

test('a stop succeeds where nothing of it can be loaded', async () => {
  const gone = (): Promise<never> => Promise.reject(new Error('no such module'));
  const agent = { ...agentWith(async () => SUCCESS), actions: { stop: gone }, giveUp: gone };
  assert.equal((await runAgent(agent, env, ['stop'])).code, 0);
});

test('a parameter that is not valid stops every action but stop', async () => {
  const wrong = { OCF_RESKEY_mode: 'half' };
  const called: string[] = [];
  const handler: ActionHandler = async ({ call, parameters }) => {
    called.push(`${call.action} ${parameters.mode}`);
    return SUCCESS;
  };
  for (const action of ['start', 'monitor', 'validate-all'])
    assert.equal((await run(handler, [action], wrong)).code, 6);
  assert.equal((await run(handler, ['stop'], wrong)).code, 0);
  assert.deepEqual(called, ['stop undefined']);
});

test('without root nothing but validate-all is done', async () => {
  const nobody = { ...env, vars: {}, host: { ...env.host, uid: 65534 } };
  const answer = (action: string): Promise<Answer> =>
    runAgent(
      agentWith(async () => SUCCESS),
      nobody,
      [action],
    );
  const monitor = await answer('monitor');
  assert.equal(monitor.code, 4);
  assert.match(monitor.stderr, /GNH003/);
  assert.equal((await answer('validate-all')).code, 0);
  assert.equal((await answer('meta-data')).stdout, '<resource-agent/>');
});

for (const action of ['usage', 'help', '--help', '-h']) {
  test(`${action} lists the actions and succeeds`, async () => {
    const answer = await run(async () => SUCCESS, [action]);
    assert.deepEqual(answer, {
      code: 0,
      stdout: 'usage: ganeti-node {start|stop|monitor|validate-all|meta-data|usage}\n',
      stderr: '',
    });
  });
}

test('an unknown action is 3, with the known ones in the log where the reason is too short', async () => {
  for (const args of [['promote'], [], ['toString']]) {
    const answer = await run(async () => SUCCESS, args);
    assert.deepEqual([answer.code, answer.stdout], [3, '']);
    assert.match(answer.stderr, /^ocf-exit-reason:GNH001 /);
  }
});
