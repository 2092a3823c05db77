import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type ScriptedCluster, scriptedCluster } from './scripted-cluster.ts';

type Event = readonly [afterMs: number, verb: Verb, node: number];

const VERBS = [
  'power-off',
  'power-on',
  'cut',
  'heal',
  'stop',
  'stop-pacemaker',
  'start',
  'kill',
  'standby',
  'maintenance',
  'refuse',
  'monitor-fails',
  'stop-fails',
] as const;
type Verb = (typeof VERBS)[number];

const event: fc.Arbitrary<Event> = fc.tuple(
  fc.integer({ min: 0, max: 20_000 }),
  fc.constantFrom(...VERBS),
  fc.nat(4),
);

function happen(cluster: ScriptedCluster, refusing: Set<string>, verb: Verb, name: string): void {
  const { world, pacemaker, fails } = cluster;
  const host = cluster.host(name);
  const verbs: Readonly<Record<Verb, () => void>> = {
    'power-off': () => world.powerOff(host),
    'power-on': () => world.powerOn(host),
    cut: () => world.cut([host]),
    heal: () => world.heal([host]),
    stop: () => pacemaker.stop(name),
    'stop-pacemaker': () => pacemaker.stop(name, { corosync: false }),
    start: () => pacemaker.start(name),
    kill: () => pacemaker.kill(name),
    standby: () => pacemaker.setStandby(name, true),
    maintenance: () => pacemaker.setNodeMaintenance(name, true),
    refuse: () => refusing.add(name),
    'monitor-fails': () => fails.set(`${name} ganeti-master monitor`, 1),
    'stop-fails': () => fails.set(`${name} ganeti-node stop`, 1),
  };
  verbs[verb]();
}

/** Everything that was broken is mended, as an administrator would. */
async function mend(cluster: ScriptedCluster, refusing: Set<string>): Promise<void> {
  const { world, pacemaker } = cluster;
  refusing.clear();
  cluster.fails.clear();
  world.heal(world.hosts);
  for (const { name } of world.hosts) {
    pacemaker.setStandby(name, false);
    pacemaker.setNodeMaintenance(name, false);
  }
  for (let round = 0; round < 4; round++) {
    pacemaker.cleanup();
    for (const host of world.hosts) {
      world.powerOn(host);
      pacemaker.start(host.name);
    }
    await cluster.run(120_000);
  }
}

describe('the simulated cluster, whatever has happened', () => {
  it('is whole again once all is mended, with the role on one host and nobody left out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 5 }),
        fc.boolean(),
        fc.array(event, { maxLength: 12 }),
        async (size, reboot, events) => {
          const refusing = new Set<string>();
          const cluster = await scriptedCluster(size, {
            stonithAction: reboot ? 'reboot' : 'off',
            faults: { fence: (target) => (refusing.has(target) ? { ok: false } : undefined) },
          });
          for (const [afterMs, verb, node] of events) {
            await cluster.run(afterMs);
            happen(cluster, refusing, verb, `h${(node % size) + 1}`);
          }
          await mend(cluster, refusing);
          const names = cluster.world.hosts.map(({ name }) => name);
          const story = cluster.world.lines
            .map(({ ms, host, text }) => `${ms} ${host ?? '-'} ${text}`)
            .join('\n');
          assert.deepEqual(cluster.pacemaker.cloneOn(), names, story);
          assert.equal(cluster.pacemaker.masterOn().length, 1, story);
          assert.equal(new Set(names.map((name) => cluster.pacemaker.dcOf(name))).size, 1, story);
          assert.doesNotMatch(story, /CRASH/);
        },
      ),
      { numRuns: Number(process.env.RUNS ?? 60), seed: Number(process.env.SEED ?? 1) },
    );
  });
});
