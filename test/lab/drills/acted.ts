// Which of Pacemaker's actions a drill and its scenario must have in common, and in which order.
import type { Action, PowerCut } from './actions.ts';
import type { Decision } from './decisions.ts';

const FINE: readonly (number | undefined)[] = [0, 8, 190, 191];

/** From a host's loss to its power cut: the membership is agreed on, a DC elected, and the fence device asked. */
const DYING_MS = 10_000;

/**
 * Both begin with all resources started, so no cluster's boot is in it; a host's return is: what starts there again.
 * First the actions by which the master role went from host to host, in that order: between them Pacemaker waits. Then
 * for each host and resource its own actions in order, hosts with the same ones together; across hosts and resources
 * they run beside each other, and who is done first is chance. Nor are they ordered among the ledgers' decisions: an
 * agent decides while its action runs.
 */
export function actedOn(actions: readonly Action[], cuts: readonly PowerCut[]): readonly Decision[] {
  const compared = actions
    .toSorted((a, b) => a.at - b.at)
    .filter((one) => isCompared(one) && !isDying(one, cuts))
    .filter((one, index, all) => !isDemotedAgain(one, all.slice(0, index)));
  return [...roleMoves(compared), ...histories(compared)];
}

/** A host that is cut off stops its resources, or is dead before it has: its own clock and the fence device decide. */
function isDying({ host, at }: Action, cuts: readonly PowerCut[]): boolean {
  return cuts.some((cut) => cut.host === host && at <= cut.at && at > cut.at - DYING_MS);
}

/** What a look finds for as long as the drill leaves it so. Other reasons go by themselves, or with a quick readmit. */
const LASTING: readonly (string | undefined)[] = ['GNH371'];

function isCompared({ action, code, reason }: Action): boolean {
  if (action !== 'monitor') return true;
  // A monitor that finds all well comes as often as its interval says, and a story tells none.
  if (FINE.includes(code)) return LASTING.includes(reason);
  // It has told Pacemaker already where the role is, which mostly ends it before its result is there.
  return reason !== 'GNH108';
}

/**
 * What could be neither promoted nor, after that, started the real Pacemaker demotes once more on one of two hosts, be
 * it the first or the last to be tried; the simulated one does not. There is nothing to demote by then.
 */
function isDemotedAgain({ action, host, resource }: Action, before: readonly Action[]): boolean {
  const last = before.findLast(
    (one) =>
      one.host === host &&
      one.resource === resource &&
      (one.action === 'promote' || (one.action === 'demote' && one.code === 0)),
  );
  return action === 'demote' && last?.action === 'demote';
}

/** In the promotable form instances start beside each other; only promotions and demotions follow each other. */
function roleMoves(actions: readonly Action[]): readonly Decision[] {
  const ofRole = actions.filter(({ resource, code }) => resource === 'ganeti-master' && code === 0);
  const isPromotable = ofRole.some(({ action }) => action === 'promote' || action === 'demote');
  const wanted = isPromotable ? ['promote', 'demote'] : ['start', 'stop'];
  return ofRole
    .filter(({ action }) => wanted.includes(action))
    .map(({ action, host }) => ({ what: `the role's ${action}`, hosts: [host] }));
}

function histories(actions: readonly Action[]): readonly Decision[] {
  const byPlace = Map.groupBy(actions, ({ resource, host }) => `${resource} ${host}`);
  const each = [...byPlace.values()].map((own) => ({
    what: `${own[0]?.resource}: ${withoutRepeats(own.map(told)).join(', ')}`,
    host: own[0]?.host ?? '',
  }));
  return [...Map.groupBy(each, ({ what }) => what)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, places]) => ({ what, hosts: places.map(({ host }) => host).sort() }));
}

function told({ action, code, reason }: Action): string {
  const words = [code === undefined ? 'no answer' : `exit ${code}`, reason ?? 'no reason'];
  return code === 0 ? action : `${action} (${words.join(', ')})`;
}

/** A monitor that finds the same again: before Pacemaker has acted on it, or for as long as it lasts. */
function withoutRepeats(words: readonly string[]): readonly string[] {
  return words.filter((word, index) => word !== words[index - 1] || !word.startsWith('monitor'));
}
