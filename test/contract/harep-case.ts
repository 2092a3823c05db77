import type { ClusterDescription } from '../luxi-cluster/description.ts';
import type { LuxiCluster } from '../luxi-cluster/server.ts';
import type { Outcome } from './harep-outcome.ts';

/** One cluster that both programs are run on, some times each, on fresh copies of it. */
export interface HarepCase {
  /** A sentence about harep. */
  readonly title: string;
  readonly cluster: ClusterDescription;
  /** Nodes that are members and answer although they are marked offline. */
  readonly alive?: readonly string[];
  readonly prepare?: (luxid: LuxiCluster) => void;
  /** Before each run but the first; it counts from 2. */
  readonly between?: (luxid: LuxiCluster, run: number) => void;
  readonly runs?: number;
  /** How many are started at the same time, each time; their exit codes are compared sorted. */
  readonly together?: number;
  /** What is not said is not compared, except that every run ends with 0. */
  readonly harep: Partial<Outcome>;
  /** `same`: all that is expected of harep is expected of ours. */
  readonly ours: 'same' | Partial<Outcome>;
  /** The heading in docs/harep-differences.md where ours is not the same. */
  readonly differs?: string;
}
