import { BRAKE_WINDOW_MS, brakeCapacity, brakeUsed } from './brake.ts';
import { candidatesAmong, mayLeaveCandidates } from './candidates.ts';
import type { DecideInput, Decision, Hold } from './decide.ts';
import { releasedNodes } from './orders.ts';
import { activePauses, pauseText } from './pause.ts';
import { coolsUntil } from './storm.ts';
import { timeOfDay } from './time-of-day.ts';

type Offline = Extract<Decision, { kind: 'offline' }>;

/**
 * Which of those that are to be marked offline are marked now: nobody while paused, the released in any case, then
 * as many as the brake has places for. Who has a place already, because only its job failed, comes before the rest.
 */
export function allot(decisions: readonly Decision[], input: DecideInput): readonly Decision[] {
  const wanted = decisions.filter((one) => one.kind === 'offline');
  const allotted = new Map(among(wanted, input).map((one) => [one.node, one]));
  return decisions.map((one) => allotted.get(one.node) ?? one);
}

function among(wanted: readonly Offline[], input: DecideInput): readonly Decision[] {
  const forbidden = forbiddenByOrders(input);
  if (forbidden !== undefined) return wanted.map((one) => hold(one, forbidden.hold, forbidden.text));
  const released = releasedNodes(input.orders, input.nowMs);
  const rank = ({ node }: Offline): number => (released.has(node) ? 0 : input.retries.includes(node) ? 1 : 2);
  const taken = placesTaken(input);
  const capacity = capacityOf(input);
  const going = [...input.beingMarked];
  return wanted
    .toSorted((a, b) => rank(a) - rank(b))
    .map((one, index) => {
      const decision =
        rank(one) === 0
          ? { ...one, because: `${one.because}; released by an administrator` }
          : taken.length + index >= capacity
            ? braked(one, capacity, taken)
            : (cooling(one, rank(one) === 1, input) ?? oneByOne(one, going, input) ?? one);
      if (decision.kind === 'offline') going.push(one.node);
      return decision;
    });
}

/** Whether every place under the brake is taken; where the administrator allows none there is nothing to fill. */
export function isBrakeFull(input: DecideInput): boolean {
  const capacity = capacityOf(input);
  return capacity > 0 && placesTaken(input).length >= capacity;
}

function capacityOf({ limit, knownNodes }: DecideInput): number {
  return brakeCapacity(limit, new Set(knownNodes).size);
}

/** What is offline or will be in a moment; both take a place. */
function placesTaken(input: DecideInput): readonly string[] {
  const onTheWay = new Set([...input.offlineInGaneti, ...input.pendingJobs]);
  return brakeUsed(input.recentOfflinings, onTheWay, input.nowMs);
}

function forbiddenByOrders({
  orders,
  nowMs,
}: DecideInput): { readonly hold: Hold; readonly text: string } | undefined {
  if (orders.kind === 'unknown') {
    return { hold: 'orders', text: `but whether there is a pause is not known (${orders.message})` };
  }
  const pauses = activePauses(orders.pauses, nowMs);
  return pauses.length === 0 ? undefined : { hold: 'pause', text: `but paused: ${pauseText(pauses)}` };
}

function braked(one: Offline, capacity: number, taken: readonly string[]): Decision {
  const used = taken.length === 0 ? '' : ` (${taken.join(', ')})`;
  const minutes = BRAKE_WINDOW_MS / 60_000;
  return hold(
    one,
    'brake',
    `but no more than ${capacity} may be marked offline within ${minutes} minutes${used}`,
  );
}

function cooling(
  one: Offline,
  again: boolean,
  { storm, cooldownMs, nowMs }: DecideInput,
): Decision | undefined {
  const until = again ? undefined : coolsUntil(storm, cooldownMs, nowMs);
  if (until === undefined) return undefined;
  const end =
    until === 'unknown'
      ? `until all that are held have a place, and ${Math.round(cooldownMs / 1000)} s more`
      : `before ${timeOfDay(until)}`;
  return hold(one, 'cooldown', `but more died than the brake allows; no more are marked offline ${end}`);
}

function oneByOne(one: Offline, going: readonly string[], { candidates }: DecideInput): Decision | undefined {
  if (mayLeaveCandidates(one.node, candidates, going)) return undefined;
  const others = candidatesAmong(going, candidates).filter((node) => node !== one.node);
  return hold(
    one,
    'candidates',
    `but without ${others.join(', ')} too no majority of the ${candidates.length} master candidates is left; its turn is when their jobs have ended`,
  );
}

function hold({ node, because }: Offline, reason: Hold, text: string): Decision {
  return { kind: 'hold', node, hold: reason, text: `${because}; ${text}` };
}
