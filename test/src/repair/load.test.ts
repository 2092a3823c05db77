// What a pass knows of a cluster, from a luxid that answers as Ganeti's does.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict, VerdictKind } from '../../../src/evidence/verdict.ts';
import { luxiSocket, withLuxi } from '../../../src/ganeti/luxi.ts';
import { readSsconf } from '../../../src/ganeti/ssconf.ts';
import { type Loaded, loadFacts } from '../../../src/repair/load.ts';
import { makeWorld, type World } from '../../agents/world.ts';
import type { ClusterDescription } from '../../luxi-cluster/description.ts';
import { type LuxiCluster, luxiCluster } from '../../luxi-cluster/server.ts';
import { mortal } from './mortal.ts';

const PENDING = 'ganeti:watcher:autorepair:pending:failover:once:1600000000:';
const SHARED = { template: 'sharedfile', pnode: 'h3.lab.test' } as const;

type Load = (
  verdicts?: Readonly<Record<string, VerdictKind>>,
  tagJobs?: readonly number[],
) => Promise<Loaded>;

/** h3 is offline and has web.lab.test, unless told otherwise. */
function loading(
  title: string,
  change: Partial<ClusterDescription>,
  body: (load: Load, luxid: LuxiCluster, world: World) => Promise<void>,
): void {
  test(title, async () => {
    const world = await makeWorld();
    const luxid = await luxiCluster(`${world.root}${luxiSocket('/run')}`, {
      nodes: [{ name: 'h1.lab.test' }, { name: 'h2.lab.test' }, { name: 'h3.lab.test', offline: true }],
      instances: [{ ...SHARED, name: 'web.lab.test' }],
      ...change,
    });
    const { env } = mortal(world.root);
    const options = { socket: luxiSocket('/run'), connectTimeoutMs: 2_000, requestTimeoutMs: 5_000 };
    const load: Load = async (given = {}, tagJobs = []) => {
      const read = readSsconf(env.files, '/var/lib/ganeti');
      assert.ok(read.kind === 'ok');
      const verdicts = new Map(
        Object.entries(given).map(([host, kind]) => [`${host}.lab.test`, verdict(host, kind)]),
      );
      const around = Promise.resolve({ verdicts, fencing: false, stopped: undefined, frozen: false });
      const done = await withLuxi(env, options, (call) =>
        loadFacts(call, env, '/var/lib/ganeti', read.ssconf, around, luxid.flags.drained, tagJobs),
      );
      return done.kind === 'ok' ? done.value : assert.fail(done.error.message);
    };
    try {
      await body(load, luxid, world);
    } finally {
      await luxid.close();
      await world.close();
    }
  });
}

function verdict(host: string, kind: VerdictKind): Verdict {
  return {
    node: `${host}.lab.test`,
    verdict: kind,
    reasons: [{ rule: 'online', text: `${host} is ${kind}` }],
  };
}

const submit = (luxid: LuxiCluster, opId: string, name: string, source = 'gnt-ha:repair:once'): number =>
  luxid.queue.submit([{ OP_ID: opId, instance_name: name, reason: [[source, 'told', 1]] }]);

loading(
  'a job that ends while the configuration is read counts as running still',
  {},
  async (load, luxid) => {
    luxid.cluster.instance('web').tags = [PENDING];
    luxid.queue.script = ({ OP_ID: id }) => (id === 'OP_INSTANCE_FAILOVER' ? { kind: 'running' } : undefined);
    const job = submit(luxid, 'OP_INSTANCE_FAILOVER', 'web.lab.test');
    // The instances were told as they were before it.
    luxid.after = async ({ method, args }) => {
      if (method === 'Query' && args[0] === 'instance') luxid.queue.finish(job);
      return undefined;
    };
    const { facts } = await load({ h3: 'fenced' });
    assert.deepEqual(
      [facts.instances[0]?.primary, facts.jobs.map(({ id, status, repair }) => [id, status, repair])],
      ['h3.lab.test', [[job, 'unfinished', 'once']]],
    );
  },
);

loading('so does one that is submitted and ends in between', {}, async (load, luxid) => {
  luxid.cluster.instance('web').tags = [PENDING];
  let job = 0;
  luxid.after = async ({ method, args }) => {
    if (method === 'Query' && args[0] === 'instance')
      job = submit(luxid, 'OP_INSTANCE_FAILOVER', 'web.lab.test');
    return undefined;
  };
  const { facts } = await load({ h3: 'fenced' });
  assert.deepEqual(
    facts.jobs.map(({ id, status }) => [id, status]),
    [[job, 'unfinished']],
  );
});

loading(
  'a job of a repair is found by its reason, ended, though no tag names it',
  {},
  async (load, luxid) => {
    luxid.cluster.instance('web').tags = [PENDING];
    const ours = submit(luxid, 'OP_INSTANCE_FAILOVER', 'web.lab.test');
    submit(luxid, 'OP_INSTANCE_SHUTDOWN', 'web.lab.test', 'gnt:client');
    await new Promise((resolve) => setTimeout(resolve, 5));
    const { facts } = await load({ h3: 'fenced' });
    assert.deepEqual(
      facts.jobs.map(({ id, status, repair }) => [id, status, repair]),
      [[ours, 'success', 'once']],
    );
  },
);

loading('a job that Ganeti has forgotten is gone, an archived one is not', {}, async (load, luxid) => {
  const [kept, lost] = [1, 2].map(() => submit(luxid, 'OP_INSTANCE_STARTUP', 'web.lab.test'));
  luxid.cluster.instance('web').tags = [`${PENDING}${kept}+${lost}`];
  luxid.queue.forget(lost ?? 0);
  const found = luxid.queue.find(kept ?? 0);
  if (found !== undefined) found.archived = true;
  await new Promise((resolve) => setTimeout(resolve, 5));
  const { facts } = await load({ h3: 'fenced' });
  const status = new Map(facts.jobs.map((job) => [job.id, job.status]));
  assert.equal(status.get(lost ?? 0), 'gone');
  assert.notEqual(status.get(kept ?? 0), 'gone');
});

loading('tags that were written a moment ago may not be seen yet', {}, async (load, luxid) => {
  const why = { reason: [['gnt-ha:repair:once', 'told', 1]] };
  const job = luxid.queue.submit([
    { OP_ID: 'OP_TAGS_SET', kind: 'instance', name: 'web.lab.test', tags: [PENDING], ...why },
  ]);
  const found = async (): Promise<readonly unknown[]> =>
    (await load({ h3: 'fenced' }, [job])).facts.jobs.map(({ id, status, tagsOnly }) => [
      id,
      status,
      tagsOnly,
    ]);
  assert.deepEqual(await found(), [[job, 'unfinished', true]]);
  await new Promise((resolve) => setTimeout(resolve, 600));
  assert.deepEqual(await found(), [[job, 'success', true]]);
});

loading("an administrator's job is told by the whole name of its instance", {}, async (load, luxid) => {
  luxid.queue.script = () => ({ kind: 'running' });
  submit(luxid, 'OP_INSTANCE_STARTUP', 'web', 'gnt:client');
  const { facts } = await load({ h3: 'fenced' });
  assert.deepEqual(
    facts.jobs.map(({ instances, repair }) => [instances, repair]),
    [[['web.lab.test'], undefined]],
  );
});

loading('no room means what Ganeti says by its code, not by its words', {}, async (load, luxid) => {
  luxid.queue.script = () => ({
    kind: 'error',
    className: 'OpPrereqError',
    text: 'x',
    code: 'insufficient_resources',
  });
  const job = submit(luxid, 'OP_INSTANCE_FAILOVER', 'web.lab.test');
  luxid.cluster.instance('web').tags = [`${PENDING}${job}`];
  await new Promise((resolve) => setTimeout(resolve, 5));
  const { facts } = await load({ h3: 'fenced' });
  assert.deepEqual(
    facts.jobs.map(({ status, noRoom }) => [status, noRoom]),
    [['failed', true]],
  );
});

for (const [what, verdicts, answers, state] of [
  ['fenced, and silent', { h3: 'fenced' }, false, 'offline'],
  ['fenced, and answers, so it boots', { h3: 'fenced' }, true, 'offline-alive'],
  ['a member', { h3: 'alive' }, false, 'offline-alive'],
  ['lost, and silent on the network', { h3: 'lost' }, false, 'offline'],
  ['lost, and yet answers on the network', { h3: 'lost' }, true, 'offline-alive'],
  ['unknown to Pacemaker, and silent', {}, false, 'offline'],
  ['unknown to Pacemaker, and answers', {}, true, 'offline-alive'],
] as const)
  loading(`a node that is marked offline and is ${what} counts as ${state}`, {}, async (load, _, world) => {
    if (answers) await world.confd('h3');
    const { facts } = await load(verdicts);
    assert.equal(facts.nodes.get('h3.lab.test')?.state, state);
  });

loading('a drained queue takes nothing', {}, async (load, luxid) => {
  luxid.flags.drained = true;
  const { facts, frozen } = await load({ h3: 'fenced' });
  assert.deepEqual([frozen, /queue is drained/.test(facts.stopped ?? '')], [true, true]);
});

loading('only nodes that live are asked what is free', {}, async (load) => {
  const { living } = await load({ h1: 'alive', h2: 'lost', h3: 'fenced' });
  assert.deepEqual(living, ['h1.lab.test']);
});

loading('without Pacemaker that is every node in service', {}, async (load) => {
  assert.deepEqual((await load()).living, ['h1.lab.test', 'h2.lab.test']);
});
