import type { LuxiFailure } from './luxi-error.ts';

/**
 * Whether a daemon does its work: `dead` nobody is there, `hung` somebody is and says nothing, `refusing` it answers
 * with an error or in no language of this daemon, `stale` it answers well, from a configuration that is over.
 */
export type ProbeResult = { readonly kind: 'ok' } | Trouble;

export interface Trouble {
  readonly kind: 'dead' | 'hung' | 'refusing' | 'stale';
  readonly message: string;
}

export const OK: ProbeResult = { kind: 'ok' };

/** From the system's code of a failed connection. */
export function troubleOf(daemon: string, code: string, message: string): Trouble {
  const text = `${daemon}: ${message}`;
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOENT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return { kind: 'dead', message: text };
    case 'ETIMEDOUT':
    // Not begun, since the time of the call was over (bounded-env.ts).
    case 'ECANCELED':
    // A unix socket whose queue is full: somebody holds it and takes nobody in.
    case 'EAGAIN':
      return { kind: 'hung', message: text };
    default:
      return { kind: 'refusing', message: text };
  }
}

/** From a failure in LUXI's framing, which luxid, wconfd and metad have in common. */
export function luxiTrouble(failure: LuxiFailure): Trouble['kind'] {
  switch (failure.kind) {
    case 'no-socket':
    case 'refused':
      return 'dead';
    case 'timeout':
      return 'hung';
    case 'not-connected':
    case 'closed':
    case 'protocol':
    case 'rejected':
      return 'refusing';
    default:
      return failure satisfies never;
  }
}
