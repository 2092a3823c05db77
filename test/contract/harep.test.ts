import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type LuxiCluster, luxiCluster } from '../luxi-cluster/server.ts';
import { type HarepCase, RUNS } from './harep-case.ts';
import { DANGERS } from './harep-cases-danger.ts';
import { OTHERS } from './harep-cases-other.ts';
import { SAME } from './harep-cases-same.ts';
import { type Outcome, outcomeOf } from './harep-outcome.ts';
import { realHarep } from './harep-real.ts';
import { needsRoot } from './needs-root.ts';

/** harep sleeps half a second for each of its tag jobs, so most of the time nothing runs at all. */
const AT_A_TIME = 6;

async function play(
  one: HarepCase,
  socket: string,
  run: (luxid: LuxiCluster) => Promise<number | undefined>,
): Promise<Outcome> {
  const luxid = await luxiCluster(socket, one.cluster);
  try {
    one.prepare?.(luxid);
    const exits: (number | undefined)[] = [];
    for (let number = 1; number <= (one.runs ?? RUNS); number++) {
      if (number > 1) one.between?.(luxid, number);
      exits.push(await run(luxid));
    }
    return outcomeOf(luxid, exits);
  } finally {
    await luxid.close();
  }
}

function assertOutcome(found: Outcome, expected: Partial<Outcome>): void {
  const all: Partial<Outcome> = { exits: found.exits.map(() => 0), ...expected };
  const compared = Object.fromEntries(Object.entries(found).filter(([key]) => key in all));
  assert.deepEqual(compared, all);
}

describe('the real harep', { skip: needsRoot, concurrency: AT_A_TIME }, () => {
  for (const one of [...SAME, ...DANGERS, ...OTHERS]) {
    it(one.title, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'harep-'));
      try {
        const found = await play(one, join(folder, 'ganeti-query'), async ({ socket }) => {
          const { code } = await realHarep(socket);
          return code;
        });
        assertOutcome(found, one.harep);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});
