import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { assertOutcome, CASES, play } from './harep-play.ts';
import { realHarep } from './harep-real.ts';
import { needsRoot } from './needs-root.ts';

/** harep sleeps half a second for each of its tag jobs, so most of the time nothing runs at all. */
const AT_A_TIME = 6;

describe('the real harep', { skip: needsRoot, concurrency: AT_A_TIME }, () => {
  for (const one of CASES) {
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
