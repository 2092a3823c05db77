import type { Env } from '../env/env.ts';
import { QUIET_FILE, SPOOL_DIR } from '../env/paths.ts';
import type { Reason } from '../ocf/result.ts';
import { cibIdentity, ringIdentity } from '../pacemaker/ring.ts';

/**
 * How long a look at the whole cluster counts while nothing changes. It bounds what the two change detectors
 * cannot see: a fencing ordered by hand for a node that had left corosync's ring before.
 */
const QUIET_MS = 60_000;

interface QuietRecord extends ChangeMarks {
  readonly until: number;
  readonly standing: readonly Reason[];
}

/** What tells that something has changed around this node. */
export interface ChangeMarks {
  readonly ring: string;
  readonly cib: string;
  /** The alerts that were in the spool; another one is news, one that has gone is not. */
  readonly alerts: readonly string[];
}

/**
 * What the last full look found wrong, if there was nothing to act on and neither corosync's membership nor
 * Pacemaker's configuration has changed since: then `monitor` starts no process at all. Undefined means: look.
 */
export function standingReasons(env: Env): readonly Reason[] | undefined {
  const quiet = lastQuiet(env);
  if (quiet === undefined || quiet.until <= env.clock.now() || quiet.until > env.clock.now() + QUIET_MS)
    return undefined;
  const unchanged = quiet.ring === ringIdentity(env) && quiet.cib === cibIdentity(env);
  return unchanged && !isNews(env, quiet) ? quiet.standing : undefined;
}

/** Whether an alert came since the last look: then it is what woke the next one. */
export function hasNewAlerts(env: Env): boolean {
  return isNews(env, lastQuiet(env));
}

function isNews(env: Env, quiet: QuietRecord | undefined): boolean {
  return alertFiles(env).some((name) => quiet?.alerts.includes(name) !== true);
}

function alertFiles(env: Env): readonly string[] {
  return env.files.list(SPOOL_DIR).filter((name) => name.endsWith('.json'));
}

function lastQuiet(env: Env): QuietRecord | undefined {
  const read = env.files.read(QUIET_FILE);
  return read.kind === 'text' ? parse(read.text) : undefined;
}

/** The identities to remember; taken before the look, so that a change during the look is not missed. */
export function changeMarks(env: Env): ChangeMarks | undefined {
  const ring = ringIdentity(env);
  const cib = cibIdentity(env);
  return ring === undefined || cib === undefined ? undefined : { ring, cib, alerts: alertFiles(env) };
}

/** Remembers that a look found nothing to act on. */
export function rememberQuiet(env: Env, marks: ChangeMarks | undefined, standing: readonly Reason[]): void {
  if (marks === undefined) return;
  const record: QuietRecord = { ...marks, until: env.clock.now() + QUIET_MS, standing };
  env.files.write(QUIET_FILE, JSON.stringify(record));
}

/** The next monitor looks for itself. */
export function forgetQuiet(env: Env): void {
  env.files.remove(QUIET_FILE);
}

function parse(text: string): QuietRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The file is ours, below a folder only root can write; a torn or older one must not be trusted all the same. */
function isRecord(value: unknown): value is QuietRecord {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'ring' in value &&
    typeof value.ring === 'string' &&
    'cib' in value &&
    typeof value.cib === 'string' &&
    'alerts' in value &&
    Array.isArray(value.alerts) &&
    'until' in value &&
    typeof value.until === 'number' &&
    'standing' in value &&
    Array.isArray(value.standing)
  );
}
