import type { Env } from '../env/env.ts';
import { type ConfdReply, decodeReply, encodeRequest } from './confd-packet.ts';

export const CONFD_PORT = 1814;

/** Datagrams get lost; one that is must not keep the role from being taken. */
const AGAIN_MS = [250, 500];

export interface ConfdQuestion {
  readonly address: string;
  readonly type: number;
  readonly query: string | null;
}

export type ConfdExchange =
  /** In the order of the questions; undefined where no authentic reply came in time. */
  | { readonly kind: 'asked'; readonly replies: readonly (ConfdReply | undefined)[] }
  /** Nothing was sent. */
  | { readonly kind: 'no-key'; readonly message: string };

/**
 * Puts all questions at once and waits at most timeoutMs in all, less when every one is answered.
 * What is not signed with the cluster's key, answers no question of ours, or repeats an answer is ignored:
 * anybody may send us datagrams.
 */
export async function exchange(
  env: Env,
  dataDir: string,
  questions: readonly ConfdQuestion[],
  timeoutMs: number,
): Promise<ConfdExchange> {
  const path = `${dataDir}/hmac.key`;
  const key = env.files.readBase64(path);
  if (key.kind !== 'text' || key.text === '') {
    const why = key.kind === 'unreadable' ? key.message : key.kind === 'missing' ? 'no such file' : 'empty';
    return { kind: 'no-key', message: `ConfD cannot be asked without ${path}: ${why}` };
  }
  if (questions.length === 0) return { kind: 'asked', replies: [] };
  const salts = questions.map(() => env.host.uuid());
  const replies = new Map<string, ConfdReply>();
  let seen = 0;
  await env.net.askUdp({
    timeoutMs,
    again: { atMs: AGAIN_MS, isOpen: (index) => !replies.has(salts[index] ?? '') },
    to: questions.map(({ address, type, query }, index) => ({
      address,
      port: CONFD_PORT,
      payload: encodeRequest(env.host.hmacSha1, key.text, env.clock.now(), {
        type,
        query,
        rsalt: salts[index] ?? '',
      }),
    })),
    done: (answers) => {
      for (const { payload } of answers.slice(seen)) {
        const decoded = decodeReply(env.host.hmacSha1, key.text, payload);
        if (decoded === undefined || !salts.includes(decoded.rsalt) || replies.has(decoded.rsalt)) continue;
        replies.set(decoded.rsalt, decoded.reply);
      }
      seen = answers.length;
      return replies.size === questions.length;
    },
  });
  return { kind: 'asked', replies: salts.map((salt) => replies.get(salt)) };
}
