/** Why a job is there; Ganeti keeps it with the job and passes it to the jobs that follow from it. */
export interface JobReason {
  /** Who, e.g. `ocf:ganeti:ganeti-node`; any string is accepted (Constants.hs:4876). */
  readonly source: string;
  readonly text: string;
  /** `Env.clock.now()`. */
  readonly nowMs: number;
}

/** An opcode as luxid takes it. */
export interface Opcode {
  readonly OP_ID: string;
  readonly [parameter: string]: unknown;
}

/** The opcode was not built, so nothing was sent to Ganeti. */
export class OpcodeRefusedError extends Error {
  readonly opId: string;
  /** What was given as a name. */
  readonly given: string;

  constructor(opId: string, given: string, kind: string) {
    super(
      `${opId} needs the full name of one ${kind}, it was given ${JSON.stringify(given)}. Nothing was sent to Ganeti.`,
    );
    this.name = 'OpcodeRefusedError';
    this.opId = opId;
    this.given = given;
  }
}

/** Those that luxid accepts at submission, before and after everybody else's. */
export const PRIORITY = { high: -10, normal: 0 } as const;

/**
 * luxid rejects an opcode without `reason` ("key 'reason' not found", run) and one with a key it does not know
 * (JSON.hs:439); these six are the common ones of 3.0 and 3.1.
 */
export function opcode(
  opId: string,
  parameters: Readonly<Record<string, unknown>>,
  why: JobReason,
  priority: keyof typeof PRIORITY = 'high',
): Opcode {
  return {
    OP_ID: opId,
    ...parameters,
    debug_level: 0,
    priority: PRIORITY[priority],
    depends: null,
    comment: null,
    // Nanoseconds do not fit a double exactly; what is lost is below a microsecond.
    reason: [[why.source, ascii(why.text), Math.round(why.nowMs) * 1_000_000]],
  };
}

/**
 * A luxid that master-failover has started runs with LC_ALL=C (noded's RunCmd sets it) and refuses a job with any
 * other character in it: "commitBuffer: invalid argument (invalid character)" (run, 3.0.2). A text may hold what a
 * fence device said in whatever language.
 */
function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, '?');
}

/** An empty name would make OP_OOB_COMMAND act on every node; spaces are several names or none. */
export function fullName(opId: string, name: string, kind: 'node' | 'instance' | 'group'): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name)) throw new OpcodeRefusedError(opId, name, kind);
  return name;
}
