// Judges a plan by what its steps do to copies of data and to running instances, and by nothing that the plan itself
// is made with: neither its diagnosis nor its table is looked at.
import type { RepairFacts, RepairInstance, RepairNode } from '../../../src/repair/facts.ts';
import type { InstancePlan, RepairPlan, StepKind } from '../../../src/repair/plan-types.ts';

/** A step that a plan begins, with what it works on. */
interface Begun {
  readonly step: StepKind;
  readonly instance: RepairInstance;
  readonly plan: InstancePlan;
  readonly state: (node: string | undefined) => RepairNode['state'] | 'not listed';
}

const REACHABLE = ['online', 'drained', 'not-vm-capable'];

/** What a plan does that must never be done; one sentence each. */
export function judgePlan(facts: RepairFacts, plan: RepairPlan): readonly string[] {
  const byName = new Map(facts.instances.map((instance) => [instance.name, instance]));
  return plan.instances.flatMap((its) => {
    const instance = byName.get(its.instance);
    if (instance === undefined) return [`a plan for ${its.instance}, which does not exist`];
    const state: Begun['state'] = (node) => facts.nodes.get(node ?? '')?.state ?? 'not listed';
    const found = [
      ...judgeTags(instance, its),
      ...judgePermission(instance, its),
      ...(facts.stopped === undefined ? [] : judgeStopped(its)),
      ...judgeUnfinished(facts, instance, its),
      ...(its.action.kind === 'repair'
        ? judgeStep({ step: its.action.step, instance, plan: its, state }, facts)
        : []),
    ];
    return found.map((text) => `${instance.name}: ${text}`);
  });
}

function judgeStep(begun: Begun, facts: RepairFacts): readonly string[] {
  const { step, instance, state } = begun;
  const found: string[] = [];
  if (instance.template === 'unknown') found.push('a step for data of which nobody knows where it is');
  if (instance.adminState === 'offline')
    found.push('a step for an instance that its administrator has set offline');
  const { lost, kept } = copiesAfter(begun);
  const last = kept.every((node) => !REACHABLE.includes(state(node)));
  for (const node of lost) {
    if (last && state(node) !== 'offline')
      found.push(`${step} destroys the last good copy, on ${state(node)} ${node}`);
  }
  const runsAt = state(instance.primary);
  const elsewhere = step !== 'replace-secondary';
  if (elsewhere && runsAt !== 'offline' && !REACHABLE.includes(runsAt)) {
    found.push(`${step} starts it elsewhere although it may run on its primary, ${runsAt}`);
  }
  if ((step === 'failover' || step === 'reinstall') && REACHABLE.includes(runsAt)) {
    found.push(`${step} although its primary is alive`);
  }
  if ((step === 'move' || step === 'replace-secondary') && !REACHABLE.includes(runsAt)) {
    found.push(`${step} copies from its primary, which is ${runsAt}`);
  }
  return [...found, ...judgeTarget(begun, facts)];
}

/** Which nodes' copies are gone or given up after a step, and which are still what they were. */
function copiesAfter({ step, instance }: Begun): {
  readonly lost: readonly string[];
  readonly kept: readonly string[];
} {
  const { template, primary } = instance;
  const local = template === 'plain' || template === 'file';
  const secondary = template === 'drbd' ? (instance.secondary ?? '') : undefined;
  if (!local && secondary === undefined) return { lost: [], kept: [] };
  switch (step) {
    case 'replace-secondary':
      return { lost: secondary === undefined ? [] : [secondary], kept: [primary] };
    // What the old primary has written since is overwritten at its return.
    case 'failover':
      return { lost: [primary], kept: secondary === undefined ? [] : [secondary] };
    case 'reinstall':
      return { lost: secondary === undefined ? [primary] : [primary, secondary], kept: [] };
    case 'migrate':
    case 'move':
      return { lost: [], kept: [primary] };
    default:
      return step satisfies never;
  }
}

function judgeTarget({ step, instance, plan, state }: Begun, { nodes }: RepairFacts): readonly string[] {
  if (plan.action.kind !== 'repair') return [];
  const { target } = plan.action;
  if (step !== 'move') return target === undefined ? [] : [`${step} names a target`];
  if (target === undefined || state(target) !== 'online')
    return [`it moves to ${target}, which is ${state(target)}`];
  if (nodes.get(target)?.group !== nodes.get(instance.primary)?.group)
    return [`it moves to another group, to ${target}`];
  return [];
}

/** From the least to the greatest risk. */
const RISK = ['fix-storage', 'migrate', 'failover', 'reinstall'];

/** What a step does to a running instance or to data, and whether its tag, or the policy, allows as much. */
function judgePermission(
  { adminState }: RepairInstance,
  { action, policy, diagnosis }: InstancePlan,
): readonly string[] {
  if (action.kind === 'repair') {
    const { step, pending } = action;
    // What is up is stopped for a move.
    const move = adminState === 'up' ? 2 : 1;
    const risk = { 'replace-secondary': 0, migrate: 1, move, failover: 2, reinstall: 3 }[step];
    return risk > RISK.indexOf(pending.type) ? [`${step} although only ${pending.type} is allowed`] : [];
  }
  if (action.kind !== 'tag' || diagnosis.kind !== 'broken') return [];
  const allowed = policy.kind === 'allowed' ? RISK.indexOf(policy.type) : -1;
  const known = new Set(action.remove.map((tag) => tag.split(':')[5]));
  return action.set
    .map((tag) => tag.split(':'))
    .filter(
      ([, , , what, type = '', id]) => what === 'pending' && !known.has(id) && RISK.indexOf(type) > allowed,
    )
    .map(([, , , , type]) => `a repair of the type ${type} is begun, which policy does not allow`);
}

function judgeStopped({ action }: InstancePlan): readonly string[] {
  if (action.kind === 'repair') return ['a step is begun although nothing may be'];
  const begins =
    action.kind === 'tag' &&
    action.set.some((tag) => /:pending:.*:$/.test(tag)) &&
    action.remove.length === 0;
  return begins ? ['a repair is begun although nothing may be'] : [];
}

/** Whether something of the same repair, or of anybody, might work on it at the same time. */
function judgeUnfinished(
  { jobs }: RepairFacts,
  instance: RepairInstance,
  { action }: InstancePlan,
): readonly string[] {
  if (action.kind !== 'repair') return [];
  const { jobs: listed } = action.pending;
  const unfinished = jobs.filter(
    (job) =>
      job.status === 'unfinished' && (listed.includes(job.id) || job.instances.includes(instance.name)),
  );
  return unfinished.map((job) => `a step is begun while job ${job.id} has not ended`);
}

function judgeTags({ tags }: RepairInstance, { action }: InstancePlan): readonly string[] {
  const P = 'ganeti:watcher:autorepair:';
  const starts = (what: string) => (tag: string) => tag.startsWith(P + what);
  const found: string[] = [];
  const suspended = tags.some((tag) => tag === `${P}suspend` || tag === `${P}suspend:`);
  const failed = tags.some((tag) =>
    /^ganeti:watcher:autorepair:result:[a-z-]+:[^:]+:\d+:failure:[\d+]*$/.test(tag),
  );
  if (suspended && (action.kind === 'repair' || action.kind === 'tag'))
    found.push('something is done although it is suspended');
  if (failed && (action.kind === 'repair' || action.kind === 'tag'))
    found.push('something is done although a failure stands');
  if (action.kind === 'repair' && !tags.some(starts('pending:')))
    found.push('a step is begun that no tag tells of');
  if (action.kind !== 'tag') return found;
  const { set, remove } = action;
  if (set.length + remove.length === 0) found.push('a job that does nothing');
  found.push(
    ...remove.filter((tag) => !tags.includes(tag)).map((tag) => `${tag} is removed and does not stand`),
  );
  found.push(...set.filter((tag) => tags.includes(tag)).map((tag) => `${tag} is set and stands already`));
  found.push(...[...set, ...remove].filter((tag) => tag.length > 128).map((tag) => `${tag} is too long`));
  const removable = [
    starts('pending:'),
    starts('result:'),
    (tag: string) => tag.startsWith('ocf:repair:start:'),
  ];
  found.push(
    ...remove
      .filter((tag) => !removable.some((may) => may(tag)))
      .map((tag) => `${tag} is not ours to remove`),
  );
  found.push(...remove.filter((tag) => /:failure:/.test(tag)).map((tag) => `${tag} is removed`));
  const before = tags.filter(starts('pending:'));
  if (set.some(starts('pending:')) && before.some((tag) => !remove.includes(tag)) && ids(before).size === 1) {
    const after = ids([...before, ...set.filter(starts('pending:'))]);
    if (after.size > 1) found.push('a second repair is wanted while one is pending');
  }
  return found;
}

function ids(pendings: readonly string[]): ReadonlySet<string> {
  return new Set(pendings.map((tag) => tag.split(':')[5] ?? ''));
}
