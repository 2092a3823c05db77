import type { RepairFacts, RepairInstance } from '../../../src/repair/facts.ts';
import type { RepairPlan } from '../../../src/repair/plan-types.ts';

/** Counts what runs after a plan; a sentence for each limit that the plan itself has broken. */
export function judgeLimits(facts: RepairFacts, { instances }: RepairPlan): readonly string[] {
  const begun = instances.flatMap(({ instance, action }) =>
    action.kind === 'repair' ? [{ instance, target: action.target }] : [],
  );
  const running = facts.instances.filter((instance) => isRunning(instance, facts));
  const found: string[] = [];
  if (begun.length > 0 && begun.length + running.length > facts.limits.cluster) {
    found.push(
      `${begun.length} repairs are begun beside ${running.length}, and ${facts.limits.cluster} may run`,
    );
  }
  for (const [node, { state }] of facts.nodes) {
    // A dead node bears no load.
    if (state === 'offline') continue;
    const on = (name: string): boolean => {
      const instance = facts.instances.find((one) => one.name === name);
      return instance !== undefined && (instance.primary === node || mirror(instance) === node);
    };
    const more = begun.filter(({ instance, target }) => target === node || on(instance)).length;
    const old = running.filter(({ name }) => on(name)).length;
    if (more > 0 && more + old > facts.limits.node)
      found.push(`${more} repairs are begun on ${node} beside ${old}`);
  }
  return found;
}

function mirror({ template, secondary }: RepairInstance): string | undefined {
  return template === 'drbd' ? secondary : undefined;
}

function isRunning({ name, tags }: RepairInstance, { jobs }: RepairFacts): boolean {
  const fieldsOf = (what: string): string[][] =>
    tags
      .filter((tag) => tag.startsWith(`ganeti:watcher:autorepair:${what}:`))
      .map((tag) => tag.split(':').slice(5));
  const over = new Set(fieldsOf('result').map(([id]) => id));
  // One whose result stands is over, whatever its other tag lists.
  const repairs = fieldsOf('pending').filter(([id]) => !over.has(id));
  return jobs.some(
    ({ id, status, repair, instances, tagsOnly }) =>
      status === 'unfinished' &&
      !tagsOnly &&
      ((repair !== undefined && instances.includes(name)) ||
        repairs.some(([, , listed = '']) => listed.split('+').includes(String(id)))),
  );
}
