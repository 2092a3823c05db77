import type { RepairType } from './facts.ts';

/** One thing that is done to an instance, each a job of its own. */
export type StepKind =
  /** DRBD: a new secondary takes the place of one that is gone or leaving. */
  | 'replace-secondary'
  /** Live; where the instance is down it is moved without being started. */
  | 'migrate'
  | 'failover'
  /** Plain and file from a node that is alive: the data is copied. */
  | 'move'
  /** New empty disks and the operating system anew; the data is gone already. */
  | 'reinstall';

/** What is wrong with an instance and what would mend it, policy aside. */
export type Diagnosis =
  | { readonly kind: 'healthy'; readonly because: string }
  | {
      readonly kind: 'broken';
      /** The first that has to be done now; later ones follow from a new look. */
      readonly step: StepKind;
      /** The riskiest of all steps until it is healthy. */
      readonly type: RepairType;
      readonly because: string;
    }
  /** Something is wrong, and nothing that is safe would mend it now. */
  | { readonly kind: 'held'; readonly hold: Hold; readonly because: string };

export type Broken = Extract<Diagnosis, { kind: 'broken' }>;

/** Why a broken instance is left alone although policy might allow its repair. */
export type Hold =
  | 'node-unknown'
  | 'node-alive'
  | 'last-copy'
  | 'admin-offline'
  | 'unknown-template'
  | 'no-target';

/** The states of the seed's design. `unclear`: a tag cannot be read, so nobody knows. */
export type HealthState =
  | 'healthy'
  | 'suspended'
  | 'needs-repair-disallowed'
  | 'needs-repair-allowed'
  | 'pending'
  | 'failed'
  | 'unclear';

/** Where the permission comes from. */
export type Policy =
  | { readonly kind: 'allowed'; readonly type: RepairType; readonly from: PolicySource }
  | {
      readonly kind: 'suspended';
      /** Milliseconds since the epoch; undefined: until the tag is removed. */
      readonly untilMs: number | undefined;
      readonly from: PolicySource;
      readonly tag: string;
    }
  /** A tag below our prefix that means nothing; nobody knows what its author wanted to forbid. */
  | { readonly kind: 'unclear'; readonly tag: string; readonly from: PolicySource }
  | { readonly kind: 'none' };

export interface PolicySource {
  readonly object: 'instance' | 'group' | 'cluster';
  readonly name: string;
}

/** What is to be done with an instance in this pass. */
export type Action =
  | { readonly kind: 'none' }
  /** Looked at again in the next pass. */
  | { readonly kind: 'wait'; readonly wait: Wait }
  /** Set before removed, in one job; either may be empty, not both. */
  | { readonly kind: 'tag'; readonly set: readonly string[]; readonly remove: readonly string[] }
  /** One job for one step; its id then goes into the pending tag. */
  | {
      readonly kind: 'repair';
      readonly step: StepKind;
      /** With the jobs known so far: the new one comes behind them, and the tag as it stands goes. */
      readonly pending: Pending;
      /** Whether the instance has to run at the end of a reinstallation. */
      readonly start: boolean;
      /** Where to, for a move; all else is left to Ganeti's allocator. */
      readonly target: string | undefined;
    };

export type Wait =
  | 'jobs-running'
  | 'other-job'
  | 'retry-later'
  | 'no-room'
  | 'limit-cluster'
  | 'limit-node'
  | 'stopped';

/** A pending tag, read. */
export interface Pending {
  readonly type: RepairType;
  readonly id: string;
  /** Seconds since the epoch, when the repair was first wanted. */
  readonly since: number;
  readonly jobs: readonly number[];
  /** As it stands on the instance. */
  readonly tag: string;
}

/** One instance's line of the plan: what is, what will be done, and why. */
export interface InstancePlan {
  readonly instance: string;
  readonly state: HealthState;
  readonly policy: Policy;
  readonly diagnosis: Diagnosis;
  readonly action: Action;
  /** One sentence for people, with the remedy where somebody has to do something. */
  readonly because: string;
  /** What the outcome of this pass was, where a repair came to its end in it. */
  readonly ended: 'success' | 'failure' | 'enoperm' | undefined;
}

/** What a pass does; most important instances first. Healthy instances without tags of ours are only counted. */
export interface RepairPlan {
  readonly instances: readonly InstancePlan[];
  readonly healthy: number;
  /** Suspensions that are over: their tags go, on whatever object. */
  readonly expired: readonly { readonly on: PolicySource; readonly tag: string }[];
  /** Tags that cannot be read, one sentence each. */
  readonly warnings: readonly string[];
}
