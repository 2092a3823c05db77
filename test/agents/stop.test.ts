import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { withinLimit } from './timing.ts';
import { type AgentName, makeWorld, type RunOptions, type World, type WorldOptions } from './world.ts';

const STOP_LIMIT_MS = 1000;
const STARTED = {
  'ganeti-node': '/run/ganeti-ha/node.started',
  'ganeti-master': '/run/ganeti-ha/master.started',
  'ganeti-master-promotable': '/run/ganeti-ha/promotable.started',
};

/** Mounting in a namespace of one's own. */
const needsMounts = {
  skip:
    spawnSync('unshare', ['--mount', 'true']).status === 0
      ? false
      : 'unshare --mount does not work here: it needs root',
};

interface State {
  readonly name: string;
  readonly world?: WorldOptions;
  readonly options?: RunOptions;
  prepare?(world: World): void | Promise<void>;
}

const STATES: readonly State[] = [
  { name: 'on the master' },
  { name: 'on a node that is not master', world: { master: 2 } },
  { name: 'on a node without Ganeti', world: { ganeti: 'absent' } },
  { name: 'on a node in no Ganeti cluster', world: { ganeti: 'unused' } },
  {
    name: 'without ssconf_master_node',
    prepare: (world) => world.remove('/var/lib/ganeti/ssconf_master_node'),
  },
  {
    name: 'with garbage in ssconf',
    prepare: (world) => world.put('/var/lib/ganeti/ssconf_master_node', '\0\x01\n\nh1 h2\n'),
  },
  {
    name: 'with a luxid that accepts and never answers',
    prepare: async (world) => {
      (await world.luxid()).hung = true;
    },
  },
  { name: 'with a crm_node and a crm_mon that hang', prepare: (world) => hangPacemaker(world) },
  {
    name: 'without Pacemaker’s programs',
    prepare: (world) => {
      for (const name of ['crm_mon', 'crm_node', 'attrd_updater']) world.remove(`/usr/sbin/${name}`);
    },
  },
  { name: 'without quorum', prepare: (world) => world.pacemaker({ quorum: false }) },
  { name: 'with parameters that are not valid', options: { parameters: { mode: 'half', data_dir: '../x' } } },
  { name: 'with no variables at all', options: { bare: true } },
];

for (const agent of ['ganeti-node', 'ganeti-master', 'ganeti-master-promotable'] as const) {
  for (const { name, world: worldOptions, options, prepare } of STATES) {
    for (const started of [true, false]) {
      test(`${agent} stop succeeds within a second ${name}, ${started ? 'started' : 'not started'}`, async () => {
        const world = await makeWorld(worldOptions);
        try {
          await prepare?.(world);
          const stop = await withinLimit(world, agent, STOP_LIMIT_MS, () => {
            if (started) world.put(STARTED[agent], '1\n');
            return world.run(agent, 'stop', options);
          });
          assert.deepEqual([stop.code, stop.stdout, stop.reason], [0, '', '']);
          assert.equal(world.read(STARTED[agent]), undefined);
        } finally {
          await world.close();
        }
      });
    }
  }

  test(`${agent} stop succeeds where its log cannot be written`, async () => {
    const world = await makeWorld();
    world.put(STARTED[agent], '1\n');
    // The parameter that is not valid gives it something to say.
    const stop = await world.run(agent, 'stop', {
      parameters: { mode: 'half' },
      wrapper: ['sh', '-c', 'exec "$@" 2>/dev/full', 'sh'],
    });
    assert.deepEqual([stop.code, stop.stderr], [0, '']);
    assert.equal(world.read(STARTED[agent]), undefined);
    await world.close();
  });

  test(`${agent} stop of what was stopped already succeeds`, async () => {
    const world = await makeWorld();
    world.put(STARTED[agent], '1\n');
    for (let times = 0; times < 3; times++) assert.equal((await world.run(agent, 'stop')).code, 0);
    assert.equal((await world.run(agent, 'monitor')).code, 7);
    await world.close();
  });

  test(
    `${agent} stop succeeds on a full disk, and the role is no longer on record as started`,
    needsMounts,
    async () => {
      await inNamespace(agent, FULL_DISK, (after) => assert.equal(after, 'gone'));
    },
  );

  test(
    `${agent} stop succeeds where nothing can be written, and says that it stays on record`,
    needsMounts,
    async () => {
      const stderr = await inNamespace(agent, READ_ONLY, (after) => assert.equal(after, 'there'));
      assert.match(stderr, /GNH116 .*EROFS/);
    },
  );
}

function hangPacemaker(world: World): void {
  world.behave('crm_node', 'hangs');
  world.behave('crm_mon', 'hangs');
}

/** $R is the test root; the marker is on the file system that fills up. */
const FULL_DISK = `
mkdir -p $R/run $R/var/lib/ganeti-ha
mount -t tmpfs -o size=64k none $R/run
mkdir $R/run/ganeti-ha
echo 1 >$MARKER
mount --bind $R/run $R/var/lib/ganeti-ha
cat /dev/zero >$R/run/filler 2>/dev/null`;

const READ_ONLY = `
mkdir -p $R/run/ganeti-ha $R/var/lib/ganeti-ha
echo 1 >$MARKER
for folder in run var; do mount --bind $R/$folder $R/$folder; mount -o remount,bind,ro $R/$folder; done`;

async function inNamespace(
  agent: AgentName,
  prepare: string,
  check: (marker: string) => void,
): Promise<string> {
  const world = await makeWorld();
  try {
    const marker = `${world.root}${STARTED[agent]}`;
    const script = `R=${world.root} MARKER=${marker}${prepare}
"$@"; code=$?
if [ -e "$MARKER" ]; then echo there; else echo gone; fi
exit $code`;
    const wrapper = ['unshare', '--mount', 'sh', '-c', script, 'sh'];
    const vars = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
    const stop = await withinLimit(world, agent, STOP_LIMIT_MS, () =>
      world.run(agent, 'stop', { wrapper, vars }),
    );
    assert.deepEqual([stop.code, stop.reason], [0, '']);
    check(stop.stdout.trim());
    return stop.stderr;
  } finally {
    await world.close();
  }
}
