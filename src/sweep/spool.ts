import type { Env, StatResult } from '../env/env.ts';
import { SPOOL_DIR, WAKE_LOCK } from '../env/paths.ts';
import { isRecordName, MOST_BYTES, MOST_RECORDS, parseRecord, type SpoolRecord } from './spool-record.ts';

/** What the spool holds, and what is to be removed from it by whoever has read it. */
export interface Spool {
  readonly alerts: readonly SpooledAlert[];
  /** Files that are no records; their content is neither used nor shown. */
  readonly refused: readonly { readonly file: string; readonly why: string }[];
  /** File names that serve nobody any more: refused, too old, beyond the limit, left half-written. */
  readonly waste: readonly string[];
}

export interface SpooledAlert extends SpoolRecord {
  /** Its file's name in the spool. */
  readonly file: string;
}

/** Whom Pacemaker runs alert agents as (compiled in as CRM_DAEMON_USER). */
const DAEMON_USER = 'hacluster';

/**
 * How long an alert counts. On the nodes that are not master it waits here for the case that one of them becomes it:
 * a take-over with its fencing lasts a few minutes at most.
 */
const KEEP_MS = 15 * 60_000;

/** Between its first system call and the rename a file has another name; a younger one is being written. */
const UNFINISHED_MS = 60_000;

/**
 * Reads the alerts, oldest first. They come from another user, so a record is a hint and a second source, never proof
 * of death. A file counts only if it is a plain one of root's or hacluster's; links are not followed, and in a folder
 * with the sticky bit nobody else can put another in its place. Never fails.
 */
export function readSpool(env: Env): Spool {
  const names = env.files.list(SPOOL_DIR).filter((name) => `${SPOOL_DIR}/${name}` !== WAKE_LOCK);
  if (names.length === 0) return { alerts: [], refused: [], waste: [] };
  if (!isTrustedFolder(env)) {
    const why = 'the folder must belong to root, and be writable by root and its group only';
    return { alerts: [], refused: [{ file: SPOOL_DIR, why }], waste: [] };
  }
  const nowMs = env.clock.now();
  const owners = [0, env.host.uid, daemonUser(env)];
  const records = names.filter(isRecordName);
  const newest = records.slice(-MOST_RECORDS);
  const alerts: SpooledAlert[] = [];
  const refused: { file: string; why: string }[] = [];
  const waste = records.slice(0, -MOST_RECORDS);
  for (const file of newest) {
    const read = readOne(env, file, owners);
    if (read.kind === 'refused') refused.push({ file, why: read.why });
    else if (read.kind === 'record' && Math.abs(nowMs - read.record.atMs) > KEEP_MS) waste.push(file);
    else if (read.kind === 'record') alerts.push({ ...read.record, file });
  }
  for (const file of names.filter((name) => !isRecordName(name))) {
    const stat = env.files.lstat(`${SPOOL_DIR}/${file}`);
    if (stat.kind === 'missing') continue;
    const unfinished = file.endsWith('.new') && stat.kind === 'file';
    if (unfinished && Math.abs(nowMs - stat.mtimeMs) <= UNFINISHED_MS) continue;
    if (unfinished) waste.push(file);
    else refused.push({ file, why: 'its name is none of ours' });
  }
  return { alerts, refused, waste: [...waste, ...refused.map(({ file }) => file)] };
}

/** Removes files from the spool; what cannot be removed stays. A symbolic link is removed, not what it points to. */
export function clearSpool(env: Env, files: readonly string[]): void {
  for (const file of files) {
    if (file === '' || file.includes('/')) continue;
    const removed = env.files.remove(`${SPOOL_DIR}/${file}`);
    if (removed.kind === 'failed') env.log('warning', `GNH381 not removed: ${removed.message}`);
  }
}

type OneFile =
  | { readonly kind: 'record'; readonly record: SpoolRecord }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'gone' };

function readOne(env: Env, file: string, owners: readonly (number | undefined)[]): OneFile {
  const path = `${SPOOL_DIR}/${file}`;
  const stat = env.files.lstat(path);
  if (stat.kind === 'missing') return { kind: 'gone' };
  if (stat.kind === 'unreadable') return { kind: 'refused', why: stat.message };
  if (stat.kind !== 'file') return { kind: 'refused', why: 'it is no plain file' };
  if (!owners.includes(stat.uid))
    return { kind: 'refused', why: `it belongs to neither root nor ${DAEMON_USER} (uid ${stat.uid})` };
  if (stat.size > MOST_BYTES) return { kind: 'refused', why: `it has ${stat.size} bytes` };
  const content = env.files.read(path);
  if (content.kind === 'missing') return { kind: 'gone' };
  if (content.kind === 'unreadable') return { kind: 'refused', why: content.message };
  const record = parseRecord(content.text);
  return record === undefined ? { kind: 'refused', why: 'it holds no record' } : { kind: 'record', record };
}

function isTrustedFolder(env: Env): boolean {
  const stat: StatResult = env.files.lstat(SPOOL_DIR);
  return (
    stat.kind === 'directory' && (stat.uid === 0 || stat.uid === env.host.uid) && (stat.mode & 0o002) === 0
  );
}

/** hacluster is a local user, made by Pacemaker's package. Where it is not, only root's files count. */
function daemonUser(env: Env): number | undefined {
  const read = env.files.read('/etc/passwd');
  const line = read.kind === 'text' ? new RegExp(`^${DAEMON_USER}:[^:]*:(\\d+):`, 'm').exec(read.text) : null;
  return line?.[1] === undefined ? undefined : Number(line[1]);
}
