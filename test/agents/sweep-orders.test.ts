import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { inWorld } from './in-world.ts';
import { fence, offlined, watchingMaster } from './watching-master.ts';
import type { World } from './world.ts';

const HOUR_MS = 3_600_000;

/** What Pacemaker has in our property set, by name. */
function order(world: World, properties: Readonly<Record<string, string>>): void {
  const pairs = Object.entries(properties).map(
    ([name, value]) => `<nvpair id="ganeti-ha-${name}" name="${name}" value="${value}"/>`,
  );
  const set = `<cluster_property_set id="ganeti-ha-orders">${pairs.join('')}</cluster_property_set>`;
  world.put('/answers/cibadmin', `<crm_config>${set}</crm_config>`);
  // As Pacemaker does with each change.
  world.put('/var/lib/pacemaker/cib/cib.xml', `<cib>${set}<configuration><nodes/></configuration></cib>`);
}

/** Ordered an hour before its end. */
function until(untilMs: number, why = ''): string {
  const iso = (ms: number): string => new Date(ms).toISOString();
  return `${iso(untilMs)} ${iso(untilMs - HOUR_MS)} root@h2 ${why}`.trim();
}

function removed(world: World): readonly (string | undefined)[] {
  return world
    .calls('crm_attribute')
    .filter(({ args }) => args.includes('--delete'))
    .map(({ args }) => args[args.indexOf('--name') + 1]);
}

describe('a pause', { concurrency: 3 }, () => {
  inWorld('is shown at rest, and nothing is done to the dead until it is ended', {}, async (world) => {
    const luxid = await watchingMaster(world);
    order(world, { 'ganeti-ha-pause-1a2b3c': until(Date.now() + HOUR_MS, 'caf%C3%A9 &amp; switch') });
    const rest = await world.run('ganeti-node', 'monitor');
    assert.equal(rest.code, 190);
    assert.match(
      rest.told,
      /^GNH320 Paused \(1a2b3c by root@h2 until .* UTC: café & switch\); .* gnt-ha resume --all$/,
    );
    fence(world, 'h3');
    const run = await world.run('ganeti-node', 'monitor');
    assert.match(run.told, /^GNH320 .*h3.* but paused: 1a2b3c by root@h2/);
    assert.deepEqual(luxid.jobs, []);
    assert.match(
      world.read('/var/lib/ganeti-ha/ledger.jsonl') ?? '',
      /"event":"held","node":"h3\.lab\.test","hold":"pause"/,
    );
    order(world, {});
    await world.run('ganeti-node', 'monitor');
    assert.deepEqual(offlined(luxid), ['h3.lab.test']);
  });

  inWorld('that is over has no effect, and is removed an hour later', {}, async (world) => {
    const luxid = await watchingMaster(world);
    order(world, {
      'ganeti-ha-pause-aaaaaa': until(Date.now() - 60_000),
      'ganeti-ha-pause-bbbbbb': until(Date.now() - HOUR_MS - 60_000),
    });
    fence(world, 'h3');
    await world.run('ganeti-node', 'monitor');
    assert.deepEqual(offlined(luxid), ['h3.lab.test']);
    assert.deepEqual(removed(world), ['ganeti-ha-pause-bbbbbb']);
  });

  inWorld('that nobody can read stands until it is removed', {}, async (world) => {
    const luxid = await watchingMaster(world);
    order(world, { 'ganeti-ha-pause-1a2b3c': 'do not touch anything!' });
    fence(world, 'h3');
    const run = await world.run('ganeti-node', 'monitor');
    assert.match(run.told, /do not touch anything!/);
    assert.deepEqual(luxid.jobs, []);
  });

  for (const behaviour of ['exits-1', 'prints-garbage']) {
    inWorld(`may stand where cibadmin ${behaviour}: nothing is done`, {}, async (world) => {
      const luxid = await watchingMaster(world);
      world.behave('cibadmin', behaviour);
      fence(world, 'h3');
      const run = await world.run('ganeti-node', 'monitor');
      assert.equal(run.code, 190);
      assert.match(run.told, /^GNH321 /);
      assert.deepEqual(luxid.jobs, []);
      world.behave('cibadmin', 'prints-answer');
      await world.run('ganeti-node', 'monitor');
      assert.deepEqual(offlined(luxid), ['h3.lab.test'], 'it is asked again at once');
    });
  }

  inWorld('may be upstream’s file, which is warned of', {}, async (world) => {
    const luxid = await watchingMaster(world);
    world.put('/var/lib/ganeti/ha_node_role_config', '');
    fence(world, 'h3');
    const run = await world.run('ganeti-node', 'monitor');
    assert.match(run.stderr, /GNH322 Paused by upstream's file.* rm \/var\/lib\/ganeti\/ha_node_role_config/);
    assert.deepEqual(luxid.jobs, []);
    world.remove('/var/lib/ganeti/ha_node_role_config');
    await world.run('ganeti-node', 'monitor');
    assert.deepEqual(offlined(luxid), ['h3.lab.test']);
  });

  inWorld('leaves alone what runs: a job for a node that is back is withdrawn', {}, async (world) => {
    const luxid = await watchingMaster(world);
    fence(world, 'h3');
    await world.run('ganeti-node', 'monitor');
    order(world, { 'ganeti-ha-pause-1a2b3c': until(Date.now() + HOUR_MS) });
    world.pacemaker({});
    await world.run('ganeti-node', 'monitor');
    assert.deepEqual(luxid.cancelled, [1]);
  });
});

describe('a release', { concurrency: 3 }, () => {
  inWorld('lets through whom the brake held, and is gone with its effect', { size: 5 }, async (world) => {
    const luxid = await watchingMaster(world);
    const one = { parameters: { max_offline: '1' } };
    fence(world, 'h4', 'h5');
    const held = await world.run('ganeti-node', 'monitor', one);
    assert.match(held.told, /^GNH304 .* gnt-ha release h5\.lab\.test$/);
    order(world, { 'ganeti-ha-release-h5.lab.test': until(Date.now() + 600_000) });
    await world.run('ganeti-node', 'monitor', one);
    assert.deepEqual(offlined(luxid), ['h4.lab.test', 'h5.lab.test']);
    assert.deepEqual(removed(world), [], 'its job may still fail');
    world.put('/var/lib/ganeti/ssconf_offline_nodes', 'h4.lab.test\nh5.lab.test\n');
    for (const job of luxid.jobs) job.status = 'success';
    await world.run('ganeti-node', 'monitor', one);
    assert.deepEqual(removed(world), ['ganeti-ha-release-h5.lab.test']);
  });

  inWorld('does nothing to a node that lives, and does not wait for its death', {}, async (world) => {
    const luxid = await watchingMaster(world);
    order(world, { 'ganeti-ha-release-h3.lab.test': until(Date.now() + 600_000) });
    await world.run('ganeti-node', 'monitor');
    assert.deepEqual(luxid.jobs, []);
    assert.deepEqual(removed(world), ['ganeti-ha-release-h3.lab.test']);
  });
});

describe('two master candidates without whom no majority is left', () => {
  inWorld('are marked one after the other', { size: 4 }, async (world) => {
    const luxid = await watchingMaster(world);
    const two = { parameters: { max_offline: '2' } };
    fence(world, 'h3', 'h4');
    const run = await world.run('ganeti-node', 'monitor', two);
    assert.deepEqual(offlined(luxid), ['h3.lab.test']);
    assert.match(run.told, /^GNH324 .*h4.* when their jobs have ended/);
    await world.run('ganeti-node', 'monitor', two);
    assert.deepEqual(offlined(luxid), ['h3.lab.test'], 'the first job has not run');
    for (const job of luxid.jobs) job.status = 'success';
    for (const node of luxid.nodes) if (node.name === 'h3.lab.test') node.offline = true;
    await world.run('ganeti-node', 'monitor', two);
    assert.deepEqual(offlined(luxid), ['h3.lab.test', 'h4.lab.test']);
  });
});
