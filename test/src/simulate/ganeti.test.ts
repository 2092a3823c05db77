import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Env } from '../../../src/env/env.ts';
import { askConfigurations, askNodeRole, confdPing } from '../../../src/ganeti/confd.ts';
import { runningDaemon } from '../../../src/ganeti/daemon-process.ts';
import { type JobOutcome, jobOutcomes, submitJob, unfinishedJobs } from '../../../src/ganeti/jobs.ts';
import { type LuxiCall, type LuxiResult, luxiSocket, withLuxi } from '../../../src/ganeti/luxi.ts';
import { queryLocks } from '../../../src/ganeti/luxi-locks.ts';
import { queryMarkedNodes } from '../../../src/ganeti/luxi-marks.ts';
import { queryOfflineNodes } from '../../../src/ganeti/luxi-offline.ts';
import { queryClusterInfo, queryConfigValues, queryNodes } from '../../../src/ganeti/luxi-queries.ts';
import { offlineNode } from '../../../src/ganeti/opcodes.ts';
import { votesForMe } from '../../../src/ganeti/own-votes.ts';
import { probeConfd, probeLuxid, probeMond, probeNoded, probeWconfd } from '../../../src/ganeti/probes.ts';
import { readMasterNode, readSsconf } from '../../../src/ganeti/ssconf.ts';
import { endConnections } from '../../../src/shun/connections.ts';
import { ganetiWorld } from './ganeti-world.ts';

const DATA = '/var/lib/ganeti';
const RUN = '/var/run/ganeti';
const WHY = { source: 'ocf:ganeti:ganeti-node', text: 'test', nowMs: 0 };

function luxi<T>(env: Env, use: (call: LuxiCall) => Promise<T>): Promise<LuxiResult<T>> {
  return withLuxi(env, { socket: luxiSocket(RUN), connectTimeoutMs: 2_000, requestTimeoutMs: 2_000 }, use);
}

async function ask<T>(env: Env, use: (call: LuxiCall) => Promise<T>): Promise<T> {
  const answer = await luxi(env, use);
  assert.ok(answer.kind === 'ok', answer.kind === 'failed' ? answer.error.message : '');
  return answer.value;
}

describe('the simulated Ganeti after all hosts were switched on', () => {
  it('has a master whose luxid, wconfd and address are up, and nobody else has', async () => {
    const { ganeti, host, log, on } = await ganetiWorld(3);
    assert.deepEqual(log(), ['h1 luxid up', 'h1 master IP up']);
    assert.deepEqual(
      ganeti.luxidUp().map(({ name }) => name),
      ['h1'],
    );
    assert.deepEqual([...host('h1').addresses], ['192.0.2.200']);
    const daemons = ['ganeti-noded', 'ganeti-confd', 'ganeti-mond', 'ganeti-wconfd', 'ganeti-rapi'] as const;
    for (const [name, running] of [
      ['h1', 5],
      ['h2', 3],
    ] as const) {
      const found = await on(name, async (env) =>
        daemons.filter((daemon) => runningDaemon(env, RUN, daemon).kind === 'running'),
      );
      assert.equal(found.length, running, name);
    }
  });

  it('answers the questions that the agents ask of luxid', async () => {
    const { on } = await ganetiWorld(3, { candidates: ['h1', 'h2'], drained: ['h3'], clusterTags: ['a:b'] });
    const told = await on('h1', (env) =>
      ask(env, async (call) => ({
        nodes: await queryNodes(call),
        marked: await queryMarkedNodes(call),
        offline: await queryOfflineNodes(call),
        values: await queryConfigValues(call),
        info: await queryClusterInfo(call),
        jobs: await unfinishedJobs(call),
      })),
    );
    assert.deepEqual(
      told.nodes.map(({ name, role }) => `${name} ${role}`),
      ['h1.lab.test master', 'h2.lab.test candidate', 'h3.lab.test drained'],
    );
    assert.equal(told.marked.length, 3);
    assert.deepEqual([told.offline, told.jobs], [[], []]);
    assert.deepEqual(told.values, { masterNode: 'h1.lab.test', queueDrained: false });
    assert.equal(told.info.candidatePoolSize, 10);
  });

  it('answers signed questions to ConfD, also about roles, unless the clocks differ by more than five minutes', async () => {
    const { on, host } = await ganetiWorld(3, { candidates: ['h1', 'h2'] });
    const addresses = ['192.0.2.12', '192.0.2.13'];
    const poll = (): Promise<unknown> => on('h1', (env) => askConfigurations(env, DATA, addresses));
    const answered = { kind: 'answered', master: 'h1.lab.test', serial: 13 };
    assert.deepEqual(await poll(), [
      { address: '192.0.2.12', says: answered },
      { address: '192.0.2.13', says: { kind: 'no-config' } },
    ]);
    const role = await on('h3', (env) => askNodeRole(env, DATA, addresses, 'h3.lab.test'));
    assert.deepEqual(role, { kind: 'known', role: 'regular', serial: 13 });
    host('h2').skewMs = 301_000;
    const ping = await on('h1', (env) => confdPing(env, DATA, '192.0.2.12'));
    assert.equal(ping.kind, 'silent');
  });

  it('has ssconf on every node that the agents can read, and votes for its master', async () => {
    const { on } = await ganetiWorld(3, { clusterTags: ['ocf:x'], offline: ['h3'] });
    const read = await on('h2', async (env) => readSsconf(env.files, DATA));
    assert.ok(read.kind === 'ok', JSON.stringify(read));
    assert.deepEqual(read.ssconf.masterCandidates, ['h1.lab.test', 'h2.lab.test']);
    assert.deepEqual(read.ssconf.offlineNodes, ['h3.lab.test']);
    assert.deepEqual(read.ssconf.clusterTags, ['ocf:x']);
    const votes = await on('h1', (env) => votesForMe(env, DATA, read.ssconf, 'h1.lab.test'));
    assert.equal(votes.kind, 'confirmed');
  });
});

describe('a simulated daemon', () => {
  it('is ok, dead or hung for the probes as it is in truth', async () => {
    const { on, ganeti } = await ganetiWorld(2);
    const probe = (): Promise<string> =>
      on('h1', async (env) => {
        const results = await Promise.all([
          probeNoded(env, '192.0.2.11'),
          probeConfd(env, DATA, '192.0.2.11'),
          probeMond(env, '192.0.2.11'),
          probeWconfd(env, RUN),
          probeLuxid(env, RUN),
        ]);
        return results.map(({ kind }) => kind).join(' ');
      });
    assert.equal(await probe(), 'ok ok ok ok ok');
    for (const daemon of ['noded', 'confd', 'mond', 'wconfd', 'luxid']) ganeti.hangDaemon('h1', daemon);
    assert.equal(await probe(), 'hung hung hung hung hung');
    for (const daemon of ['noded', 'confd', 'mond', 'wconfd', 'luxid']) ganeti.wakeDaemon('h1', daemon);
    assert.equal(await probe(), 'ok ok ok ok ok');
    for (const daemon of ['noded', 'confd', 'mond', 'wconfd', 'luxid']) ganeti.killDaemon('h1', daemon);
    assert.equal(await probe(), 'dead dead dead dead dead');
  });

  it('that was killed cannot be started over its pid file, as with Debian', async () => {
    const { on, ganeti } = await ganetiWorld(2);
    ganeti.killDaemon('h1', 'luxid');
    const start = (env: Env): Promise<unknown> =>
      env.run({ program: 'daemon-util', args: ['start', 'ganeti-luxid'], timeoutMs: 20_000 });
    const first = await on('h1', start);
    assert.partialDeepStrictEqual(first, { kind: 'exited', code: 2 });
    const second = await on('h1', async (env) => {
      env.files.remove(`${RUN}/ganeti-luxid.pid`);
      return await start(env);
    });
    assert.partialDeepStrictEqual(second, { kind: 'exited', code: 0 });
    assert.equal(ganeti.daemonState('h1', 'luxid'), 'running');
  });
});

describe('a simulated Ganeti on a disk that takes nothing', () => {
  it('changes nothing: jobs are refused, a failover stops at its first change, stopped daemons are gone all the same', async () => {
    const { ganeti, on, host, log } = await ganetiWorld(3);
    host('h1').disk.fault = 'full';
    assert.equal(ganeti.setOffline('h3', true), undefined);
    assert.match(log('h1').at(-1) ?? '', /SubmitJob refused: \["GenericError",\["ENOSPC/);
    host('h2').disk.fault = 'read-only';
    const outcome = await on('h2', (env) =>
      env.run({ program: 'gnt-cluster', args: ['master-failover'], timeoutMs: 60_000 }),
    );
    assert.partialDeepStrictEqual(outcome, { kind: 'exited', code: 1 });
    assert.equal(ganeti.masterByConfig(), 'h1.lab.test');
    assert.equal(ganeti.daemonState('h2', 'wconfd'), 'stopped');
    assert.deepEqual(await on('h2', async (env) => runningDaemon(env, RUN, 'ganeti-wconfd')), {
      kind: 'stopped',
    });
  });
});

describe('a simulated job', () => {
  it('marks a dead node offline after the time limits of a corpse, or at once where TCP to it is refused', async () => {
    const { on, ganeti, host, world, pass, log } = await ganetiWorld(4);
    const offline = async (name: string): Promise<number> => {
      world.powerOff(host(name.split('.')[0] ?? name));
      const begun = world.clock.now();
      const id = await on('h1', (env) =>
        ask(env, (call) => submitJob(call, [offlineNode(name, { autoPromote: false }, WHY)])),
      );
      const outcome = async (): Promise<JobOutcome | undefined> =>
        await on('h1', async (env) => (await ask(env, (call) => jobOutcomes(call, [id]))).get(id));
      while ((await outcome())?.kind === 'unfinished') await pass(0.2);
      assert.equal((await outcome())?.kind, 'success');
      assert.ok(ganeti.isOffline(name));
      return (world.clock.now() - begun) / 1000;
    };
    const slow = await offline('h4.lab.test');
    assert.ok(slow > 12 && slow < 24, `${slow} s`);
    await on('h1', (env) =>
      env.run({
        program: 'nft',
        args: ['-f', '-'],
        input: 'ip daddr 192.0.2.13 tcp dport { 22, 1811 } reject',
        timeoutMs: 1_000,
      }),
    );
    const quick = await offline('h3.lab.test');
    assert.ok(quick < 3, `${quick} s`);
    assert.ok(log('h1').includes('offline: h3.lab.test'));
  });

  it('is refused for the master, for a node nobody knows, and by a drained queue', async () => {
    const { ganeti, pass, log } = await ganetiWorld(3);
    ganeti.setOffline('h1', true);
    ganeti.submit([{ OP_ID: 'OP_NODE_SET_PARAMS', node_name: 'h9.lab.test', offline: true }]);
    await pass(5);
    ganeti.drainQueue(true);
    ganeti.setOffline('h2', true);
    await pass(5);
    const lines = log().join('\n');
    assert.match(
      lines,
      /job 1 error: OpPrereqError: The master role can be changed only via master-failover/,
    );
    assert.match(lines, /job 2 error: OpPrereqError: Node h9.lab.test not found/);
    assert.match(lines, /SubmitJob refused: \["GenericError",\["Queue drained"\]\]/);
    assert.deepEqual(ganeti.offlineNodes(), []);
  });

  it('waits for a lock that a job holds which is stuck on a dead node', async () => {
    const { ganeti, world, host, pass, on } = await ganetiWorld(3);
    ganeti.delayJob(10, ['h3']);
    await pass(2);
    world.powerOff(host('h3'));
    await pass(20);
    ganeti.setOffline('h3', true);
    await pass(60);
    assert.deepEqual(
      ganeti.jobs().map(({ status }) => status),
      ['running', 'waiting'],
    );
    assert.deepEqual(await on('h1', (env) => ask(env, queryLocks)), [
      { name: 'node/uuid-h3.lab.test', owners: [1], waiting: [2] },
    ]);
    ganeti.cancel(2);
    await pass(1);
    assert.equal(ganeti.jobs()[1]?.status, 'canceled');
  });

  it('has its locks told by nobody where wconfd is suspended or dead', async () => {
    const { ganeti, on } = await ganetiWorld(3);
    const failure = async (): Promise<unknown> => {
      const asked = await on('h1', (env) => luxi(env, queryLocks));
      return asked.kind === 'failed' ? asked.error.message : asked;
    };
    ganeti.hangDaemon('h1', 'ganeti-wconfd');
    assert.match(String(await failure()), /did not answer Query within/);
    ganeti.killDaemon('h1', 'ganeti-wconfd');
    assert.match(String(await failure()), /refused Query: GenericError: .*Connection refused/);
  });

  it('that is stuck fails once its connection to the dead node is ended, and its locks are free', async () => {
    const { ganeti, world, host, pass, on } = await ganetiWorld(3);
    ganeti.delayJob(10, ['h3']);
    await pass(2);
    world.powerOff(host('h3'));
    ganeti.setOffline('h3', true);
    await pass(20);
    const ended = await on('h1', (env) => endConnections(env, ['192.0.2.12', '192.0.2.13']));
    assert.deepEqual(ended, { kind: 'ended', count: 1 });
    await pass(30);
    assert.deepEqual(
      ganeti.jobs().map(({ status }) => status),
      ['error', 'success'],
    );
  });

  it('fails where the pool of candidates would become too small, unless others may be promoted', async () => {
    const { ganeti, pass } = await ganetiWorld(4, { candidatePoolSize: 3 });
    const op = { OP_ID: 'OP_NODE_SET_PARAMS', node_name: 'h2.lab.test', offline: true };
    ganeti.submit([{ ...op, auto_promote: false }]);
    await pass(5);
    assert.equal(ganeti.jobs()[0]?.status, 'error');
    ganeti.submit([{ ...op, auto_promote: true }]);
    await pass(5);
    assert.equal(ganeti.jobs()[1]?.status, 'success');
    const candidates = ganeti.nodes().filter((node) => node.master_candidate);
    assert.deepEqual(
      candidates.map(({ name }) => name),
      ['h1.lab.test', 'h3.lab.test', 'h4.lab.test'],
    );
    assert.equal(ganeti.configOf('h4')?.serial_no, ganeti.newest().serial_no);
  });
});

describe('stale copies in the simulated Ganeti', () => {
  it('stay with a node that was offline or away during a change, until the next one that it hears of', async () => {
    const { ganeti, world, host, pass } = await ganetiWorld(3);
    world.powerOff(host('h3'));
    ganeti.addClusterTag('one');
    await pass(30);
    world.powerOn(host('h3'));
    await pass(30);
    const tags = (name: string): unknown => host(name).disk.read(`${DATA}/ssconf_cluster_tags`);
    assert.partialDeepStrictEqual(tags('h2'), { text: 'one\n' });
    assert.partialDeepStrictEqual(tags('h3'), { text: '' });
    ganeti.redistribute();
    await pass(10);
    assert.partialDeepStrictEqual(tags('h3'), { text: 'one\n' });
  });
});

describe('the simulated master-failover', () => {
  const failover = (env: Env, ...more: readonly string[]): Promise<unknown> =>
    env.run({ program: 'gnt-cluster', args: ['master-failover', ...more], timeoutMs: 300_000 });

  it('moves the role from a living master, whose daemons and address go', async () => {
    const { ganeti, host, on, world, log } = await ganetiWorld(3);
    const begun = world.clock.now();
    assert.partialDeepStrictEqual(await on('h2', failover), { kind: 'exited', code: 0 });
    const seconds = (world.clock.now() - begun) / 1000;
    assert.ok(seconds > 6 && seconds < 12, `${seconds} s`);
    assert.deepEqual(
      ganeti.luxidUp().map(({ name }) => name),
      ['h2'],
    );
    assert.equal(ganeti.masterByConfig(), 'h2.lab.test');
    assert.equal(host('h1').addresses.size, 0);
    assert.deepEqual(readMasterNode(host('h3').disk, DATA), { kind: 'ok', name: 'h2.lab.test' });
    assert.ok(log('h2').includes('master IP up'));
  });

  it('takes most of a minute from a dead one, and the old master that returns is not believed but has a stray rapi', async () => {
    const { ganeti, host, on, world, pass } = await ganetiWorld(3);
    world.powerOff(host('h1'));
    const begun = world.clock.now();
    assert.partialDeepStrictEqual(await on('h2', failover), { kind: 'exited', code: 0 });
    const seconds = (world.clock.now() - begun) / 1000;
    assert.ok(seconds > 33 && seconds < 50, `${seconds} s`);
    world.powerOn(host('h1'));
    await pass(60);
    assert.deepEqual(readMasterNode(host('h1').disk, DATA), { kind: 'ok', name: 'h1.lab.test' });
    assert.deepEqual(
      ganeti.luxidUp().map(({ name }) => name),
      ['h2'],
    );
    assert.equal(ganeti.daemonState('h1', 'rapi'), 'running');
    assert.equal(host('h1').addresses.size, 0);
  });

  it('with a stray rapi on the new master ends with 1, without a luxid, and the role moved all the same', async () => {
    const { ganeti, host, on, world } = await ganetiWorld(3);
    world.powerOff(host('h1'));
    await on('h2', failover);
    world.powerOn(host('h1'));
    await on('h1', async (env) => await env.clock.sleep(30_000).then(() => 'done'));
    ganeti.redistribute();
    await on('h1', async (env) => await env.clock.sleep(5_000).then(() => 'done'));
    const outcome = await on('h1', failover);
    assert.partialDeepStrictEqual(outcome, { kind: 'exited', code: 1 });
    assert.equal(ganeti.masterByConfig(), 'h1.lab.test');
    assert.deepEqual(ganeti.luxidUp(), []);
  });

  it('needs most of all nodes, or no vote; what starts later votes again', async () => {
    const { ganeti, host, on, world, pass } = await ganetiWorld(2);
    world.powerOff(host('h1'));
    assert.partialDeepStrictEqual(await on('h2', failover), { kind: 'exited', code: 1 });
    assert.partialDeepStrictEqual(await on('h2', (env) => failover(env, '--no-voting')), { code: 1 });
    const forced = await on('h2', (env) => failover(env, '--no-voting', '--yes-do-it'));
    assert.partialDeepStrictEqual(forced, { kind: 'exited', code: 0 });
    assert.equal(ganeti.luxidUp().length, 1);
    ganeti.stopDaemon('h2', 'luxid');
    await pass(1);
    ganeti.startDaemon('h2', 'luxid');
    await pass(120);
    assert.deepEqual(ganeti.luxidUp(), []);
  });

  it('takes the queue along: what was queued runs on, what ran has failed, and a drained queue is undrained', async () => {
    const { ganeti, on, pass, world, host } = await ganetiWorld(3);
    ganeti.delayJob(600, ['h3']);
    await pass(2);
    ganeti.setDrained('h3', true);
    ganeti.submit([
      { OP_ID: 'OP_TAGS_SET', kind: 'cluster', name: '', tags: ['x'], depends: [[2, ['success', 'error']]] },
    ]);
    ganeti.drainQueue(true);
    await pass(2);
    world.powerOff(host('h1'));
    await on('h2', failover);
    // To the dead candidate, too, the change is sent.
    await pass(10);
    assert.deepEqual(
      ganeti.jobs().map(({ status }) => status),
      ['error', 'error', 'success'],
    );
    assert.deepEqual(ganeti.newest().cluster.tags, ['x']);
    assert.equal(ganeti.setDrained('h3', true), 4);
  });

  it('can be made to end with 1 though it has moved the role', async () => {
    const { ganeti, on } = await ganetiWorld(3);
    ganeti.faults.failover = () => 'exit-1-after';
    assert.partialDeepStrictEqual(await on('h2', failover), { kind: 'exited', code: 1 });
    assert.equal(ganeti.masterByConfig(), 'h2.lab.test');
    assert.equal(ganeti.luxidUp().length, 1);
  });

  it('waits a minute for the vote of a noded that hangs, and fails without it', async () => {
    const { ganeti, on, world, host, pass } = await ganetiWorld(3);
    ganeti.hangDaemon('h2', 'noded');
    world.cut([host('h1')]);
    await pass(1);
    const begun = world.clock.now();
    assert.partialDeepStrictEqual(await on('h3', failover), { kind: 'exited', code: 1 });
    const seconds = (world.clock.now() - begun) / 1000;
    assert.ok(seconds > 60 && seconds < 62, `${seconds} s`);
    assert.equal(ganeti.configOf('h3')?.cluster.master_node, 'uuid-h1.lab.test');
  });

  it('leaves the address with an old master that is cut off, and both have it once they are connected again', async () => {
    const { ganeti, on, world, host, pass } = await ganetiWorld(3);
    world.cut([host('h1')]);
    assert.partialDeepStrictEqual(await on('h2', failover), { kind: 'exited', code: 0 });
    world.heal([host('h1')]);
    await pass(30);
    const withIp = world.hosts.filter(({ addresses }) => addresses.size > 0).map(({ name }) => name);
    assert.deepEqual(withIp, ['h1', 'h2']);
    assert.equal(ganeti.luxidUp().length, 2);
  });
});
