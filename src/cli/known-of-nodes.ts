import type { Ssconf } from '../ganeti/ssconf.ts';
import type { Decision } from '../policy/decide.ts';
import type { Steadiness } from '../policy/steady.ts';
import { isIn } from '../sweep/drain-input.ts';
import { pendingJobs } from '../sweep/jobs-pending.ts';
import type { LedgerEntry } from '../sweep/ledger.ts';
import type { SweepSettings } from '../sweep/settings.ts';
import type { ClusterView } from '../sweep/view.ts';
import type { LuxidTold } from './ask-luxid.ts';

/** All that the sweep's three deciders go by, as far as this host knows it. */
export interface KnownOfNodes {
  readonly decisions: readonly Decision[];
  readonly ssconf: Ssconf;
  readonly settings: SweepSettings;
  readonly view: ClusterView;
  /** Why nothing new may be done now. */
  readonly paused: string | undefined;
  readonly told: LuxidTold | undefined;
  readonly onMaster: boolean;
  readonly entries: readonly LedgerEntry[];
  readonly steadiness: Steadiness;
  readonly nowMs: number;
}

/** Whether a job that changes the node is under way: anybody's by luxid, this master's own also by its ledger. */
export function hasJob(node: string, { entries, onMaster, told }: KnownOfNodes): boolean {
  const ours = onMaster && pendingJobs(entries).some((job) => job.node === node);
  return ours || isIn(node, told?.facts.jobs ?? []);
}
