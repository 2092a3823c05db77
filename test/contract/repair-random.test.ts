import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { World } from '../agents/world.ts';
import { type LuxiCluster, luxiCluster } from '../luxi-cluster/server.ts';
import { drbd, NODES, PREFIX } from './harep-cluster.ts';
import { masterOf, ourHarep, socketOf, useBinary } from './harep-ours.ts';
import { numbersFrom, randomCluster } from './harep-random.ts';
import { realHarep } from './harep-real.ts';
import { needsRoot } from './needs-root.ts';
import { objection } from './repair-judge.ts';

const INSTANCES = 60;
const SEEDS = [11, 12, 13];
/** Fewer, since harep takes half a second for each tag. */
const HAREPS = 40;
const SEED_OF_HAREP = 5;
const ROUNDS_OF_TROUBLE = 6;
const QUIET_ROUNDS = 3;

/** Enough in each of the two groups that there is always another one. */
const MANY_NODES = [...NODES, ...[8, 9, 10, 11].map((number) => ({ name: `h${number}.lab.test` }))];

interface Trouble {
  /** How likely a connection ends before or after a request is carried out. */
  readonly hangUp: number;
  /** How likely an opcode of a repair fails. */
  readonly fails: number;
}

describe('gnt-ha harep on random clusters of all disk templates', () => {
  let world: World;
  before(async () => {
    await useBinary();
    world = await masterOf(MANY_NODES);
  });
  after(() => world.close());

  /** Runs it again and again, in trouble first; what was objected to on the way. */
  async function live(luxid: LuxiCluster, seed: number, trouble: Trouble): Promise<readonly string[]> {
    const next = numbersFrom(seed);
    const objections: string[] = [];
    let troubled = true;
    const cut = async (): Promise<'hang-up' | undefined> =>
      troubled && next() < trouble.hangUp ? 'hang-up' : undefined;
    luxid.before = cut;
    luxid.after = cut;
    luxid.queue.script = (op) => {
      const wrong = objection(op, luxid.cluster, Date.now());
      if (wrong !== undefined) objections.push(wrong);
      const fails = troubled && op.OP_ID.startsWith('OP_INSTANCE_') && next() < trouble.fails;
      return fails ? { kind: 'error', text: 'as the seed has it' } : undefined;
    };
    for (let round = 0; round < ROUNDS_OF_TROUBLE + QUIET_ROUNDS; round++) {
      troubled = round < ROUNDS_OF_TROUBLE;
      const { code } = await ourHarep(world);
      assert.ok(code === 0 || (troubled && code === 1), `exit code ${code} in round ${round}`);
    }
    return objections;
  }

  const drawn = (seed: number) =>
    randomCluster(INSTANCES, seed, {
      nodes: MANY_NODES,
      templates: ['plain', 'file', 'sharedfile', 'gluster', 'rbd', 'ext', 'blockdev', 'diskless'],
    });
  const pendings = (tags: readonly string[]): number =>
    tags.filter((tag) => tag.startsWith(`${PREFIX}pending:`)).length;

  for (const seed of SEEDS) {
    it(`does what is needed and allowed, once, though connections end at any moment (seed ${seed})`, async () => {
      const luxid = await luxiCluster(socketOf(world), drawn(seed));
      try {
        const up = new Set(luxid.cluster.instances.filter(({ running }) => running).map(({ name }) => name));
        assert.deepEqual(await live(luxid, seed, { hangUp: 0.1, fails: 0 }), []);
        for (const { name, blank, running, tags } of luxid.cluster.instances) {
          assert.equal(blank, false, name);
          assert.equal(running, up.has(name), name);
          assert.equal(pendings(tags), 0, `${name}: ${tags.join(' ')}`);
        }
        assert.ok(luxid.cluster.instances.some(({ history }) => history.length > 0));
      } finally {
        await luxid.close();
      }
    });

    it(`does nothing else where jobs fail besides, and leaves one pending tag at most (seed ${seed})`, async () => {
      const luxid = await luxiCluster(socketOf(world), drawn(seed));
      try {
        assert.deepEqual(await live(luxid, seed, { hangUp: 0.05, fails: 0.3 }), []);
        for (const { name, tags } of luxid.cluster.instances) assert.ok(pendings(tags) <= 1, name);
      } finally {
        await luxid.close();
      }
    });
  }

  it('is judged by one who objects to the real harep', { skip: needsRoot }, async () => {
    const random = randomCluster(HAREPS, SEED_OF_HAREP, { nodes: MANY_NODES });
    const last = drbd('last', 'h3', 'h4', { tags: ['reinstall'] });
    const luxid = await luxiCluster(socketOf(world), {
      ...random,
      instances: [last, ...(random.instances ?? [])],
    });
    try {
      const objections: string[] = [];
      luxid.queue.script = (op) => {
        const wrong = objection(op, luxid.cluster, Date.now());
        if (wrong !== undefined) objections.push(wrong);
        return undefined;
      };
      await realHarep(luxid.socket, '--job-delay=0');
      const said = objections.join('\n');
      assert.match(said, /RECREATE_DISKS of \S+: its primary lives and has its data/);
      assert.match(said, /RECREATE_DISKS of \S+: its secondary lives and has its data/);
      assert.match(said, /FAILOVER of \S+: it runs, and could be migrated/);
    } finally {
      await luxid.close();
    }
  });
});
