import { LEDGER_FILE } from '../../../src/env/paths.ts';
import * as real from '../../../src/node/monitor.ts';

export const monitor: typeof real.monitor = async (context) => {
  const result = await real.monitor(context);
  const { files, clock } = context.env;
  for (;;) {
    const ledger = files.read(LEDGER_FILE);
    const last = ledger.kind === 'text' ? ledger.text.lastIndexOf('"offline-submitted"') : -1;
    if (ledger.kind !== 'text' || last < 0 || ledger.text.includes('"job-ended"', last)) return result;
    await clock.sleep(1_000);
  }
};
