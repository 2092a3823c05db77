import type { FenceEvent } from './cluster-state.ts';
import { childrenOf, type XmlElement } from './xml-element.ts';

export interface FenceHistory {
  readonly fenceHistoryKnown: boolean;
  readonly fenceEvents: readonly FenceEvent[];
}

/**
 * The `fence_history` element of crm_mon. Without events it is absent; where the fencer did not
 * answer it is there with a status other than 0 (st_output.c, full_history_xml).
 */
export function readFenceHistory(element: XmlElement | undefined): FenceHistory {
  const status = element?.attributes.status ?? '0';
  const events = childrenOf(element, 'fence_event').map(readFenceEvent);
  return {
    fenceHistoryKnown: status === '0',
    fenceEvents: events.filter((event) => event !== undefined),
  };
}

/** An event without target or action, or with a status not known, proves nothing and is left out. */
function readFenceEvent(element: XmlElement): FenceEvent | undefined {
  const { target, action, status, client, origin, delegate, completed } = element.attributes;
  const exitReason = element.attributes['exit-reason'];
  if (!target || !action || !isStatus(status)) return undefined;
  const completedMs = completed === undefined ? undefined : parseCompleted(completed);
  return {
    id: [target, action, origin ?? '', client ?? '', identityOfTime(completed, completedMs)].join('|'),
    target,
    action,
    status,
    client: client ?? '',
    origin: origin ?? '',
    ...(delegate === undefined ? {} : { delegate }),
    ...(completed === undefined ? {} : { completed }),
    ...(completedMs === undefined ? {} : { completedMs }),
    ...(exitReason === undefined ? {} : { exitReason }),
  };
}

/**
 * Whole seconds: 2.1.5 prints no fractions, 3.0 prints them, and a fencer that learned the event from
 * another one may not have them. `pending` has no time yet.
 */
function identityOfTime(completed: string | undefined, completedMs: number | undefined): string {
  if (completed === undefined) return 'pending';
  return completedMs === undefined ? completed : String(Math.floor(completedMs / 1000));
}

/** `2024-05-01 10:20:30Z`, `2024-05-01 12:20:30 +02:00`, `2024-05-01 10:20:30.123456Z`; else undefined. */
export function parseCompleted(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d{1,3})?\d* ?(Z|[+-]\d\d:\d\d)$/.exec(text.trim());
  if (match === null) return undefined;
  const [, date, time, fraction = '', zone] = match;
  const ms = Date.parse(`${date}T${time}${fraction}${zone}`);
  return Number.isNaN(ms) ? undefined : ms;
}

function isStatus(status: string | undefined): status is FenceEvent['status'] {
  return status === 'success' || status === 'failed' || status === 'pending';
}
