import assert from 'node:assert/strict';
import { describe } from 'node:test';
import * as v from 'valibot';
import { inWorld } from '../../agents/in-world.ts';
import type { LuxidServer } from '../../agents/luxid-server.ts';
import { fence, gone, watchingMaster } from '../../agents/watching-master.ts';
import type { World } from '../../agents/world.ts';

const FORESEEN = v.object({
  assumed: v.array(v.string()),
  steps: v.array(v.object({ afterMs: v.number(), host: v.optional(v.string()), what: v.string() })),
  end: v.object({ master: v.string(), offline: v.array(v.string()), drained: v.array(v.string()) }),
});

type Foreseen = v.InferOutput<typeof FORESEEN>;

async function failing(world: World, ...nodes: readonly string[]): Promise<Foreseen> {
  const run = await world.gntHa('simulate', '--fail', ...nodes, '-o', 'json');
  assert.equal(run.code, 0, run.stderr);
  return v.parse(FORESEEN, JSON.parse(run.stdout));
}

function told({ steps }: Foreseen, pattern: RegExp): readonly string[] {
  return steps.flatMap(({ what }) => (pattern.test(what) ? [what] : []));
}

function nodeOf(luxid: LuxidServer, name: string) {
  const node = luxid.nodes.find((one) => one.name === `${name}.lab.test`);
  assert.ok(node);
  return node;
}

/** Written now, and over after so long; its end. */
function order(world: World, name: string, forMs: number, who = 'root@h2', why = ''): string {
  const ends = new Date(Date.now() + forMs).toISOString();
  const value = `${ends} ${new Date().toISOString()} ${who} ${why}`.trim();
  const pair = `<nvpair id="ganeti-ha-${name}" name="ganeti-ha-${name}" value="${value}"/>`;
  world.put(
    '/answers/cibadmin',
    `<crm_config><cluster_property_set id="ganeti-ha-orders">${pair}</cluster_property_set></crm_config>`,
  );
  return ends;
}

/** As the offline job leaves them, a minute ago. */
function offline(world: World, luxid: LuxidServer, ...names: readonly string[]): void {
  for (const name of names) {
    nodeOf(luxid, name).offline = true;
    nodeOf(luxid, name).mtime = Date.now() / 1000 - 60;
  }
  world.put('/var/lib/ganeti/ssconf_offline_nodes', names.map((name) => `${name}.lab.test\n`).join(''));
  for (const job of luxid.jobs) job.status = 'success';
}

/** h4 has been fenced and marked offline, then h5 fenced and held by the brake; by the real monitor. */
async function oneMarkedOneHeld(world: World): Promise<LuxidServer> {
  const luxid = await watchingMaster(world);
  fence(world, 'h4');
  await world.run('ganeti-node', 'monitor');
  offline(world, luxid, 'h4');
  fence(world, 'h4', 'h5');
  const run = await world.run('ganeti-node', 'monitor');
  assert.match(run.told, /^GNH304 h5 was fenced .* but no more than 1 may be marked offline/);
  return luxid;
}

/** The resources with these parameters and cluster properties, and a further one. */
function configured(
  world: World,
  parameters: Readonly<Record<string, string>>,
  properties: Readonly<Record<string, string>>,
  further = '',
): void {
  const pairs = (values: Readonly<Record<string, string>>): string =>
    Object.entries(values)
      .map(([name, value]) => `<nvpair id="id-${name}" name="${name}" value="${value}"/>`)
      .join('');
  world.put(
    '/var/lib/pacemaker/cib/cib.xml',
    `<cib><configuration>
      <crm_config><cluster_property_set id="o">${pairs(properties)}</cluster_property_set></crm_config>
      <nodes/>
      <resources><clone id="c"><meta_attributes id="m">${pairs({ notify: 'true' })}</meta_attributes>
        <primitive id="n" class="ocf" provider="ganeti" type="ganeti-node">
          <instance_attributes id="i">${pairs(parameters)}</instance_attributes>
        </primitive></clone>${further}</resources>
    </configuration></cib>`,
  );
}

/** A corosync of this many nodes with these lines in its sections. */
function corosync(world: World, nodes: number, totem = '', quorum = ''): void {
  world.put(
    '/etc/corosync/corosync.conf',
    `totem {\n  version: 2\n${totem}}\nquorum {\n  provider: corosync_votequorum\n${quorum}}\nnodelist {\n${'  node {\n    nodeid: 1\n  }\n'.repeat(nodes)}}\n`,
  );
}

function noticedAfterMs({ steps }: Foreseen): number | undefined {
  return steps.find(({ what }) => /^membership is now: /.test(what))?.afterMs;
}

/** Enough for quorum with three of them dead. */
const BRAKE = { size: 7, tags: ['ocf:node-offline:max:1'] };
const UNDER_A_MINUTE_MS = 55_000;

describe('gnt-ha simulate --fail takes over', { concurrency: 2 }, () => {
  inWorld('who is drained in Ganeti: it stays so, and is made no candidate', { size: 5 }, async (world) => {
    const luxid = await world.luxid();
    nodeOf(luxid, 'h4').drained = true;
    nodeOf(luxid, 'h5').candidate = false;
    const foreseen = await failing(world, 'h2');
    assert.deepEqual(foreseen.end.drained, ['h4.lab.test']);
    assert.deepEqual(told(foreseen, /becomes a master candidate/), [
      'h5.lab.test becomes a master candidate',
    ]);
    assert.doesNotMatch(foreseen.assumed.join('\n'), /drained/);
    const text = await world.gntHa('simulate', '--fail', 'h2');
    assert.match(text.stdout, /offline: h2\.lab\.test; drained: h4\.lab\.test\.\n$/);
    assert.deepEqual(luxid.jobs, []);
    assert.deepEqual([...new Set(luxid.methods)].sort(), ['Query', 'QueryClusterInfo', 'QueryConfigValues']);
  });

  inWorld('who can be no master candidate', { size: 5 }, async (world) => {
    const luxid = await world.luxid();
    nodeOf(luxid, 'h4').candidate = false;
    nodeOf(luxid, 'h5').candidate = false;
    nodeOf(luxid, 'h5').capable = false;
    const foreseen = await failing(world, 'h2');
    assert.deepEqual(told(foreseen, /becomes a master candidate/), [
      'h4.lab.test becomes a master candidate',
    ]);
  });

  inWorld('a drained job queue: nobody can be marked offline', { size: 5 }, async (world) => {
    const luxid = await world.luxid();
    luxid.drained = true;
    const { end } = await failing(world, 'h3');
    assert.deepEqual(end.offline, []);
  });

  inWorld('a node that a job is about to mark offline', BRAKE, async (world) => {
    const luxid = await watchingMaster(world);
    fence(world, 'h4');
    await world.run('ganeti-node', 'monitor');
    assert.equal(luxid.jobs[0]?.status, 'queued');
    const { end, assumed, steps } = await failing(world, 'h3');
    assert.deepEqual(end.offline, ['h4.lab.test']);
    assert.match(assumed.join('\n'), /jobs of Ganeti that have not ended \(1\) are over/);
    assert.ok(steps.some(({ what }) => /^h3\.lab\.test is held: /.test(what)));
  });

  inWorld('that a node was fenced and is held: it did not leave in order', { size: 5 }, async (world) => {
    await watchingMaster(world);
    fence(world, 'h5');
    const { end } = await failing(world, 'h3');
    assert.deepEqual(end.offline, ['h3.lab.test', 'h5.lab.test']);
  });

  inWorld('a hold by the brake, and a release of it that stands', BRAKE, async (world) => {
    await oneMarkedOneHeld(world);
    assert.deepEqual((await failing(world, 'h3')).end.offline, ['h4.lab.test']);
    order(world, 'release-h5.lab.test', 500_000);
    const foreseen = await failing(world, 'h3');
    assert.deepEqual(foreseen.end.offline, ['h4.lab.test', 'h5.lab.test']);
    assert.equal(told(foreseen, /^h5\.lab\.test is marked offline: /).length, 1);
    assert.notEqual(told(foreseen, /^h3\.lab\.test is held: /).length, 0);
  });

  inWorld('a release also where the master is what fails', BRAKE, async (world) => {
    await oneMarkedOneHeld(world);
    order(world, 'release-h5.lab.test', 500_000);
    const { end, steps } = await failing(world, 'h1');
    assert.deepEqual(end.offline, ['h4.lab.test', 'h5.lab.test']);
    const [marked] = steps.filter(({ what }) => /^h5\.lab\.test is marked offline: /.test(what));
    assert.equal(marked?.host, end.master);
  });

  inWorld('no release that is over', BRAKE, async (world) => {
    await oneMarkedOneHeld(world);
    order(world, 'release-h5.lab.test', -1_000);
    assert.deepEqual((await failing(world, 'h3')).end.offline, ['h4.lab.test']);
  });

  inWorld('when Ganeti has marked whom: the brake of the next master counts it', BRAKE, async (world) => {
    const luxid = await world.luxid();
    offline(world, luxid, 'h4');
    const held = await failing(world, 'h1');
    assert.deepEqual(held.end.offline, ['h4.lab.test']);
    assert.notEqual(told(held, /^h1\.lab\.test is held: /).length, 0);
    nodeOf(luxid, 'h4').mtime = Date.now() / 1000 - 3_600;
    assert.deepEqual((await failing(world, 'h1')).end.offline, ['h1.lab.test', 'h4.lab.test']);
  });

  inWorld('a pause, until its own end', { size: 5 }, async (world) => {
    await world.luxid();
    const ends = order(world, 'pause-1a2b3c', 3_600_000, 'root@h2', 'switch &amp; caf%C3%A9')
      .slice(0, 16)
      .replace('T', ' ');
    const paused = await failing(world, 'h3');
    assert.deepEqual(paused.end.offline, []);
    const [held = ''] = told(paused, /^h3\.lab\.test is held: /);
    assert.ok(held.includes(`but paused: 1a2b3c by root@h2 until ${ends} UTC: switch & café`), held);
    const [, since = ''] = /known since (\S+)\)/.exec(held) ?? [];
    assert.ok(Math.abs(Date.parse(since) - Date.now()) < 60_000, `${since} is a time of the story`);
    order(world, 'pause-1a2b3c', 60_000);
    const { end, steps } = await failing(world, 'h3');
    assert.deepEqual(end.offline, ['h3.lab.test']);
    const [marked] = steps.filter(({ what }) => /is marked offline: /.test(what));
    assert.ok((marked?.afterMs ?? 0) > UNDER_A_MINUTE_MS - 5_000, JSON.stringify(marked));
    assert.ok((marked?.afterMs ?? 0) < 2 * UNDER_A_MINUTE_MS, JSON.stringify(marked));
  });

  inWorld("a pause that nobody can read, and upstream's", { size: 5 }, async (world) => {
    await world.luxid();
    world.put('/var/lib/ganeti/ha_node_role_config', '');
    assert.deepEqual((await failing(world, 'h3')).end.offline, []);
    world.remove('/var/lib/ganeti/ha_node_role_config');
    world.put(
      '/answers/cibadmin',
      '<crm_config><cluster_property_set id="ganeti-ha-orders"><nvpair id="p" name="ganeti-ha-pause-x" value="do not touch"/></cluster_property_set></crm_config>',
    );
    const { end, steps } = await failing(world, 'h3');
    assert.deepEqual(end.offline, []);
    assert.ok(steps.some(({ what }) => /an unreadable order: do not touch/.test(what)));
  });

  inWorld('who is down also where fencing reboots: it has not come back', { size: 5 }, async (world) => {
    await watchingMaster(world);
    configured(world, {}, { 'stonith-action': 'reboot' });
    fence(world, 'h5');
    const { steps } = await failing(world, 'h3');
    const memberships = steps.flatMap(({ what }) => (/^membership is now: /.test(what) ? [what] : []));
    assert.match(memberships.at(-1) ?? '', /h3\.lab\.test/, 'who fails now does');
    assert.doesNotMatch(memberships.join('\n'), /h5\.lab\.test/);
  });

  inWorld("corosync's token: so much later a loss is noticed", {}, async (world) => {
    corosync(world, 3);
    const before = noticedAfterMs(await failing(world, 'h3'));
    corosync(world, 3, '  token: 10000\n');
    const after = noticedAfterMs(await failing(world, 'h3'));
    assert.ok(before !== undefined && after !== undefined);
    // Token and consensus, which is 1.2 of it.
    assert.equal(Math.round(after - before), 15_400);
  });

  inWorld("corosync's two_node: without it one of two has no quorum", { size: 2 }, async (world) => {
    await world.luxid();
    corosync(world, 2, '', '  two_node: 1\n');
    assert.deepEqual((await failing(world, 'h2')).end.offline, ['h2.lab.test']);
    corosync(world, 2);
    assert.deepEqual((await failing(world, 'h2')).end.offline, []);
  });

  inWorld(
    'which nodes have an out-of-band program: the power-off by Ganeti is told with its command',
    { tags: ['ocf:node-offline:use-poweroff'] },
    async (world) => {
      const luxid = await world.luxid();
      const run = await world.gntHa('simulate', '--fail', 'h3');
      assert.match(run.stdout, /\$ gnt-node power off h3\.lab\.test\n/);
      assert.doesNotMatch(run.stdout, /its poweroff job failed/);
      assert.match(run.stdout, /Assumed: the out-of-band program works on each node\.\n/);
      nodeOf(luxid, 'h3').oob = false;
      assert.match(
        (await failing(world, 'h2')).assumed.join('\n'),
        /works on each node, also on h3\.lab\.test, for which Ganeti has none/,
      );
      for (const node of luxid.nodes) node.oob = false;
      const without = await failing(world, 'h3');
      assert.equal(told(without, /^h3\.lab\.test: its poweroff job failed: /).length, 1);
      assert.doesNotMatch(without.assumed.join('\n'), /out-of-band/);
    },
  );

  inWorld('parameters of the resources, wherever Ganeti lives', {}, async (world) => {
    configured(world, { data_dir: '/srv/ganeti', run_dir: '/srv/run', max_offline: '0' }, {});
    assert.deepEqual((await failing(world, 'h3')).end.offline, []);
  });
});

describe('gnt-ha simulate --fail says what it assumes', { concurrency: 2 }, () => {
  inWorld('off the master: who is drained is not known there', { me: 2 }, async (world) => {
    const { assumed } = await failing(world, 'h3');
    assert.match(
      assumed.join('\n'),
      /no node is drained .*: not known on this host \(only luxid on h1\.lab\.test knows it, and here is none\)/,
    );
    assert.match(assumed.join('\n'), /nothing was marked offline or held lately.*h1\.lab\.test only/);
    assert.match(assumed.join('\n'), /there are no instances: what repairs would do is not foretold/);
  });

  inWorld('where luxid hangs, and where it names another master', {}, async (world) => {
    const luxid = await world.luxid();
    world.put('/answers/luxid-master', 'h2.lab.test\n');
    assert.match(
      (await failing(world, 'h3')).assumed.join('\n'),
      /not known on this host \(luxid here names h2\.lab\.test as master, ssconf h1\.lab\.test\)/,
    );
    luxid.hung = true;
    assert.match(
      (await failing(world, 'h3')).assumed.join('\n'),
      /no node is drained .* not known on this host/,
    );
  });

  inWorld('of instances, and of marks that these agents have made', {}, async (world) => {
    const luxid = await world.luxid();
    luxid.instances.push({ name: 'web1.lab.test', pnode: 'h3.lab.test' });
    nodeOf(luxid, 'h2').tags = ['ocf:node-offline:readmitted:1700000000'];
    const { assumed } = await failing(world, 'h3');
    assert.match(
      assumed.join('\n'),
      /there are no instances \(of 1\): what repairs would do is not foretold/,
    );
    assert.match(assumed.join('\n'), /drained, marked or taken back h2\.lab\.test before does not count/);
  });

  inWorld('of orders, where Pacemaker does not tell them', {}, async (world) => {
    world.behave('cibadmin', 'exits-1');
    const { assumed } = await failing(world, 'h3');
    assert.match(assumed.join('\n'), /no pause and no release of the brake stands \(cibadmin: /);
  });

  inWorld('of a node that left nobody knows how', { size: 5 }, async (world) => {
    world.pacemaker({ nodes: gone('h5'), fencings: [{ target: 'h5' }] });
    const { assumed, end } = await failing(world, 'h3');
    assert.match(
      assumed.join('\n'),
      /h5\.lab\.test was stopped in order, although nobody can tell: the fencing history/,
    );
    assert.deepEqual(end.offline, ['h3.lab.test']);
  });

  inWorld('of corosync, where its configuration is not to be had', { size: 5 }, async (world) => {
    const { assumed } = await failing(world, 'h3');
    assert.ok(
      assumed.includes(
        'corosync has its default token for 5 nodes (4950 ms), without two_node: /etc/corosync/corosync.conf is missing',
      ),
      assumed.join('\n'),
    );
  });

  inWorld('of what of its configuration is not played', {}, async (world) => {
    corosync(world, 3, '  consensus: 9000\n', '  device {\n    model: net\n  }\n');
    assert.ok(
      (await failing(world, 'h3')).assumed.includes(
        "corosync's times and quorum are as without totem.consensus, quorum.device of its configuration",
      ),
    );
  });

  inWorld(
    'of the out-of-band programs off the master',
    { me: 2, tags: ['ocf:node-offline:use-poweroff'] },
    async (world) => {
      const { assumed } = await failing(world, 'h3');
      assert.ok(assumed.includes('each node has an out-of-band program that works'), assumed.join('\n'));
    },
  );

  inWorld('of nothing else where all is known', {}, async (world) => {
    await world.luxid();
    configured(world, {}, {});
    corosync(world, 3);
    assert.deepEqual((await failing(world, 'h3')).assumed, [
      'each fencing takes 5 s and succeeds',
      'all else is well: daemons, disks, clocks, the network; no resource has failed, is disabled or bound by a rule, and no simulation file is there',
    ]);
  });
});
