import { isOurs } from '../ganeti/job-words.ts';
import { activePauses, pauseText } from '../policy/pause.ts';
import type { RepairState } from '../repair/state.ts';
import type { Insight } from './insight.ts';
import type { NodeDecision } from './node-decision.ts';

/** `acting`: a job is under way, or a decision is about to be carried out. */
export type Health = 'healthy' | 'degraded' | 'acting' | 'unknown';

/** As Nagios' plugins are read: 1 is worth a look, 3 is not known. */
export const EXIT_CODES: Readonly<Record<Health, number>> = {
  healthy: 0,
  degraded: 1,
  acting: 2,
  unknown: 3,
};

/** The state of the whole in one word, and why it is not healthy. Pure. */
export function judgeHealth(
  insight: Insight,
  mastersAgree: boolean | null,
  repairs: Pick<RepairState, 'open' | 'reasons'> | undefined,
): { readonly health: Health; readonly trouble: readonly string[] } {
  const { view, input } = insight;
  if (view.answer.kind === 'unavailable') return { health: 'unknown', trouble: [view.answer.message] };
  const trouble = [
    ...(input.quorum ? [] : ['This partition has no quorum: nobody is marked offline.']),
    ...(mastersAgree === false ? ['Pacemaker and Ganeti do not agree on the master.'] : []),
    ...ordersTrouble(insight),
    ...nodeTrouble(insight),
    ...(repairs?.reasons ?? []).map(({ code, text }) => `${code} ${text}`),
  ];
  if (isActing(insight) || repairs?.open === true) return { health: 'acting', trouble };
  return { health: trouble.length === 0 ? 'healthy' : 'degraded', trouble };
}

function ordersTrouble({ input }: Insight): readonly string[] {
  const { orders, nowMs } = input;
  if (orders.kind === 'unknown') return [`Whether there is a pause is not known: ${orders.message}`];
  const pauses = activePauses(orders.pauses, nowMs);
  return pauses.length === 0 ? [] : [`Paused, nothing new is begun: ${pauseText(pauses)}`];
}

function nodeTrouble({ verdicts, decisions, input }: Insight): readonly string[] {
  return verdicts.flatMap(({ node, verdict, reasons }) => {
    const offline = input.offlineInGaneti.includes(node);
    if (verdict === 'alive')
      return offline
        ? [`${node} is back, and is offline in Ganeti. When it is sound: gnt-ha readmit ${node}`]
        : [];
    if (offline) return [];
    const decision = decisions.find((one) => one.node === node);
    const held = decision?.kind === 'hold' ? `, and held (${decision.hold})` : '';
    const why = decision?.kind === 'hold' ? decision.text : (reasons[0]?.text ?? '');
    return [`${node} is ${verdict}${held}: ${why}. See: gnt-ha why ${node}`];
  });
}

function isActing({ onNodes, facts }: Insight): boolean {
  const decided = [...onNodes.values()].some(isUnderWay);
  return decided || facts?.jobs.some(({ source }) => isOurs(source)) === true;
}

function isUnderWay({ kind, ...decision }: NodeDecision): boolean {
  switch (kind) {
    case 'offline':
    case 'readmit':
    case 'drain':
    case 'undrain':
      return true;
    case 'nothing':
      return 'rule' in decision && decision.rule === 'job-pending';
    case 'hold':
      return 'rule' in decision && decision.rule === 'fencing';
    case 'wait':
      return false;
    default:
      return kind satisfies never;
  }
}
