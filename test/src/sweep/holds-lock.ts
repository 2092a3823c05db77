import { appendFileSync } from 'node:fs';
import { realEnv } from '../../../src/env/real.ts';
import { withSweepLock } from '../../../src/sweep/lock.ts';

/**
 * A process of its own that takes the sweep's lock again and again and writes down when it came and went:
 * `holds-lock.ts TIMES HOLD_MS`. With HOLD_MS `for-ever` it says so on standard output and waits to be killed.
 */
const [times = '1', hold = '0'] = process.argv.slice(2);
const env = realEnv(process.env, () => {});
const diary = `${process.env.GANETI_HA_ROOT}/diary`;

for (let count = 0; count < Number(times); count++) {
  await withSweepLock(env, 30_000, async () => {
    appendFileSync(diary, `${process.pid} in\n`);
    if (hold === 'for-ever') {
      process.stdout.write('held\n');
      await new Promise((resolve) => setTimeout(resolve, 600_000));
    }
    await new Promise((resolve) => setTimeout(resolve, Number(hold)));
    appendFileSync(diary, `${process.pid} out\n`);
  });
}
