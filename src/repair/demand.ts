import type { RepairInstance, RepairNode } from './facts.ts';
import type { StepKind } from './plan-types.ts';

/** What a step needs on one node, MiB. */
export interface Demand {
  readonly memory: number;
  readonly disk: number;
  /** The only node that will do; undefined where any of the group will, but those in `not`. */
  readonly on: string | undefined;
  readonly not: readonly string[];
}

/** What has to be free for a step, each demand on a node of its own. `runs`: whether it will run at the end of it. */
export function demandsOf(step: StepKind, instance: RepairInstance, runs: boolean): readonly Demand[] {
  const memory = runs ? instance.memory : 0;
  // What a node tells to be free is its volume group; whether files fit Ganeti finds out.
  const disk = instance.template === 'drbd' || instance.template === 'plain' ? instance.disk : 0;
  const { primary, secondary } = instance;
  switch (step) {
    case 'replace-secondary':
      return [{ memory: 0, disk, on: undefined, not: both(primary, secondary) }];
    case 'migrate':
    case 'failover':
      return [{ memory, disk: 0, on: secondaryOf(instance), not: [primary] }];
    case 'move':
      return [{ memory, disk, on: undefined, not: [primary] }];
    case 'reinstall': {
      const first: Demand = { memory, disk, on: undefined, not: both(primary, secondary) };
      return instance.template === 'drbd' ? [first, { ...first, memory: 0 }] : [first];
    }
    default:
      return step satisfies never;
  }
}

/** The nodes that a step puts load on, as far as they are known before it; a dead one bears none. */
export function burdened(
  instance: RepairInstance,
  nodes: ReadonlyMap<string, RepairNode>,
): readonly string[] {
  const names = both(instance.primary, secondaryOf(instance));
  return names.filter((name) => nodes.get(name)?.state !== 'offline');
}

function secondaryOf({ template, secondary }: RepairInstance): string | undefined {
  return template === 'drbd' ? secondary : undefined;
}

function both(primary: string, secondary: string | undefined): readonly string[] {
  return secondary === undefined ? [primary] : [primary, secondary];
}
