import type { Env } from '../env/env.ts';
import type { Deadline } from '../ocf/deadline.ts';
import type { ReasonCode } from '../ocf/reasons.ts';
import type { ClusterView } from '../sweep/view.ts';

/** Why and for whom repairs are looked at. */
export interface RepairRequest {
  readonly env: Env;
  readonly dataDir: string;
  /** Path of luxid's socket, see `luxiSocket`. */
  readonly socket: string;
  /** What woke it, for the ledger: `repair`, `monitor` … */
  readonly trigger: string;
  /** Limits it to these instances; it gets all there are, and a string is an error: nothing is done then. */
  readonly select?: (names: readonly string[]) => readonly string[] | string;
  readonly dryRun?: boolean;
  /** The operator's words for Ganeti's reason trail. */
  readonly reason?: string;
  /** How long each repair job waits before it does anything, as harep's do. */
  readonly delaySeconds?: number;
  /** What Pacemaker said, where the caller has looked already. */
  readonly view?: ClusterView | undefined;
  /** The agent's parameter, which goes before the cluster's tag: what counts as the death of a node. */
  readonly evidence?: 'fenced' | 'lost' | undefined;
  /** Jobs that passes just before this one submitted to write tags: what they wrote may not be seen yet. */
  readonly tagJobs?: readonly number[];
  /** Of the agent's call: what was asked in its last moments may have been cut short, and nothing rests on that. */
  readonly deadline?: Pick<Deadline, 'left'>;
}

/** Nothing was done. */
export interface Refusal {
  readonly kind: 'refused';
  readonly code: ReasonCode;
  readonly text: string;
  /** What was typed is wrong. */
  readonly usage?: true;
}

export function refusal(code: ReasonCode, text: string): Refusal {
  return { kind: 'refused', code, text };
}
