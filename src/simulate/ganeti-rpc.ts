import { certificateOf } from './ganeti-ssconf.ts';
import type { Errand, Ganeti, GanetiHost, OpenCall } from './ganeti-state.ts';
import { DATA_DIR, works } from './ganeti-state.ts';

/** A call of noded on another host, there and back. */
const CALL_MS = 30;
/** Ganeti's time limit for a connection (Constants.hs): what each call to a corpse costs. */
export const CONNECT_MS = 5_000;

/** Ganeti's time limits of calls (Constants.hs:1416), once the connection stands. */
export const LIMIT_MS = { urgent: 60_000, fast: 300_000, normal: 900_000, slow: 3_600_000 } as const;

export type Said<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * One call of the noded at `to` by Ganeti on `from`. `act` is done at the moment noded has the call; noded takes it
 * only from those whose certificate its own ssconf knows as a candidate's (lib/server/noded.py:1320).
 */
export async function callNode<T>(
  ganeti: Ganeti,
  errand: Errand,
  to: GanetiHost | undefined,
  act: (to: GanetiHost) => T,
  limitMs: number = LIMIT_MS.urgent,
): Promise<Said<T>> {
  const from = errand.at;
  if (to === undefined) return await silence(errand, CONNECT_MS);
  if (to !== from && from.shunned.has(to.host.address)) return refused(to);
  if (!ganeti.world.connected(from.host, to.host)) return await silence(errand, CONNECT_MS);
  const noded = to.daemons.get('ganeti-noded');
  if (noded === undefined) return refused(to);
  const { boot } = to.host;
  await errand.sleep(CALL_MS / 2);
  if (noded.state === 'refusing') {
    return { kind: 'failed', message: `${to.host.ganetiName}: HTTP status 500` };
  }
  if (noded.state !== 'working') return await unanswered(ganeti, errand, to, limitMs);
  if (!takesCallsFrom(to, from)) {
    return { kind: 'failed', message: `${to.host.ganetiName}: the client certificate is not accepted` };
  }
  // The call is in vain where either of them has gone or was cut off on the way.
  if (!ganeti.world.connected(from.host, to.host) || to.host.boot !== boot || !works(to, 'ganeti-noded')) {
    return await unanswered(ganeti, errand, to, limitMs);
  }
  const value = act(to);
  await errand.sleep(CALL_MS / 2);
  return { kind: 'ok', value };
}

function takesCallsFrom(to: GanetiHost, from: GanetiHost): boolean {
  const known = to.host.disk.read(`${DATA_DIR}/ssconf_master_candidates_certs`);
  return known.kind === 'text' && known.text.includes(`=${certificateOf(uuidOf(from))}\n`);
}

/** Nodes have a uuid of their name, so that logs can be read. */
export function uuidOf({ host }: Pick<GanetiHost, 'host'>): string {
  return `uuid-${host.ganetiName}`;
}

/**
 * Waits for an answer with a connection that is open; nobody tells when the other host dies. `aborted`: somebody on
 * this host has ended the connection. Without `answer` none comes.
 */
export async function hang(
  { world }: Ganeti,
  errand: Errand,
  { host }: GanetiHost,
  ms: number,
  answer?: { readonly afterMs: number; readonly given: () => boolean },
): Promise<CallEnd> {
  const { calls } = errand.at;
  const how = await new Promise<CallEnd>((resolve) => {
    const call: OpenCall = { address: host.address, end: () => over('aborted') };
    const limit = world.clock.after(ms, () => over('timed out'));
    const over = (result: CallEnd): void => {
      limit.cancel();
      calls.delete(call);
      resolve(result);
    };
    calls.add(call);
    if (answer !== undefined) {
      world.clock.after(answer.afterMs, () => answer.given() && over('answered'));
    }
  });
  await errand.sleep(0);
  return how;
}

type CallEnd = 'answered' | 'timed out' | 'aborted';

async function unanswered(ganeti: Ganeti, errand: Errand, to: GanetiHost, ms: number): Promise<Said<never>> {
  const how = await hang(ganeti, errand, to, ms);
  const why = how === 'aborted' ? 'Software caused connection abort' : 'Operation timed out';
  return { kind: 'failed', message: `Error while executing the RPC: ${why}` };
}

async function silence(errand: Errand, ms: number): Promise<Said<never>> {
  await errand.sleep(ms);
  return { kind: 'failed', message: 'Error while executing the RPC: Connection timed out' };
}

function refused({ host }: GanetiHost): Said<never> {
  return { kind: 'failed', message: `connect to ${host.address}:1811 failed: Connection refused` };
}
