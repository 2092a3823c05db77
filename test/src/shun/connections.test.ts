import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command, Outcome } from '../../../src/env/env.ts';
import { type EndResult, endConnections } from '../../../src/shun/connections.ts';
import { makeMachine } from '../ganeti/machine.ts';

async function ended(
  addresses: readonly string[],
  outcome: Outcome,
): Promise<{ readonly result: EndResult; readonly commands: readonly Command[] }> {
  const machine = makeMachine();
  const commands: Command[] = [];
  const host = { ...machine.env.host, addresses: () => ['192.0.2.11'] };
  const run = async (command: Command): Promise<Outcome> => {
    commands.push(command);
    return outcome;
  };
  try {
    return { result: await endConnections({ ...machine.env, host, run }, addresses), commands };
  } finally {
    machine.close();
  }
}

function exited(stdout: string, stderr = '', code = 0): Outcome {
  return { kind: 'exited', code, stdout, stderr, durationMs: 1 };
}

test('the connections to noded at each address are ended and counted', async () => {
  const { result, commands } = await ended(
    ['192.0.2.13', '2001:db8::13'],
    exited('ESTAB 0 0 192.0.2.11:50932 192.0.2.13:1811\n'),
  );
  assert.deepEqual(result, { kind: 'ended', count: 2 });
  assert.deepEqual(
    commands.map(({ program, args }) => [program, ...args].join(' ')),
    [
      'ss --kill --tcp --numeric --no-header dst 192.0.2.13 dport = 1811',
      'ss --kill --tcp --numeric --no-header dst 2001:db8::13 dport = 1811',
    ],
  );
});

test('without an address nothing is run: ss would end every connection of this host', async () => {
  for (const address of ['', ' ', 'h3.lab.test', '0.0.0.0/0', '192.0.2.11'])
    assert.deepEqual((await ended([address], exited(''))).commands, [], address);
});

test('a kernel that cannot, and a missing ss, are told', async () => {
  const words = 'SOCK_DESTROY answers: Operation not supported';
  const cannot = await ended(['192.0.2.13'], exited('', `${words}\n`));
  assert.deepEqual(cannot.result, { kind: 'failed', message: `ss: ${words}` });
  const missing = await ended(['192.0.2.13'], { kind: 'not-found', program: 'ss' });
  assert.deepEqual(missing.result, { kind: 'failed', message: 'ss: not-found' });
});
