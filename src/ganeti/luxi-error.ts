/** What went wrong in talking to luxid, as facts. */
export type LuxiFailure =
  /** There is no socket: luxid does not run here (or never did). */
  | { readonly kind: 'no-socket'; readonly socket: string }
  /** A socket without a luxid behind it. */
  | { readonly kind: 'refused'; readonly socket: string }
  /** Any other failure to connect; `code` is the system's, e.g. EACCES. */
  | {
      readonly kind: 'not-connected';
      readonly socket: string;
      readonly code: string;
      readonly message: string;
    }
  /** luxid hangs or is too busy to accept. After a timeout on a request it is not known whether luxid acted on it. */
  | {
      readonly kind: 'timeout';
      readonly phase: 'connecting' | 'answer';
      readonly method: string | undefined;
      readonly afterMs: number;
    }
  /** The connection ended before the answer was complete; it is not known whether luxid acted on the request. */
  | { readonly kind: 'closed'; readonly method: string; readonly received: number; readonly message: string }
  /** What came is no LUXI, or not what this method answers. */
  | { readonly kind: 'protocol'; readonly method: string; readonly detail: string; readonly excerpt: string }
  /**
   * luxid said no: Ganeti's exception class and its arguments (lib/errors.py:505). Without a class luxid could
   * not parse the request, an opcode it does not know in this form for example; the text says what.
   */
  | {
      readonly kind: 'rejected';
      readonly method: string;
      readonly className: string | undefined;
      readonly args: readonly unknown[];
    };

export class LuxiError extends Error {
  readonly failure: LuxiFailure;

  constructor(failure: LuxiFailure) {
    super(describeFailure(failure));
    this.name = 'LuxiError';
    this.failure = failure;
  }
}

function describeFailure(failure: LuxiFailure): string {
  switch (failure.kind) {
    case 'no-socket':
      return `ganeti-luxid does not run here: there is no socket ${failure.socket}.`;
    case 'refused':
      return `ganeti-luxid does not run here: nobody listens on ${failure.socket}.`;
    case 'not-connected':
      return `Connecting to ganeti-luxid at ${failure.socket} failed: ${failure.message} (${failure.code}).`;
    case 'timeout':
      return failure.phase === 'connecting'
        ? `ganeti-luxid did not accept the connection within ${failure.afterMs} ms.`
        : `ganeti-luxid did not answer ${failure.method ?? 'the request'} within ${failure.afterMs} ms.`;
    case 'closed':
      return `ganeti-luxid closed the connection before it had answered ${failure.method}: ${failure.message}.`;
    case 'protocol':
      return `The answer to ${failure.method} is not understood: ${failure.detail}: ${failure.excerpt}`;
    case 'rejected':
      return `ganeti-luxid refused ${failure.method}: ${describeException(failure.className, failure.args)}`;
  }
}

/**
 * Ganeti's exception as one line, e.g. `OpPrereqError: Node h9 not found (unknown_entity)`. Without the number of luxid's
 * own socket to another daemon, which differs each time: the same trouble would be told anew by each look.
 */
export function describeException(className: string | undefined, args: readonly unknown[]): string {
  const [text, ...details] = args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg)));
  const rest = details.length === 0 ? '' : ` (${details.join(', ')})`;
  const prefix = className === undefined ? '' : `${className}: `;
  return `${prefix}${text ?? 'no text'}${rest}`.replace(/<socket: \d+>: /g, '').replace(/\s+/g, ' ');
}
