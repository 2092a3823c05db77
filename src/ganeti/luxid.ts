import type { Env } from '../env/env.ts';
import { luxiSocket, withLuxi } from './luxi.ts';
import { queryConfigValues } from './luxi-queries.ts';
import { luxiTrouble, type Trouble } from './probe-result.ts';

/** What luxid on this node says; `silent` where it is dead, hung or talks nonsense. */
export type LuxidAnswer =
  | { readonly kind: 'answers'; readonly masterNode: string; readonly queueDrained: boolean }
  | { readonly kind: 'silent'; readonly how: Trouble['kind']; readonly message: string };

/** Asks luxid who is master and whether the queue is drained: static, answered at once by a sound luxid. */
export async function askLuxid(env: Env, runDir: string, timeoutMs: number): Promise<LuxidAnswer> {
  const options = {
    socket: luxiSocket(runDir),
    connectTimeoutMs: timeoutMs,
    requestTimeoutMs: timeoutMs,
  };
  const answer = await withLuxi(env, options, queryConfigValues);
  if (answer.kind === 'failed') {
    const { failure, message } = answer.error;
    return { kind: 'silent', how: luxiTrouble(failure), message };
  }
  return { kind: 'answers', ...answer.value };
}
