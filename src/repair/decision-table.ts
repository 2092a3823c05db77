import type { RepairType } from './facts.ts';
import type { NodeState } from './node-state.ts';
import type { Hold, StepKind } from './plan-types.ts';
import type { Storage } from './storage.ts';

/** What a node's state means for the instances on it. */
export type Standing =
  | 'stays'
  /** Alive, its copies good, and nothing shall remain there. */
  | 'leaves'
  | 'dead'
  /** Ganeti calls it offline, and it is alive: what is there may run. */
  | 'lives'
  | 'unknown';

export const STANDING: Readonly<Record<NodeState, Standing>> = {
  online: 'stays',
  drained: 'leaves',
  'not-vm-capable': 'leaves',
  offline: 'dead',
  'offline-alive': 'lives',
  unknown: 'unknown',
};

/** A cell of the decision table; the sentence follows those on the nodes and says what they come to. */
export type Outcome =
  | { readonly kind: 'healthy'; readonly sentence: string }
  | {
      readonly kind: 'broken';
      readonly step: StepKind;
      readonly type: RepairType;
      readonly sentence: string;
    }
  | { readonly kind: 'held'; readonly hold: Hold; readonly sentence: string };

const HEALTHY: Outcome = { kind: 'healthy', sentence: 'nothing has to be done' };

const UNKNOWN: Outcome = {
  kind: 'held',
  hold: 'node-unknown',
  sentence: 'nothing is done before it is known whether that node lives',
};

const LIVES: Outcome = {
  kind: 'held',
  hold: 'node-alive',
  sentence: 'the instance may run on a node that is alive, or its newest data be there; nothing is done',
};

const REPLACE: Outcome = {
  kind: 'broken',
  step: 'replace-secondary',
  type: 'fix-storage',
  sentence: 'its primary holds a good copy, from which a new secondary is made',
};

const REPLACE_THEN_MIGRATE: Outcome = {
  kind: 'broken',
  step: 'replace-secondary',
  type: 'migrate',
  sentence:
    'it cannot move to its secondary; its primary holds a good copy, from which a new one is made first',
};

const MIGRATE_TO_SECONDARY: Outcome = {
  kind: 'broken',
  step: 'migrate',
  type: 'migrate',
  sentence: 'it moves to its secondary; after that a new secondary is needed',
};

const FAILOVER_TO_SECONDARY: Outcome = {
  kind: 'broken',
  step: 'failover',
  type: 'failover',
  sentence: 'its secondary holds a good copy and takes over; after that a new secondary is needed',
};

const LAST_COPY: Outcome = {
  kind: 'held',
  hold: 'last-copy',
  sentence: 'its only good copy is on that secondary, to which Ganeti refuses a failover',
};

const REINSTALL: Outcome = {
  kind: 'broken',
  step: 'reinstall',
  type: 'reinstall',
  sentence: 'no copy of its data is left that could be reached; it gets empty disks and its system anew',
};

const MIGRATE: Outcome = {
  kind: 'broken',
  step: 'migrate',
  type: 'migrate',
  sentence: 'its data is on no node; it moves to another one',
};

const FAILOVER: Outcome = {
  kind: 'broken',
  step: 'failover',
  type: 'failover',
  sentence: 'its data is on no node; another one takes over',
};

const MOVE: Outcome = {
  kind: 'broken',
  step: 'move',
  type: 'failover',
  sentence:
    'its only copy is there and good; it is copied to another node, for which the instance is stopped',
};

/** By the primary's standing; what is on one node only, or on none. */
export const ON_ONE_NODE: Readonly<
  Record<Exclude<Storage, 'mirrored'>, Readonly<Record<Standing, Outcome>>>
> = {
  shared: { stays: HEALTHY, leaves: MIGRATE, dead: FAILOVER, lives: LIVES, unknown: UNKNOWN },
  local: { stays: HEALTHY, leaves: MOVE, dead: REINSTALL, lives: LIVES, unknown: UNKNOWN },
};

/** By the primary's standing, then by the secondary's. */
export const MIRRORED: Readonly<Record<Standing, Readonly<Record<Standing, Outcome>>>> = {
  stays: { stays: HEALTHY, leaves: REPLACE, dead: REPLACE, lives: REPLACE, unknown: UNKNOWN },
  leaves: {
    stays: MIGRATE_TO_SECONDARY,
    leaves: REPLACE_THEN_MIGRATE,
    dead: REPLACE_THEN_MIGRATE,
    lives: LIVES,
    unknown: UNKNOWN,
  },
  dead: {
    stays: FAILOVER_TO_SECONDARY,
    leaves: LAST_COPY,
    dead: REINSTALL,
    lives: LIVES,
    unknown: UNKNOWN,
  },
  lives: { stays: LIVES, leaves: LIVES, dead: LIVES, lives: LIVES, unknown: UNKNOWN },
  unknown: { stays: UNKNOWN, leaves: UNKNOWN, dead: UNKNOWN, lives: UNKNOWN, unknown: UNKNOWN },
};

const UNKNOWN_TEMPLATE: Outcome = {
  kind: 'held',
  hold: 'unknown-template',
  sentence: 'its disk template is not known to this version, nor where its data is; nothing is done',
};

/** By the worse standing of its nodes. */
export const OF_UNKNOWN_TEMPLATE: Readonly<Record<Standing, Outcome>> = {
  stays: HEALTHY,
  leaves: UNKNOWN_TEMPLATE,
  dead: UNKNOWN_TEMPLATE,
  lives: LIVES,
  unknown: UNKNOWN,
};

const FROM_BEST = ['stays', 'leaves', 'dead', 'lives', 'unknown'] as const;

export function worse(one: Standing, other: Standing): Standing {
  return FROM_BEST.indexOf(one) < FROM_BEST.indexOf(other) ? other : one;
}
