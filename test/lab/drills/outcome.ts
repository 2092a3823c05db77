// What came of a drill, in the terms of its scenario.
import type { Lab } from '../lab.ts';
import { actedOn } from './acted.ts';
import { actionsInLog } from './actions.ts';
import type { Outcome } from './agreement.ts';
import { decisionsOf } from './decisions.ts';
import { fencingsSince, ledgerSince, logLinesSince, type Mark } from './invariants.ts';

/** By the ledgers and Pacemaker's logs of all hosts, also of those that are off. */
export function outcomeSince(lab: Lab, mark: Mark): Outcome {
  const lines = lab.hosts.flatMap((host) => logLinesSince(lab, mark, host));
  const cuts = fencingsSince(lab, mark).map(({ t, host }) => ({ at: t * 1000, host }));
  return {
    decided: decisionsOf(ledgerSince(lab, mark)),
    acted: actedOn(actionsInLog(lines, mark.since * 1000), cuts),
  };
}
