// Ways in which repairs could be wrong; each must be caught. A variant is a module beside this file that stands in for
// a source of the plan.
import type { PROPERTIES } from '../plan-properties.ts';

export interface Variant {
  readonly name: string;
  /** Below src/repair. */
  readonly replaces: string;
  readonly property: keyof typeof PROPERTIES;
  readonly told: RegExp;
  readonly sentence: string;
}

const SAFE = 'no step of a plan destroys a last good copy or runs an instance twice';
const LIMITS = 'no more repairs run at once than the limits allow';
const ORDER = 'the same facts in another order give the same plan';
const ALONE = 'what is wrong with one instance changes nothing for another';
const REST = 'plans that are carried out come to rest, with nothing done twice and nothing left open';

export const VARIANTS: readonly Variant[] = [
  {
    name: 'reinstalls-beside-a-drained-copy',
    replaces: 'decision-table.ts',
    property: SAFE,
    told: /reinstall destroys the last good copy, on (drained|not-vm-capable)/,
    sentence: 'a drained secondary counts as lost, as harep has it',
  },
  {
    name: 'reinstalls-on-a-drained-node',
    replaces: 'decision-table.ts',
    property: SAFE,
    told: /reinstall destroys the last good copy, on (drained|not-vm-capable)/,
    sentence: 'a plain instance is reinstalled because its node is drained, as harep has it',
  },
  {
    name: 'replaces-the-only-copy',
    replaces: 'decision-table.ts',
    property: SAFE,
    told: /replace-secondary destroys the last good copy/,
    sentence: 'the secondary of a dead primary is replaced',
  },
  {
    name: 'believes-the-flag',
    replaces: 'decision-table.ts',
    property: SAFE,
    told: /starts it elsewhere although it may run on its primary, offline-alive/,
    sentence: 'a node that is marked offline counts as dead although it answers',
  },
  {
    name: 'takes-unknown-for-dead',
    replaces: 'decision-table.ts',
    property: SAFE,
    told: /starts it elsewhere although it may run on its primary, unknown/,
    sentence: 'a node of which nothing is known counts as dead',
  },
  {
    name: 'takes-unlisted-for-dead',
    replaces: 'diagnose.ts',
    property: SAFE,
    told: /may run on its primary, not listed/,
    sentence: 'a node that Ganeti does not list counts as dead',
  },
  {
    name: 'repairs-what-is-set-offline',
    replaces: 'diagnose.ts',
    property: SAFE,
    told: /its administrator has set offline/,
    sentence: 'an instance that is set offline is repaired',
  },
  {
    name: 'does-not-wait',
    replaces: 'busy.ts',
    property: SAFE,
    told: /a step is begun while job \d+ has not ended/,
    sentence: 'a step is begun beside a job that runs',
  },
  {
    name: 'asks-for-no-permission',
    replaces: 'permission.ts',
    property: SAFE,
    told: /although only \S+ is allowed|which policy does not allow/,
    sentence: 'a repair goes farther than it may',
  },
  {
    name: 'is-not-stopped',
    replaces: 'decide-instance.ts',
    property: SAFE,
    told: /although nothing may be/,
    sentence: 'repairs begin while the cluster is paused',
  },
  {
    name: 'overrides-a-suspension',
    replaces: 'policy.ts',
    property: SAFE,
    told: /although it is suspended/,
    sentence: 'a policy of the cluster overrides what suspends an instance',
  },
  {
    name: 'forgets-failures',
    replaces: 'records.ts',
    property: SAFE,
    told: /although a failure stands/,
    sentence: 'a failure is not sticky',
  },
  {
    name: 'overlooks-a-pending',
    replaces: 'records.ts',
    property: SAFE,
    told: /a second repair is wanted while one is pending/,
    sentence: 'a pending tag is not seen',
  },
  {
    name: 'removes-what-is-not-there',
    replaces: 'end-repair.ts',
    property: SAFE,
    told: /is removed and does not stand/,
    sentence: 'a job removes a tag that does not stand, and fails as a whole',
  },
  {
    name: 'moves-anywhere',
    replaces: 'places.ts',
    property: SAFE,
    told: /it moves to .*, which is (?!online)|it moves to another group/,
    sentence: 'an instance is moved to any node that has room',
  },
  {
    name: 'has-no-limits',
    replaces: 'limits.ts',
    property: LIMITS,
    told: /\d+ may run|repairs are begun on/,
    sentence: 'all repairs begin at once',
  },
  {
    name: 'counts-only-what-is-new',
    replaces: 'limits.ts',
    property: LIMITS,
    told: /repairs are begun/,
    sentence: 'what runs already is not counted',
  },
  {
    name: 'takes-them-as-they-come',
    replaces: 'importance.ts',
    property: ORDER,
    told: /deep-equal/,
    sentence: 'what comes first depends on how Ganeti lists it',
  },
  {
    name: 'one-bad-tag-stops-all',
    replaces: 'policy.ts',
    property: ALONE,
    told: /deep-equal/,
    sentence: 'a tag of one instance that cannot be read stops all, as harep has it',
  },
  {
    name: 'never-gives-up',
    replaces: 'attempts.ts',
    property: REST,
    told: /it never came to rest/,
    sentence: 'a job that fails is repeated for ever',
  },
  {
    name: 'adopts-nothing',
    replaces: 'repair-jobs.ts',
    property: REST,
    told: /never came to rest|a step is begun/,
    sentence: 'a job whose number was not written down is not found',
  },
  {
    name: 'leaves-pendings-open',
    replaces: 'healthy-again.ts',
    property: REST,
    told: /is healthy, and a repair of it is pending/,
    sentence: 'the pending tag of an instance that is healthy again stays',
  },
];
