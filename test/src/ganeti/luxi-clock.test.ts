import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { Env } from '../../../src/env/env.ts';
import { luxiSocket, withLuxi } from '../../../src/ganeti/luxi.ts';
import { waitUntilComplete } from '../../../src/master/confirm.ts';
import { deadlineIn } from '../../../src/ocf/deadline.ts';
import { readCall } from '../../../src/ocf/environment.ts';
import { readParameters } from '../../../src/ocf/parameters.ts';
import { type Machine, makeMachine, RUN } from './machine.ts';

const HOUR_MS = 3_600_000;

describe('while a time server sets the clock', () => {
  let machine: Machine;
  let server: Server;
  before(async () => {
    machine = makeMachine();
    machine.put(`${RUN}/socket/x`, '');
    // Answers after 400 ms.
    server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', () => setTimeout(() => socket.write('{"success":true,"result":1}\x03'), 400));
    });
    await new Promise<void>((resolve) => server.listen(machine.root + luxiSocket(RUN), resolve));
  });
  after(() => {
    server.close();
    machine.close();
  });

  /** The wall clock is an hour on, or back, at each question. */
  function jumping(stepMs: number): Env {
    let asked = 0;
    const now = (): number => {
      asked += 1;
      return 1e12 + asked * stepMs;
    };
    return { ...machine.env, clock: { ...machine.env.clock, now } };
  }

  for (const [how, stepMs] of [
    ['forward', HOUR_MS],
    ['back', -HOUR_MS],
  ] as const) {
    it(`an answer of luxid is waited for as long as ever, with the clock set ${how}`, async () => {
      const options = { socket: luxiSocket(RUN), connectTimeoutMs: 1000, requestTimeoutMs: 1000 };
      const answer = await withLuxi(jumping(stepMs), options, (call) => call('QueryConfigValues', [[]]));
      assert.deepEqual(answer, { kind: 'ok', value: 1 });
      const short = { ...options, requestTimeoutMs: 100 };
      const started = performance.now();
      const late = await withLuxi(jumping(stepMs), short, (call) => call('QueryConfigValues', [[]]));
      assert.equal(late.kind, 'failed');
      assert.ok(performance.now() - started < 350);
    });

    it(`the parts of the role are waited for until the deadline, with the clock set ${how}`, async () => {
      const env = jumping(stepMs);
      const { parameters } = readParameters({ run_dir: '/nowhere' });
      const context = {
        env,
        call: readCall('ganeti-master', ['start'], {}),
        parameters,
        simulations: { active: () => undefined, refused: [] },
      };
      const ssconf = {
        masterNode: 'h1.lab.test',
        nodeList: ['h1.lab.test'],
        masterCandidates: ['h1.lab.test'],
        offlineNodes: [],
        clusterTags: [],
        masterIp: '',
        primaryIps: new Map(),
        secondaryIps: new Map(),
        sshPorts: new Map(),
      };
      const started = performance.now();
      const missing = await waitUntilComplete(context, ssconf, deadlineIn(env.clock, 1000, 0));
      const ms = performance.now() - started;
      assert.equal(missing.vital.length, 2);
      assert.ok(ms > 900 && ms < 2500, `${ms} ms`);
    });
  }
});
