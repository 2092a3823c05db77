/** Exit codes of the OCF resource agent API 1.1, "Exit status codes"; nothing else is ever returned. */
export const ExitCode = {
  success: 0,
  /** Soft: recovered in place. Doubt is this one. */
  generic: 1,
  /** Hard: the resource is banned from this node. */
  args: 2,
  unimplemented: 3,
  permission: 4,
  /** Hard; from a probe it reads "cannot be here". */
  installed: 5,
  /** Fatal: the resource is stopped on every node; only for parameters that are wrong everywhere. */
  configured: 6,
  /** From `monitor` only, and only where the role surely is not held. */
  notRunning: 7,
  /** From `monitor` of a promotable resource: the role is held here. */
  runningPromoted: 8,
  /** The role is held here, and does not work. */
  failedPromoted: 9,
  /** Works, with something an administrator should look at; Pacemaker does nothing. */
  degraded: 190,
  /** The same where the role is held, of a promotable resource. */
  degradedPromoted: 191,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
