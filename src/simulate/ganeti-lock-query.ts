// The locks are wconfd's alone: luxid asks it for them at each question (Query.hs:280).
import { OpcodeError } from './ganeti-opcode-error.ts';
import { type GanetiHost, works } from './ganeti-state.ts';

/**
 * luxid's own time limit for wconfd, after which it refuses (61 s with a suspended one, 3.0.2, run). Simpler than the
 * real one in that a wconfd which works again meanwhile answers no sooner.
 */
const WCONFD_MS = 60_000;

/** Throws what luxid answers where wconfd is dead or does not answer (both run, 3.0.2). */
export function assertLocksKnown(at: GanetiHost): void {
  if (works(at, 'ganeti-wconfd')) return;
  const words = at.daemons.has('ganeti-wconfd')
    ? 'user error (Timeout in reading a response)'
    : 'Network.Socket.connect: <socket: 10>: does not exist (Connection refused)';
  throw new OpcodeError('GenericError', words);
}

/** How long luxid waits for wconfd before it can answer this request, milliseconds. */
export function locksDelayMs(at: GanetiHost, frame: string): number {
  const asks = frame.includes('"Query"') && frame.includes('"lock"');
  return asks && at.daemons.has('ganeti-wconfd') && !works(at, 'ganeti-wconfd') ? WCONFD_MS : 0;
}
