// The decision table as data: where an instance is comes to a situation, and a situation with tags to what is done.
import type { InstancePlan } from '../../src/repair/plan-types.ts';
import type { TableRow } from './compact.ts';
import { type Case, everyCase, type Placed } from './every-case.ts';
import { actionWords, reasonWords } from './plan-words.ts';

export const PLACED_COLUMNS = ['template', 'primary', 'secondary', 'admin state'] as const;
export const TAGGED_COLUMNS = ['suspended', 'tag', 'its jobs', 'policy'] as const;

/** What is the same in all situations is told once. */
export interface Decisions {
  readonly situations: readonly Situation[];
  /** Columns TAGGED_COLUMNS. */
  readonly everywhere: readonly TableRow[];
}

export interface Situation {
  readonly name: string;
  /** Columns PLACED_COLUMNS. */
  readonly placed: readonly TableRow[];
  /** Columns TAGGED_COLUMNS; without what is the same everywhere. */
  readonly tagged: readonly TableRow[];
}

export function decisions(): Decisions {
  const all = situations();
  const [first, ...others] = all;
  const same = (first?.tagged ?? []).map(({ outcome }, index) =>
    others.every(({ tagged }) => tagged[index]?.outcome === outcome),
  );
  return {
    everywhere: first?.tagged.filter((_, index) => same[index]) ?? [],
    situations: all.map((one) => ({ ...one, tagged: one.tagged.filter((_, index) => !same[index]) })),
  };
}

/**
 * Places at which an instance is treated alike whatever its tags are make one situation, found by comparing all of
 * their cases. It is called by what is wrong, with the admin state where that matters.
 */
function situations(): readonly Situation[] {
  const found = new Map<
    string,
    { base: string; placed: TableRow[]; admins: Set<string>; tagged: readonly TableRow[] }
  >();
  for (const { placed, cases } of everyCase()) {
    const diagnosis = cases.find(({ plan }) => plan !== undefined)?.plan?.diagnosis;
    if (diagnosis === undefined) throw new Error('no case of a place says what is wrong there');
    const tagged = cases.map(taggedRow);
    const key = JSON.stringify(tagged);
    const situation = found.get(key) ?? { base: baseName(diagnosis), placed: [], admins: new Set(), tagged };
    found.set(key, situation);
    situation.placed.push({ cells: placedCells(placed), outcome: withoutNodes(diagnosis.because) });
    situation.admins.add(placed.admin);
  }
  const all = [...found.values()];
  return all.map(({ base, placed, admins, tagged }) => {
    const alone = all.filter((other) => other.base === base).length === 1;
    return { name: alone ? base : `${base}, ${[...admins].join(' or ')}`, placed, tagged };
  });
}

/** The columns say what the sentences on the nodes say. */
export function withoutNodes(because: string): string {
  return because
    .replace(/^its primary node .*?\): |^its secondary node .*?\): /, '')
    .replaceAll(/[PS]-[a-z-]+/g, 'NODE');
}

function baseName(diagnosis: InstancePlan['diagnosis']): string {
  if (diagnosis.kind !== 'broken') return diagnosis.kind;
  const { step, type } = diagnosis;
  return step === type ? step : `${step} (${type})`;
}

function placedCells({ template, primary, secondary, admin }: Placed): readonly string[] {
  return [template, primary, secondary ?? '-', admin];
}

export function taggedRow({ tagged, plan }: Case): TableRow {
  const { suspend, tags, policy } = tagged;
  const cells = [suspend, tags.tag, tags.jobs, policy];
  if (plan === undefined) return { cells, outcome: 'healthy | none | only counted' };
  return { cells, outcome: `${plan.state} | ${actionWords(plan, tags)} | ${reasonWords(plan)}` };
}
