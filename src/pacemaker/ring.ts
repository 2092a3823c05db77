import type { Env } from '../env/env.ts';
import { CIB_FILE } from './cib-file.ts';

/** Corosync's state folder (`system.state_dir`, compiled-in default on Debian, RHEL and SUSE). */
const COROSYNC_STATE_DIR = '/var/lib/corosync';

/**
 * Changes with each change of corosync's membership, without asking any process: corosync stores its ring
 * sequence number in `ringid_<nodeid>` whenever a new ring is formed (corosync exec/main.c,
 * corosync_ring_id_store). Compare only for equality. undefined where there is no such file.
 */
export function ringIdentity(env: Env): string | undefined {
  const parts = ringFiles(env).map(({ name, base64, mtimeMs }) => `${name}:${base64}:${mtimeMs}`);
  return parts.length === 0 ? undefined : parts.join(' ');
}

/**
 * The ring sequence number. Each new ring has at least 4 more than any member knew before
 * (totemsrp.c: `ring_id.seq = token_ring_id_seq + 4`), so the difference of two readings bounds how often
 * membership can have changed in between, on this host or any it was joined with.
 * Of several files the newest is corosync's, which writes it with each ring; the others are left over from before
 * the nodes were renumbered. undefined where there is none, or where it cannot be told which is the newest: two of
 * one moment, or one of the future, after the clock was set back.
 */
export function ringSequence(env: Env): number | undefined {
  const [file, next] = ringFiles(env).toSorted((one, other) => other.mtimeMs - one.mtimeMs);
  if (file === undefined) return undefined;
  if (next !== undefined && (next.mtimeMs === file.mtimeMs || file.mtimeMs > env.clock.now()))
    return undefined;
  const bytes = Buffer.from(file.base64, 'base64');
  // A uint64 in the machine's own byte order; every platform Node runs Ganeti on is little-endian.
  return bytes.length === 8 ? Number(bytes.readBigUInt64LE(0)) : undefined;
}

/** Changes with each change of the cluster's configuration. undefined where Pacemaker was never configured. */
export function cibIdentity(env: Env): string | undefined {
  const stat = env.files.stat(CIB_FILE);
  return stat.kind === 'file' ? `${stat.size}:${stat.mtimeMs}` : undefined;
}

interface RingFile {
  readonly name: string;
  readonly base64: string;
  readonly mtimeMs: number;
}

function ringFiles(env: Env): readonly RingFile[] {
  return env.files
    .list(COROSYNC_STATE_DIR)
    .filter((name) => name.startsWith('ringid_'))
    .flatMap((name) => {
      const content = env.files.readBase64(`${COROSYNC_STATE_DIR}/${name}`);
      return content.kind === 'text' ? [{ name, base64: content.text, mtimeMs: content.mtimeMs }] : [];
    });
}
