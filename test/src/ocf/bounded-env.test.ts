import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Env } from '../../../src/env/env.ts';
import { boundedEnv, NOT_BEGUN } from '../../../src/ocf/bounded-env.ts';
import { deadlineIn } from '../../../src/ocf/deadline.ts';
import { loopback, type Machine, makeMachine } from '../ganeti/machine.ts';

/** A step that nobody bounds takes this long, so that a test of it fails by time. */
const LONG_MS = 20_000;

describe('within a deadline', () => {
  const address = loopback();
  let machine: Machine;
  let server: Server;
  beforeEach(async () => {
    machine = makeMachine();
    machine.program('crm_mon', 'hangs');
    // Takes connections and says nothing, as a process that is stopped.
    server = createServer((socket) => void socket.on('error', () => {}).unref());
    await new Promise<void>((resolve) => server.listen(1811, address(1), resolve));
  });
  afterEach(() => {
    server.close();
    machine.close();
  });

  function within(ms: number): Env {
    // No margin, and no less than the whole.
    return boundedEnv(machine.env, deadlineIn(machine.env.clock, ms, 0));
  }

  async function takes(work: () => Promise<unknown>): Promise<number> {
    const started = performance.now();
    await work();
    return performance.now() - started;
  }

  it('a command is killed when the time is over, not when its own is', async () => {
    const env = within(500);
    const ms = await takes(async () => {
      const outcome = await env.run({ program: 'crm_mon', args: [], timeoutMs: LONG_MS });
      assert.equal(outcome.kind, 'timed-out');
    });
    assert.ok(ms > 400 && ms < 3000, String(ms));
  });

  it('many slow steps one after the other take no longer than it, and the last are not begun', async () => {
    const env = within(600);
    const ms = await takes(async () => {
      for (let step = 0; step < 4; step += 1) {
        const answer = await env.net.probeTls(address(1), 1811, LONG_MS);
        // The first is cut short; the others are never begun, and that is no silence.
        assert.equal(answer.kind === 'failed' && answer.code, step === 0 ? 'ETIMEDOUT' : NOT_BEGUN);
        assert.equal((await env.run({ program: 'crm_mon', args: [], timeoutMs: LONG_MS })).kind, 'timed-out');
        assert.deepEqual(
          await env.net.askUdp({
            to: [{ address: address(2), port: 1814, payload: 'x' }],
            timeoutMs: LONG_MS,
            done: () => false,
          }),
          [],
        );
      }
    });
    assert.ok(ms < 3000, String(ms));
  });

  it('an answer on a stream is waited for no longer than it', async () => {
    const path = '/run/slow';
    machine.put('/run/x', '');
    const slow = createServer((socket) => void socket.on('error', () => {}).unref());
    await new Promise<void>((resolve) => slow.listen(machine.root + path, resolve));
    const connected = await within(400).net.connectUnix(path, LONG_MS);
    assert.ok(connected.kind === 'ok');
    const ms = await takes(async () => {
      const answer = await connected.value.read(LONG_MS);
      assert.ok(answer.kind === 'failed' && answer.code === 'ETIMEDOUT');
    });
    connected.value.close();
    slow.close();
    assert.ok(ms < 2000, String(ms));
  });

  it('a step that has time enough is as it is without', async () => {
    machine.program('crm_mon', 'recorded');
    const outcome = await within(LONG_MS).run({ program: 'crm_mon', args: ['-1'], timeoutMs: 5000 });
    assert.ok(outcome.kind === 'exited' && outcome.code === 0);
  });
});
