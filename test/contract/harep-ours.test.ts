import { before, describe, it } from 'node:test';
import { masterOf, ourHarep, socketOf, useBinary } from './harep-ours.ts';
import { assertOutcome, CASES, play } from './harep-play.ts';

/** Their other halves are in harep.test.ts. */
describe('gnt-ha harep, where the real harep', { concurrency: 2 }, () => {
  before(useBinary);

  for (const one of CASES) {
    it(`${one.title}: ${one.differs ?? 'the same'}`, async () => {
      const world = await masterOf(one.cluster.nodes, one.alive);
      try {
        const found = await play(one, socketOf(world), async () => {
          const { code } = await ourHarep(world);
          return code;
        });
        assertOutcome(found, one.ours === 'same' ? one.harep : one.ours);
      } finally {
        await world.close();
      }
    });
  }
});
