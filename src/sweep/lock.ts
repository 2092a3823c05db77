import type { Env, ReadResult } from '../env/env.ts';
import { SWEEP_LOCK } from '../env/paths.ts';

/** How often a sweep looks whether another has finished. */
const POLL_MS = 50;

/** Between two system calls of its owner a lock or guard is empty; longer than this nobody is between two calls. */
const UNWRITTEN_MS = 5_000;

/** No action of ours runs this long: the process that now has the owner's id is another one. */
const AGE_LIMIT_MS = 600_000;

/**
 * Runs `work` while no other sweep of this host does: a notify and a start arrive within milliseconds of each
 * other, and both would submit the same job. Waits up to `waitMs`; undefined where the lock was not free by then
 * (whoever holds it is doing the same work, and the next monitor sweeps again).
 */
export function withSweepLock<T>(env: Env, waitMs: number, work: () => Promise<T>): Promise<T | undefined> {
  return withLock(env, SWEEP_LOCK, waitMs, work);
}

/**
 * Runs `work` while nobody else of this host holds the lock file; undefined where it was not free within `waitMs`.
 * A lock whose owner is gone is taken over. `needed`: without a lock nothing is done; otherwise a full or read-only /run
 * must not stop a node from being marked offline, which Ganeti does once however often it is asked.
 */
export async function withLock<T>(
  env: Env,
  file: string,
  waitMs: number,
  work: () => Promise<T>,
  needed = false,
): Promise<T | undefined> {
  const until = env.clock.monotonic() + waitMs;
  let lock = acquire(env, file);
  while (lock === 'busy') {
    if (env.clock.monotonic() >= until) return undefined;
    await env.clock.sleep(POLL_MS);
    lock = acquire(env, file);
  }
  if (lock !== 'held') {
    const then = needed ? 'nothing is done' : 'going on without';
    env.log('warning', `${file.split('/').at(-1)?.replace('.', ' ')} not taken (${lock.failed}); ${then}`);
    if (needed) return undefined;
  }
  try {
    return await work();
  } finally {
    if (lock === 'held') env.files.remove(file);
  }
}

function acquire(env: Env, file: string): 'held' | 'busy' | { readonly failed: string } {
  let created = env.files.create(file, `${env.host.pid}\n`);
  if (created.kind === 'exists' && dropAbandoned(env, file)) {
    created = env.files.create(file, `${env.host.pid}\n`);
  }
  switch (created.kind) {
    case 'done':
      return 'held';
    case 'failed':
      return { failed: created.message };
    case 'exists':
      return 'busy';
    default:
      return created satisfies never;
  }
}

/** Whether an abandoned lock was removed. */
function dropAbandoned(env: Env, file: string): boolean {
  if (!isAbandoned(env, env.files.read(file))) return false;
  // Held while it is removed: of two that found it abandoned the slower would remove the quicker's new one.
  const takeover = `${file}.takeover`;
  if (env.files.create(takeover, '').kind !== 'done') {
    const guard = env.files.read(takeover);
    if (guard.kind === 'text' && env.clock.now() - guard.mtimeMs >= UNWRITTEN_MS) {
      env.files.remove(takeover);
    }
    return false;
  }
  // Looked at again under the guard: it may be somebody's new lock by now.
  const abandoned = isAbandoned(env, env.files.read(file));
  if (abandoned) env.files.remove(file);
  env.files.remove(takeover);
  return abandoned;
}

function isAbandoned(env: Env, lock: ReadResult): boolean {
  if (lock.kind !== 'text') return false;
  const ageMs = Math.abs(env.clock.now() - lock.mtimeMs);
  if (lock.text === '') return ageMs >= UNWRITTEN_MS;
  const pid = Number(lock.text);
  return !Number.isInteger(pid) || pid <= 1 || !env.host.processExists(pid) || ageMs >= AGE_LIMIT_MS;
}
