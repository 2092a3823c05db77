import { allot } from './allot.ts';
import { decideInstance } from './decide-instance.ts';
import { diagnose } from './diagnose.ts';
import { expiredOf } from './expired.ts';
import type { RepairFacts, RepairInstance } from './facts.ts';
import { type Importance, importancesOf, moreImportantFirst } from './importance.ts';
import type { InstanceCase } from './instance-case.ts';
import { indexJobs } from './job-index.ts';
import { hasOther, type Places, placesOf } from './places.ts';
import type { Diagnosis, InstancePlan, RepairPlan } from './plan-types.ts';
import { policiesOf } from './policy.ts';
import { recordsOf } from './records.ts';
import { tagWarnings } from './tag-warnings.ts';

/** One pass over the whole cluster. Pure: the same facts and the same ids give the same plan. */
export function planPass(facts: RepairFacts, newId: () => string): RepairPlan {
  const places = placesOf(facts.nodes);
  const cases = casesOf(facts, places).map((its) => ({ its, decided: decideInstance(its, newId) }));
  const allotted = allot(cases, facts, places);
  const instances = cases.map(({ its, decided }, index): InstancePlan => {
    const { instance, policy, diagnosis } = its;
    return { instance: instance.name, policy, diagnosis, ...(allotted[index] ?? decided) };
  });
  return {
    instances,
    healthy: facts.instances.length - instances.length,
    expired: expiredOf(facts),
    warnings: tagWarnings(facts),
  };
}

/**
 * Whether free room matters to a plan. One that was made without it shows that at no cost, so that the nodes are asked
 * only then.
 */
export function wantsRoom({ instances }: RepairPlan): boolean {
  return instances.some(
    ({ action, diagnosis, ended }) =>
      action.kind === 'repair' ||
      (diagnosis.kind === 'broken' &&
        ((action.kind === 'wait' && action.wait === 'no-room') ||
          (action.kind === 'tag' && ended === undefined))),
  );
}

/** The most important first; healthy ones without tags of ours are not among them. */
function casesOf(facts: RepairFacts, places: Places): readonly InstanceCase[] {
  const policyOf = policiesOf(facts);
  const importanceOf = importancesOf(facts);
  const shared = { jobs: indexJobs(facts.jobs), nowMs: facts.nowMs, stopped: facts.stopped };
  const cases: { readonly its: InstanceCase; readonly importance: Importance }[] = [];
  for (const instance of facts.instances) {
    const diagnosis = diagnosisOf(instance, facts, places);
    const records = recordsOf(instance.tags);
    if (diagnosis.kind === 'healthy' && !records.any) continue;
    const importance = importanceOf(instance, records.active?.since);
    cases.push({ its: { ...shared, instance, diagnosis, records, policy: policyOf(instance) }, importance });
  }
  cases.sort((one, other) => moreImportantFirst(one.importance, other.importance));
  return cases.map(({ its }) => its);
}

function diagnosisOf(instance: RepairInstance, { nodes }: RepairFacts, places: Places): Diagnosis {
  const primary = nodes.get(instance.primary);
  const secondary = instance.secondary === undefined ? undefined : nodes.get(instance.secondary);
  const elsewhere = primary !== undefined && hasOther(places, primary);
  return diagnose(instance, { primary, secondary, elsewhere });
}
