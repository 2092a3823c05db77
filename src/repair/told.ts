import type { ReasonCode } from '../ocf/reasons.ts';
import type { Reason } from '../ocf/result.ts';
import type { NotSubmitted } from './pass.ts';
import type { Hold, InstancePlan, RepairPlan } from './plan-types.ts';

/** Holds that somebody has to know of; the others are as somebody wanted them. */
const HOLD_CODES: Partial<Readonly<Record<Hold, ReasonCode>>> = {
  'node-unknown': 'GNH402',
  'node-alive': 'GNH402',
  'last-copy': 'GNH403',
  'no-target': 'GNH404',
};

/** In the order in which they press. */
const ORDER: readonly ReasonCode[] = ['GNH406', 'GNH401', 'GNH402', 'GNH403', 'GNH405', 'GNH404', 'GNH407'];

/** What the monitor shows of a pass: one reason of each kind, with the most important instance that it is about. */
export function reasonsOf(plan: RepairPlan, failures: readonly NotSubmitted[]): readonly Reason[] {
  const found = new Map<ReasonCode, { readonly what: string; count: number }>();
  const add = (code: ReasonCode, what: string): void => {
    const known = found.get(code);
    if (known === undefined) found.set(code, { what, count: 1 });
    else known.count += 1;
  };
  for (const { on, text, known } of failures)
    if (known) add('GNH406', `${on.name}: nothing was submitted for it (${text})`);
  for (const line of plan.instances) {
    const code = codeOf(line);
    if (code !== undefined) add(code, `${line.instance}: ${whyOf(line)}`);
  }
  for (const warning of plan.warnings) add('GNH405', warning);
  return ORDER.flatMap((code) => {
    const one = found.get(code);
    if (one === undefined) return [];
    const more = one.count === 1 ? '' : ` (and ${one.count - 1} more)`;
    return [{ code, text: `${one.what.replace(/\.$/, '')}${more}. See: gnt-ha repair status` }];
  });
}

/** The next pass finds out what became of it; only where that goes on anybody has to know. */
export function lostReason(failures: readonly NotSubmitted[]): Reason | undefined {
  const lost = failures.find(({ known }) => !known);
  if (lost === undefined) return undefined;
  const text = `${lost.on.name}: luxid does not answer in time to what is submitted for it. See: gnt-cluster queue info`;
  return { code: 'GNH406', text };
}

/** While a job writes its tags the line says that; what holds it stays as it was. */
export function whyOf({ diagnosis, because, state, ended }: InstancePlan): string {
  const held = diagnosis.kind === 'held' && state !== 'failed' && state !== 'unclear' && ended === undefined;
  return held ? diagnosis.because : because;
}

/** Somebody wants it repaired: an instance that nobody has allowed that for is nobody's business. */
export function isWanted({ state, policy }: InstancePlan): boolean {
  return state === 'pending' || policy.kind === 'allowed';
}

function codeOf(line: InstancePlan): ReasonCode | undefined {
  const { state, diagnosis, action, ended } = line;
  if (state === 'failed' || ended === 'failure') return 'GNH401';
  if (state === 'unclear') return undefined;
  if (!isWanted(line)) return undefined;
  if (diagnosis.kind === 'held') return HOLD_CODES[diagnosis.hold];
  if (action.kind !== 'wait') return undefined;
  return action.wait === 'no-room' ? 'GNH404' : action.wait === 'stopped' ? 'GNH407' : undefined;
}
