// docs/autorepair-states.md: the states of an instance and every change between them that the code was seen to make.
import type { HealthState, InstancePlan } from '../../src/repair/plan-types.ts';
import { type Case, casesAt, type Placed, type Tagged } from './every-case.ts';
import { UNREADABLE } from './tag-cases.ts';

const HEAD = `# The states of an instance

Generated from the code by \`npm run generate\`; do not edit. Each arrow was found by putting all combinations of tags,
jobs and policies to the code, for a healthy instance, one to be failed over, one to be reinstalled and one that is held.
Drawn through: what autorepair does itself. Dotted: what happens to the instance, or what people do with its tags.
What each state asks for is in [What autorepair decides](autorepair-decisions.md).
`;

const NAMES: Readonly<Record<HealthState, string>> = {
  healthy: 'Healthy',
  suspended: 'Suspended',
  'needs-repair-disallowed': 'Needs repair,<br/>disallowed',
  'needs-repair-allowed': 'Needs repair,<br/>allowed',
  pending: 'Pending repair',
  failed: 'Failed',
  unclear: 'Unclear',
};

const HEALTHY: Placed = { template: 'rbd', primary: 'online', secondary: undefined, admin: 'up' };
const PLACES: readonly Placed[] = [
  HEALTHY,
  { template: 'rbd', primary: 'offline', secondary: undefined, admin: 'up' },
  { template: 'plain', primary: 'offline', secondary: undefined, admin: 'up' },
  { template: 'rbd', primary: 'offline-alive', secondary: undefined, admin: 'up' },
];

/** A hyphen may end a name. */
function mermaidId(state: string): string {
  return state.replaceAll('-', '_');
}

interface Change {
  readonly from: HealthState;
  readonly to: HealthState;
  readonly why: string;
  readonly ours: boolean;
}

export function statesPage(): string {
  const found = new Map<string, { readonly change: Change; readonly whys: Set<string> }>();
  for (const change of changes()) {
    const key = `${change.ours} ${change.from} ${change.to}`;
    const arrow = found.get(key) ?? { change, whys: new Set() };
    found.set(key, arrow);
    arrow.whys.add(change.why);
  }
  const states = Object.entries(NAMES).map(([state, name]) => `  ${mermaidId(state)}(["${name}"])\n`);
  const arrows = [...found.values()].map(({ change: { from, to, ours }, whys }) => {
    const arrow = ours ? '-->' : '-.->';
    return `  ${mermaidId(from)} ${arrow}|"${[...whys].sort().join('<br/>')}"| ${mermaidId(to)}\n`;
  });
  return `${HEAD}\n\`\`\`mermaid\nflowchart LR\n${states.join('')}${arrows.join('')}\`\`\`\n`;
}

function* changes(): Generator<Change> {
  const places = PLACES.map((placed) => casesAt(placed));
  const healthy = places[0] ?? [];
  for (const cases of places) {
    yield* ownChanges(cases);
    yield* outsideChanges(cases);
    if (cases === healthy) continue;
    for (const [index, broken] of cases.entries()) {
      const whole = healthy[index];
      // What becomes of pending tags then is told as a change of ours.
      if (whole === undefined || broken.tagged.tags.tag.startsWith('pending')) continue;
      yield* between(whole, broken, 'a node of it is lost or drained');
      yield* between(broken, whole, 'its nodes are online again, or it was moved by hand');
    }
  }
}

/** What a pass itself brings about. */
function* ownChanges(cases: readonly Case[]): Generator<Change> {
  for (const its of cases) {
    const { plan } = its;
    if (plan === undefined) continue;
    const why = ownWords(plan);
    if (why === undefined) continue;
    yield { from: stateBefore(its), to: stateAfter(its, plan), why, ours: true };
  }
}

function ownWords({ action, ended }: InstancePlan): string | undefined {
  switch (action.kind) {
    case 'none':
      return undefined;
    case 'wait':
      return action.wait === 'jobs-running' ? 'its jobs run' : `waits: ${action.wait}`;
    case 'repair':
      return 'the next step is submitted';
    case 'tag':
      if (ended !== undefined) return `result:${ended} is set`;
      return action.set.some((tag) => tag.includes(':pending:')) ? 'pending is set' : 'what it was is noted';
    default:
      return action satisfies never;
  }
}

/** What others do, one thing at a time. */
function* outsideChanges(cases: readonly Case[]): Generator<Change> {
  const byTags = Map.groupBy(cases, ({ tagged }) => tagged.tags);
  for (const alike of byTags.values()) {
    const find = (want: Partial<Tagged>, { tagged }: Case): Case | undefined =>
      alike.find((other) => {
        const wanted = { ...tagged, ...want };
        return other.tagged.suspend === wanted.suspend && other.tagged.policy === wanted.policy;
      });
    for (const its of alike) {
      if (its.tagged.suspend !== 'no') continue;
      const suspended = find({ suspend: 'for ever' }, its);
      const forbidden = find({ policy: 'none' }, its);
      if (suspended !== undefined) {
        yield* between(its, suspended, 'suspend is set');
        yield* between(suspended, its, 'the time of suspend is over, or its tag is removed');
      }
      if (forbidden !== undefined) {
        yield* between(forbidden, its, 'a policy is set that allows it');
        yield* between(its, forbidden, 'its policy is removed');
      }
    }
  }
  const without = (tagged: Tagged): Case | undefined =>
    cases.find(
      (other) =>
        other.tagged.tags.tag === 'none' &&
        other.tagged.suspend === tagged.suspend &&
        other.tagged.policy === tagged.policy,
    );
  for (const its of cases) {
    const { tag, jobs } = its.tagged.tags;
    const bare = without(its.tagged);
    if (bare === undefined) continue;
    if (tag === 'result failure') yield* between(its, bare, 'somebody removes result:failure');
    if (tag === UNREADABLE) {
      yield* between(bare, its, 'a tag stands that cannot be read');
      yield* between(its, bare, 'that tag is removed');
    }
    if (tag.startsWith('pending') && jobs === 'none') yield* between(bare, its, 'somebody sets pending');
  }
}

function* between(before: Case, after: Case, why: string): Generator<Change> {
  const from = stateBefore(before);
  const to = stateBefore(after);
  if (from !== to) yield { from, to, why, ours: false };
}

/** The state by the tags that stand, before anything is done about it. */
function stateBefore({ plan, tagged }: Case): HealthState {
  if (plan === undefined)
    return tagged.suspend === 'no' || tagged.suspend === 'expired' ? 'healthy' : 'suspended';
  if (plan.state === 'suspended' || tagged.tags.tag === 'result failure') return plan.state;
  return tagged.tags.tag.startsWith('pending') ? 'pending' : plan.state;
}

function stateAfter({ placed, tagged }: Case, { action, state }: InstancePlan): HealthState {
  if (action.kind === 'repair') return 'pending';
  if (action.kind !== 'tag') return state;
  const tags = [...tagged.tags.tags, ...action.set].filter((tag) => !action.remove.includes(tag));
  const pending = tags.some((tag) => tag.includes(':pending:'));
  const [after] = casesAt(placed, [
    { ...tagged, tags: { tag: pending ? 'pending' : 'result', jobs: '', tags } },
  ]);
  return after === undefined ? state : stateBefore(after);
}
