import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { describe } from 'node:test';
import { type AgentRun, runAgent } from '../../agents/agent-run.ts';
import { inWorld } from '../../agents/in-world.ts';
import { fence, offlined, watchingMaster } from '../../agents/watching-master.ts';
import type { World, WorldOptions } from '../../agents/world.ts';

const HOUR_MS = 3_600_000;

/** `gnt-ha` as a process of its own, in this world. */
function gntHa(world: World, ...args: readonly string[]): Promise<AgentRun> {
  return runAgent('gnt-ha', args, {
    GANETI_HA_ROOT: world.root,
    SUDO_USER: 'jo smith',
    PATH: '/usr/bin:/bin',
  });
}

function withProperties(title: string, options: WorldOptions, story: (world: World) => Promise<void>): void {
  inWorld(title, options, async (world) => {
    for (const program of ['cibadmin', 'crm_attribute']) world.behave(program, 'keeps-properties');
    await story(world);
  });
}

function names(world: World): readonly string[] {
  try {
    return readdirSync(`${world.root}/answers/properties`).sort();
  } catch {
    return [];
  }
}

async function listed(
  world: World,
): Promise<readonly { id: string; who: string; why: string; untilMs: number }[]> {
  return JSON.parse((await gntHa(world, 'pause', '--list', '-o', 'json')).stdout);
}

function about(ms: number, expected: number): void {
  assert.ok(Math.abs(ms - expected) < 60_000, `${new Date(ms).toISOString()}`);
}

describe('gnt-ha pause', { concurrency: 3 }, () => {
  withProperties(
    'lasts four hours, says why and by whom, and keeps the agent from acting',
    {},
    async (world) => {
      const luxid = await watchingMaster(world);
      const run = await gntHa(world, 'pause', '--reason', 'café &\n "switch" 100%');
      assert.equal(run.code, 0, run.stderr);
      const [pause] = await listed(world);
      assert.match(pause?.who ?? '', /^jo_smith@/);
      assert.equal(pause?.why, 'café & "switch" 100%');
      about(pause?.untilMs ?? 0, Date.now() + 4 * HOUR_MS);
      assert.match(
        run.stdout,
        new RegExp(`^Paused: ${pause?.id} by jo_smith@.* To end it: gnt-ha resume ${pause?.id}\n$`),
      );
      fence(world, 'h3');
      assert.match((await world.run('ganeti-node', 'monitor')).told, /^GNH320 /);
      assert.deepEqual(luxid.jobs, []);
      assert.equal((await gntHa(world, 'resume')).code, 0);
      await world.run('ganeti-node', 'monitor');
      assert.deepEqual(offlined(luxid), ['h3.lab.test']);
    },
  );

  withProperties('ends when it is told to', {}, async (world) => {
    const moment = `${new Date(Date.now() + 2 * HOUR_MS).toISOString().slice(0, 16)}Z`;
    for (const end of [
      ['--for', '1h30m'],
      ['--until', moment],
    ])
      assert.equal((await gntHa(world, 'pause', ...end)).code, 0);
    const ends = (await listed(world)).map(({ untilMs }) => untilMs).sort();
    about(ends[0] ?? 0, Date.now() + 1.5 * HOUR_MS);
    about(ends[1] ?? 0, Date.parse(moment));
  });

  for (const end of [
    ['--for', '25h'],
    ['--for', '0m'],
    ['--for', 'ever'],
    ['--until', '2001-01-01T00:00Z'],
    ['--until', '18:00'],
    ['--for', '1h', '--until', '2030-01-01T00:00Z'],
  ]) {
    withProperties(`is refused with ${end.join(' ')}`, {}, async (world) => {
      const run = await gntHa(world, 'pause', ...end);
      assert.equal(run.code, 64);
      assert.notEqual(run.stderr, '');
      assert.deepEqual(names(world), []);
    });
  }

  for (const [where, clockMs] of [
    ['behind', 900_000],
    ['ahead of', -900_000],
  ] as const) {
    withProperties(`ends by the master’s clock where this host’s is ${where} it`, {}, async (world) => {
      await world.noded('h1', { clockMs });
      const run = await gntHa(world, 'pause', '--for', '10m');
      assert.equal(run.code, 0, run.stderr);
      assert.match(
        run.stderr,
        new RegExp(
          `^This host's clock is (899|900|901) s ${where} that of the master \\(h1\\.lab\\.test\\);`,
        ),
      );
      const [pause] = await listed(world);
      about(pause?.untilMs ?? 0, Date.now() + clockMs + 600_000);
      assert.equal((await gntHa(world, 'resume', pause?.id ?? '')).code, 0, 'seen by the same clock');
      assert.deepEqual(names(world), []);
    });

    withProperties(`has no moment to end at where this host’s clock is ${where} it`, {}, async (world) => {
      await world.noded('h1', { clockMs });
      const moment = `${new Date(Date.now() + 2 * HOUR_MS).toISOString().slice(0, 16)}Z`;
      const run = await gntHa(world, 'pause', '--until', moment);
      assert.equal(run.code, 1);
      assert.match(run.stderr, /There is no pause\. Set the clock that is wrong, say --for 2h/);
      assert.deepEqual(names(world), []);
    });
  }

  withProperties('says nothing of clocks that agree', {}, async (world) => {
    await world.noded('h1', { clockMs: 20_000 });
    const run = await gntHa(world, 'pause', '--for', '10m');
    assert.equal(run.code, 0);
    assert.equal(run.stderr, '');
  });

  withProperties('says that it did not compare the clocks where noded is silent', {}, async (world) => {
    const run = await gntHa(world, 'pause', '--for', '10m');
    assert.equal(run.code, 0);
    assert.match(run.stdout, /^Paused: /);
    assert.match(run.stderr, /^The master's clock was not compared .*ECONNREFUSED.* Check on the master: /);
  });

  withProperties('says so where it could not be ordered', {}, async (world) => {
    world.behave('crm_attribute', 'exits-1');
    const run = await gntHa(world, 'pause');
    assert.equal(run.code, 1);
    assert.match(run.stderr, /There is no pause/);
    world.behave('crm_attribute', undefined);
    const lost = await gntHa(world, 'pause');
    assert.equal(lost.code, 1, 'an exit code is no pause');
    assert.match(lost.stderr, /cannot be seen here/);
  });
});

describe('gnt-ha pause --list', { concurrency: 3 }, () => {
  withProperties('off the master leaves upstream’s file there out, and says so', {}, async (world) => {
    be(world, 'h2.lab.test');
    world.put('/var/lib/ganeti/ha_node_role_config', '');
    const run = await gntHa(world, 'pause', '--list');
    assert.deepEqual([run.code, run.stdout], [0, 'No pause stands.\n']);
    assert.match(
      run.stderr,
      /that of the master counts \(h1\.lab\.test by ssconf\); the one on this host does not/,
    );
  });

  withProperties('on the master has upstream’s file', {}, async (world) => {
    be(world, 'h1.lab.test');
    world.put('/var/lib/ganeti/ha_node_role_config', '');
    const run = await gntHa(world, 'pause', '--list');
    assert.match(run.stdout, /^ha_node_role_config by /);
    assert.equal(run.stderr, '');
  });
});

describe('gnt-ha resume', { concurrency: 3 }, () => {
  withProperties('ends the one that is named, and asks which of several', {}, async (world) => {
    await gntHa(world, 'pause', '-r', 'first');
    await gntHa(world, 'pause', '-r', 'second');
    const which = await gntHa(world, 'resume');
    assert.equal(which.code, 64);
    assert.equal(names(world).length, 2);
    assert.equal((await gntHa(world, 'resume', 'nobody')).code, 64);
    const first = (await listed(world)).find(({ why }) => why === 'first');
    assert.equal((await gntHa(world, 'resume', first?.id ?? '')).code, 0);
    assert.deepEqual(
      (await listed(world)).map(({ why }) => why),
      ['second'],
    );
    await gntHa(world, 'pause', '-r', 'third');
    assert.equal((await gntHa(world, 'resume', '--all')).code, 0);
    assert.deepEqual(names(world), []);
  });

  withProperties('does not remove upstream’s file, and says that it stands', {}, async (world) => {
    world.put('/var/lib/ganeti/ha_node_role_config', '');
    const run = await gntHa(world, 'resume', '--all');
    assert.equal(run.code, 1);
    assert.match(run.stderr, /rm \/var\/lib\/ganeti\/ha_node_role_config/);
  });

  withProperties('ends nothing it cannot see', {}, async (world) => {
    world.behave('cibadmin', 'exits-1');
    assert.equal((await gntHa(world, 'resume', '--all')).code, 3);
    assert.deepEqual(world.calls('crm_attribute'), []);
  });
});

/** Three nodes dead, of which one may be marked. */
async function storm(world: World): ReturnType<typeof watchingMaster> {
  // The operator's commands go by the name of the machine.
  world.put('/var/lib/pacemaker/cib/cib.xml', '<cib><configuration><nodes/></configuration></cib>');
  const luxid = await watchingMaster(world);
  fence(world, 'h5', 'h6', 'h7');
  await world.run('ganeti-node', 'monitor', { parameters: { max_offline: '1' } });
  assert.deepEqual(offlined(luxid), ['h5.lab.test']);
  return luxid;
}

/** This machine is that node. */
function be(world: World, node: string): void {
  const name = `<nvpair id="n" name="ganeti-name" value="${node}"/>`;
  const me = `<node id="1" uname="${hostname()}"><instance_attributes id="i">${name}</instance_attributes></node>`;
  world.put(
    '/var/lib/pacemaker/cib/cib.xml',
    `<cib><configuration><nodes>${me}</nodes></configuration></cib>`,
  );
}

describe('gnt-ha release', { concurrency: 3 }, () => {
  withProperties('lets the named one through after the brake held it', { size: 7 }, async (world) => {
    const luxid = await storm(world);
    const dry = await gntHa(world, 'release', '--dry-run', 'h7');
    assert.equal(dry.code, 0, dry.stderr);
    assert.match(
      dry.stdout,
      /^h7\.lab\.test would be marked offline, whatever the brake says: .*\nNothing was released\.\n$/,
    );
    const unasked = await gntHa(world, 'release', 'h7');
    assert.equal(unasked.code, 1, 'nobody is there to agree');
    assert.deepEqual(names(world), []);
    const run = await gntHa(world, 'release', '--yes', 'h7');
    assert.equal(run.code, 0, run.stderr);
    await world.run('ganeti-node', 'monitor', { parameters: { max_offline: '1' } });
    assert.deepEqual(offlined(luxid), ['h5.lab.test', 'h7.lab.test']);
  });

  withProperties(
    'refuses a node that lives, one that nobody knows, and with it all others',
    { size: 7 },
    async (world) => {
      await storm(world);
      const alive = await gntHa(world, 'release', '--yes', 'h7', 'h2');
      assert.equal(alive.code, 1);
      assert.match(alive.stderr, /h2\.lab\.test is not dead for all we know/);
      assert.equal((await gntHa(world, 'release', '--yes', 'h7', 'stranger')).code, 64);
      assert.deepEqual(names(world), []);
    },
  );

  withProperties('says that a pause is stronger', { size: 7 }, async (world) => {
    await storm(world);
    await gntHa(world, 'pause');
    const run = await gntHa(world, 'release', '--dry-run', 'h7');
    assert.match(run.stderr, /Until that ends a release has no effect: gnt-ha resume --all/);
  });

  withProperties('without names lets all through that are held', { size: 7 }, async (world) => {
    const luxid = await storm(world);
    be(world, 'h1.lab.test');
    const run = await gntHa(world, 'release', '--yes');
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(names(world), ['ganeti-ha-release-h6.lab.test', 'ganeti-ha-release-h7.lab.test']);
    await world.run('ganeti-node', 'monitor', { parameters: { max_offline: '1' } });
    assert.deepEqual(offlined(luxid), ['h5.lab.test', 'h6.lab.test', 'h7.lab.test']);
  });

  withProperties('without names passes over one that was held and is back', { size: 7 }, async (world) => {
    await storm(world);
    be(world, 'h1.lab.test');
    fence(world, 'h5', 'h7');
    const run = await gntHa(world, 'release', '--yes');
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stderr, /h6\.lab\.test is not dead for all we know/);
    assert.deepEqual(names(world), ['ganeti-ha-release-h7.lab.test']);
  });

  withProperties(
    'without names has to run on the master, which knows who is held',
    { size: 7 },
    async (world) => {
      await storm(world);
      world.put('/var/lib/ganeti/ssconf_master_node', 'h4.lab.test\n');
      const run = await gntHa(world, 'release', '--yes');
      assert.equal(run.code, 64);
      assert.match(run.stderr, /Run it on h4\.lab\.test, or name the nodes/);
    },
  );
});
