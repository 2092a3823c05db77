import { isNodeName, type SpoolRecord } from '../sweep/spool-record.ts';

/** What an alert of Pacemaker is to us. */
export type AlertEvent =
  | { readonly kind: 'record'; readonly record: SpoolRecord }
  /** A resource or an attribute; nothing to keep. */
  | { readonly kind: 'ignored' }
  | { readonly kind: 'unusable'; readonly why: string };

type Vars = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables of an alert (Pacemaker Administration, "Writing an Alert Agent"). `CRM_alert_task` of a fencing
 * is an internal name in 2.1.5 (`st_notify_fence`); which operation it was stands in the description only.
 */
export function readAlert(vars: Vars, nowMs: number): AlertEvent {
  const kind = vars.CRM_alert_kind ?? '';
  if (kind === '') return { kind: 'unusable', why: 'CRM_alert_kind is not set: Pacemaker did not call' };
  if (kind !== 'fencing' && kind !== 'node') return { kind: 'ignored' };
  const node = (vars.CRM_alert_node ?? '').trim();
  if (!isNodeName(node)) return { kind: 'unusable', why: `an alert of kind ${kind} without a node's name` };
  const words = vars.CRM_alert_desc ?? '';
  const said = kind === 'fencing' ? fencing(vars.CRM_alert_rc) : membership(words);
  if (said === undefined) return { kind: 'ignored' };
  return { kind: 'record', record: { node, said, words, atMs: moment(vars, nowMs) } };
}

/** Only a plain 0 is a success; without a return code it is not known how it ended, and nothing is claimed. */
function fencing(rc: string | undefined): SpoolRecord['said'] | undefined {
  if (rc === undefined || !/^-?\d+$/.test(rc.trim())) return undefined;
  return Number(rc) === 0 ? 'fenced' : 'fencing-failed';
}

function membership(words: string): SpoolRecord['said'] | undefined {
  const word = words.trim();
  return word === 'lost' || word === 'member' ? word : undefined;
}

/** Pacemaker's own time to the millisecond, where it gives one (since 2.0); else now. */
function moment(vars: Vars, nowMs: number): number {
  const seconds = digits(vars.CRM_alert_timestamp_epoch);
  if (seconds === undefined) return nowMs;
  return seconds * 1_000 + Math.trunc((digits(vars.CRM_alert_timestamp_usec) ?? 0) / 1_000);
}

function digits(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,12}$/.test(text.trim()) ? Number(text) : undefined;
}
