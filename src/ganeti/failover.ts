import type { Env, Outcome } from '../env/env.ts';

/**
 * How the command ended. No judgement: it returns 1 after a move that succeeded and 0 only says that it is
 * content (lib/bootstrap.py:1007-1135); whether the role moved is to be read from the state.
 */
export type FailoverRun =
  | { readonly kind: 'exited'; readonly code: number; readonly output: string; readonly durationMs: number }
  | { readonly kind: 'killed'; readonly signal: string; readonly output: string; readonly durationMs: number }
  | { readonly kind: 'timed-out'; readonly output: string; readonly durationMs: number }
  | { readonly kind: 'not-started'; readonly message: string };

export interface FailoverOptions {
  /**
   * Takes the role without asking the other nodes. Only with quorum and proof that the old master is dead: two
   * masters otherwise.
   */
  readonly noVoting: boolean;
  /** The command has no limit of its own (each RPC may take 300 s); after this it is killed with its children. */
  readonly timeoutMs: number;
}

/**
 * Runs `gnt-cluster master-failover` on this node. `--yes-do-it` goes with `--no-voting`: without it the command
 * asks on /dev/tty and, having none, exits 1 without a word. `output` is one line, quoted, of at most 1000 characters.
 */
export async function masterFailover(env: Pick<Env, 'run'>, options: FailoverOptions): Promise<FailoverRun> {
  const args = ['master-failover', ...(options.noVoting ? ['--no-voting', '--yes-do-it'] : [])];
  const outcome = await env.run({ program: 'gnt-cluster', args, timeoutMs: options.timeoutMs });
  switch (outcome.kind) {
    case 'exited':
      return { kind: 'exited', code: outcome.code, output: quoted(outcome), durationMs: outcome.durationMs };
    case 'killed':
      return {
        kind: 'killed',
        signal: outcome.signal,
        output: quoted(outcome),
        durationMs: outcome.durationMs,
      };
    case 'timed-out':
      return { kind: 'timed-out', output: quoted(outcome), durationMs: outcome.durationMs };
    case 'not-found':
      return { kind: 'not-started', message: 'there is no program gnt-cluster' };
    case 'not-started':
      return { kind: 'not-started', message: outcome.message };
  }
}

type Ended = Extract<Outcome, { stdout: string }>;

/** Both outputs on one line, the end of it where there is too much: the last words tell why. */
function quoted({ stdout, stderr }: Ended): string {
  const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.replace(/[\0-\x1f\x7f]/g, ' ').trim());
  const text = lines.filter((line) => line !== '').join(' | ');
  return JSON.stringify(text.length > 1000 ? `…${text.slice(-1000)}` : text);
}
