import { isSound, type SeenVerdict } from './leaving.ts';
import { type Steadiness, steadySince } from './steady.ts';

/** A node that Ganeti has offline and that is a member all the same. */
export interface ReturnedNode {
  readonly node: string;
  readonly serial: number;
  /** The serial that our own offline job left behind; undefined where the node does not bear our mark. */
  readonly markedSerial: number | undefined;
  /** When these agents last took it back, milliseconds; undefined where they never did. */
  readonly readmittedMs: number | undefined;
}

export interface ReturnInput {
  readonly verdict: SeenVerdict;
  readonly onReturn: 'hold' | 'readmit';
  /** How long it has to be sound without a break, milliseconds. */
  readonly delayMs: number;
  /** What Ganeti says of it; undefined where Ganeti was not asked or did not answer. */
  readonly ganeti: ReturnedNode | undefined;
  readonly quorum: boolean;
  readonly maintenanceMode: boolean;
  readonly paused: string | undefined;
  readonly steadiness: Steadiness | undefined;
  readonly nowMs: number;
}

/** What keeps a node offline that is back. */
export type ReturnHold =
  | 'on-return'
  | 'no-quorum'
  | 'maintenance-mode'
  | 'pause'
  | 'ganeti-not-known'
  | 'not-ours'
  | 'changed-since'
  | 'readmitted-before'
  | 'not-sound'
  /** Said by the sweep, which knows of jobs. */
  | 'job-failed';

export type ReturnDecision =
  /** It stays offline until a person decides. */
  | { readonly kind: 'hold'; readonly hold: ReturnHold; readonly why: string }
  /** It is taken back at that moment if nothing happens meanwhile. */
  | { readonly kind: 'wait'; readonly untilMs: number }
  | { readonly kind: 'readmit'; readonly because: string };

/** A node that dies more often than once a day is not to be trusted with instances by a program. */
export const READMIT_AGAIN_AFTER_MS = 24 * 60 * 60 * 1000;

/** What becomes of one node that is back. Whatever is not known keeps it offline. */
export function decideReturn(input: ReturnInput): ReturnDecision {
  const { verdict, ganeti, nowMs } = input;
  if (input.onReturn === 'hold') return hold('on-return', '');
  if (!input.quorum) return hold('no-quorum', 'this partition has no quorum');
  if (input.maintenanceMode) return hold('maintenance-mode', 'the cluster is in maintenance mode');
  if (input.paused !== undefined) return hold('pause', input.paused);
  if (ganeti === undefined || ganeti.node !== verdict.node)
    return hold('ganeti-not-known', 'Ganeti could not be asked about it');
  if (ganeti.markedSerial === undefined)
    return hold('not-ours', 'it is not known that these agents marked it offline');
  if (ganeti.markedSerial !== ganeti.serial)
    return hold('changed-since', 'it has been changed in Ganeti since it was marked offline');
  if (ganeti.readmittedMs !== undefined && nowMs - ganeti.readmittedMs < READMIT_AGAIN_AFTER_MS) {
    return hold(
      'readmitted-before',
      `it was taken back before, at ${new Date(ganeti.readmittedMs).toISOString()}`,
    );
  }
  if (!isSound(verdict)) return hold('not-sound', verdict.reasons.map(({ text }) => text).join('; '));
  const since = steadySince(input.steadiness, verdict.node, 'sound') ?? nowMs;
  return nowMs - since >= input.delayMs
    ? { kind: 'readmit', because: `it has been sound since ${new Date(since).toISOString()}` }
    : { kind: 'wait', untilMs: since + input.delayMs };
}

function hold(rule: ReturnHold, why: string): ReturnDecision {
  return { kind: 'hold', hold: rule, why };
}
