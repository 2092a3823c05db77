// What the hosts of a story write in their ledgers, and when by the story's time: their clocks may be wrong.
import { LEDGER_FILE } from '../../src/env/paths.ts';
import type { Stage } from '../../src/simulate/story-verbs.ts';
import type { SimHost } from '../../src/simulate/world.ts';
import type { LedgerEntry } from '../../src/sweep/ledger.ts';

export interface LedgerLine {
  readonly ms: number;
  readonly by: string;
  readonly entry: LedgerEntry;
}

export function watchLedgers({ world }: Stage, see: (host: SimHost, line: LedgerLine) => void): void {
  for (const host of world.hosts) {
    const { appended } = host.disk;
    host.disk.appended = (path, text) => {
      appended?.(path, text);
      if (path !== LEDGER_FILE) return;
      for (const line of text.split('\n'))
        if (line.startsWith('{'))
          see(host, { ms: world.clock.now(), by: host.name, entry: JSON.parse(line) as LedgerEntry });
    };
  }
}
