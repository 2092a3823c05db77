import type { Env } from '../env/env.ts';
import { addressFamily, rulesetFor, type ShunnedNode, WITHDRAW_ALL } from './ruleset.ts';
import { hasRecord, readShuns, writeShuns } from './state.ts';

export interface ShunRequest {
  readonly name: string;
  readonly addresses: readonly string[];
  /** 22 where not given. */
  readonly sshPort?: number;
  readonly reason: string;
}

export type ShunResult =
  /** The names are those shunned from now on. */
  | { readonly kind: 'applied'; readonly names: readonly string[] }
  | { readonly kind: 'unchanged' }
  /** Nothing was changed because nothing could be or should be; Ganeti only waits longer. */
  | { readonly kind: 'skipped'; readonly reason: string; readonly remedy: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly remedy: string };

/** A shun older than this has outlived its reason: marking a node offline takes seconds. */
export const SHUN_AGE_LIMIT_MS = 30 * 60_000;

const NFT_TIMEOUT_MS = 5000;

/**
 * Refuses TCP to the Ganeti ports of nodes proven dead, so that Ganeti's tools do not wait for a corpse
 * (measured: master-failover 37.7 -> 8.7 s, marking offline 19.8 -> 1.7 s). The caller holds the proof.
 * A node with an address of this host is left alone. Nothing depends on the outcome for correctness.
 */
export async function shun(env: Env, nodes: readonly ShunRequest[], now: number): Promise<ShunResult> {
  const before = readShuns(env);
  const own = new Set(env.host.addresses());
  const wanted = nodes.filter(
    ({ name, addresses }) =>
      name !== '' && addresses.some(isAddress) && !addresses.some((address) => own.has(address)),
  );
  if (wanted.length === 0) {
    return {
      kind: 'skipped',
      reason: 'no address of another node was given',
      remedy: 'Run on the master: gnt-cluster redist-conf',
    };
  }
  const fresh = wanted.map(
    ({ name, addresses, sshPort = 22, reason }): ShunnedNode => ({
      name,
      addresses: addresses.filter(isAddress),
      sshPort,
      since: now,
      reason,
    }),
  );
  const kept = stillValid(before ?? [], now).filter(({ name }) => !fresh.some((node) => node.name === name));
  return await apply(env, before, [...kept, ...fresh]);
}

/** Takes back the shun of these nodes, and any that is too old. Cheap where there is nothing to take back. */
export async function withdraw(env: Env, names: readonly string[], now: number): Promise<ShunResult> {
  const before = readShuns(env);
  // Without a record a table may still be there; it goes, and the next call finds a record.
  if (before === undefined) return await apply(env, before, []);
  const after = stillValid(before, now).filter(({ name }) => !names.includes(name));
  if (after.length === before.length) return { kind: 'unchanged' };
  return await apply(env, before, after);
}

/**
 * Takes back every shun, also one of which no record is left. A hung nft is killed after `timeoutMs`: a stop has a
 * second, and the record stays, so that the next look or the age ends the shun.
 */
export async function withdrawAll(env: Env, timeoutMs = NFT_TIMEOUT_MS): Promise<ShunResult> {
  const before = readShuns(env);
  if (before?.length === 0) return { kind: 'unchanged' };
  return await apply(env, before, [], timeoutMs);
}

/** Whether there may be rules of ours: also where the record of them is garbage. One small file. */
export function mayBeShunning(env: Env): boolean {
  return readShuns(env)?.length !== 0 && hasRecord(env);
}

/** Who is shunned now, by our record: one small file. */
export function currentShuns(env: Env): readonly ShunnedNode[] {
  return readShuns(env) ?? [];
}

/** Those among them that have outlived their reason, or come from the future (a clock was set back). */
export function expiredShuns(nodes: readonly ShunnedNode[], now: number): readonly ShunnedNode[] {
  return nodes.filter(({ since }) => now - since >= SHUN_AGE_LIMIT_MS || since > now);
}

function stillValid(nodes: readonly ShunnedNode[], now: number): readonly ShunnedNode[] {
  const expired = expiredShuns(nodes, now);
  return nodes.filter((node) => !expired.includes(node));
}

async function apply(
  env: Env,
  before: readonly ShunnedNode[] | undefined,
  after: readonly ShunnedNode[],
  timeoutMs = NFT_TIMEOUT_MS,
): Promise<ShunResult> {
  // Recorded first: a record without rules withdraws cleanly, rules without a record would be forgotten.
  if (after.length > 0) {
    const recorded = writeShuns(env, after);
    if (recorded.kind === 'failed') {
      return {
        kind: 'skipped',
        reason: `not recorded: ${recorded.message}`,
        remedy: 'Make room under /run',
      };
    }
  }
  const outcome = await env.run({
    program: 'nft',
    args: ['-f', '-'],
    input: after.length > 0 ? rulesetFor(after) : WITHDRAW_ALL,
    timeoutMs,
  });
  if (outcome.kind === 'exited' && outcome.code === 0) {
    writeShuns(env, after);
    return { kind: 'applied', names: after.map(({ name }) => name) };
  }
  if (outcome.kind === 'not-found') {
    writeShuns(env, []);
    return { kind: 'skipped', reason: 'nft is not installed', remedy: 'Run: apt-get install nftables' };
  }
  // A kernel that cannot do nftables has no table of ours either: not asked again and again.
  if (after.length > 0 || (before === undefined && outcome.kind === 'exited')) writeShuns(env, before ?? []);
  const said = 'stderr' in outcome ? outcome.stderr.trim().split('\n')[0] : outcome.message;
  return {
    kind: 'failed',
    reason: `nft ${outcome.kind}: ${said}`,
    remedy: 'See: nft list table inet ganeti_ha',
  };
}

function isAddress(address: string): boolean {
  return addressFamily(address) !== undefined;
}
