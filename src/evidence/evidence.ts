/** Who said something of a node. */
export type EvidenceSource =
  | 'pacemaker'
  | 'corosync'
  | 'fencing-history'
  | 'own-memory'
  | 'notification'
  | 'alert'
  | 'network'
  /** Not what a verdict rests on, but what is decided from it. */
  | 'ganeti'
  | 'names'
  | 'simulation';

/** One link of the chain that a verdict rests on; plain JSON, kept in the ledger with the decision. */
export interface Evidence {
  readonly source: EvidenceSource;
  /** What it said, and how that is known. */
  readonly what: string;
  /**
   * When it said so, milliseconds since the epoch: by this host's clock, but for `fencing-history`, which has the
   * time of the fencer that did it.
   */
  readonly atMs: number;
}
