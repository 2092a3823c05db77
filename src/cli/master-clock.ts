import type { Env } from '../env/env.ts';
import { masterPlace } from './master-place.ts';

/** The clock by which orders end, for the master is who reads them. */
export type MasterClock =
  | {
      readonly kind: 'known';
      readonly master: string;
      /** What it is ahead of this host's, milliseconds. */
      readonly aheadMs: number;
    }
  | { readonly kind: 'unknown'; readonly text: string };

/** Asks the master's noded, which answers master candidates only; on the master itself nobody. */
export async function masterClock(env: Env, dataDir: string): Promise<MasterClock> {
  const place = await masterPlace(env, dataDir);
  if (place.kind === 'unknown') return place;
  const { masterNode: master, primaryIps } = place.ssconf;
  if (place.kind === 'here') return { kind: 'known', master, aheadMs: 0 };
  const address = primaryIps.get(master);
  if (address === undefined) return { kind: 'unknown', text: `ssconf has no address of ${master}` };
  const { askClock } = await import('../ganeti/noded-rpc.ts');
  const said = await askClock(env, dataDir, address);
  return said.kind === 'ok'
    ? { kind: 'known', master, aheadMs: said.clockMs }
    : { kind: 'unknown', text: `noded of ${master}: ${said.message}` };
}

/** What time it is there; this host's time where that is not known. */
export function masterNow(env: Env, clock: MasterClock): number {
  return env.clock.now() + (clock.kind === 'known' ? clock.aheadMs : 0);
}
