import type { Env } from '../env/env.ts';
import { addressFamily, NODED_PORT } from './ruleset.ts';

export type EndResult =
  /** How many connections were ended. */
  | { readonly kind: 'ended'; readonly count: number }
  /** ss is missing or may not: jobs that hang go on hanging. */
  | { readonly kind: 'failed'; readonly message: string };

const TIMEOUT_MS = 3_000;

/**
 * Ends this host's open connections to noded on these addresses. A job that hangs in a call to a host whose power was
 * cut waits for an answer for up to an hour, with its locks; so it fails at once with an error of its own ("Software
 * caused connection abort"; run, 3.0.2), and undoes what it has to. A shun only refuses what is sent, and who waits
 * sends nothing. The caller holds the proof that the node is dead.
 */
export async function endConnections(env: Env, addresses: readonly string[]): Promise<EndResult> {
  const own = new Set(env.host.addresses());
  let count = 0;
  for (const address of addresses) {
    // Without an address ss would end every connection of this host.
    if (addressFamily(address) === undefined || own.has(address)) continue;
    const outcome = await env.run({
      program: 'ss',
      args: ['--kill', '--tcp', '--numeric', '--no-header', 'dst', address, 'dport', '=', `${NODED_PORT}`],
      timeoutMs: TIMEOUT_MS,
    });
    if (outcome.kind !== 'exited') return { kind: 'failed', message: `ss: ${outcome.kind}` };
    // Where the kernel cannot, it says so and exits with 0.
    if (outcome.code !== 0 || outcome.stderr.trim() !== '') {
      return { kind: 'failed', message: `ss: ${outcome.stderr.trim() || `exit ${outcome.code}`}` };
    }
    count += outcome.stdout.split('\n').filter((line) => line.trim() !== '').length;
  }
  return { kind: 'ended', count };
}
