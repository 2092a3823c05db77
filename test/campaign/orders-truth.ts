// What an administrator has told Pacemaker, by the configuration on a host's own disk.
import { CIB_FILE } from '../../src/pacemaker/cib-file.ts';
import { STORY_BEGINS_MS } from '../../src/simulate/env.ts';
import type { SimHost } from '../../src/simulate/world.ts';

/** Whether a pause stands; one that is younger than `graceMs` may have missed the look that an action rests on. */
export function isPaused(host: SimHost, nowMs: number, graceMs: number): boolean {
  const wallMs = STORY_BEGINS_MS + nowMs + host.skewMs;
  const pauses = cibOf(host).matchAll(/name="ganeti-ha-pause-[^"]*" value="(\S+) (\S+) /g);
  return [...pauses].some(
    ([, until = '', since = '']) => wallMs < Date.parse(until) && wallMs - Date.parse(since) > graceMs,
  );
}

/** Whether an administrator has released the node, which lifts the brake for it; also one that ended just now. */
export function isReleased(host: SimHost, node: string, nowMs: number, graceMs: number): boolean {
  const until = new RegExp(`name="ganeti-ha-release-${node}" value="(\\S+) `).exec(cibOf(host))?.[1];
  return until !== undefined && STORY_BEGINS_MS + nowMs + host.skewMs - graceMs < Date.parse(until);
}

/** Whether Pacemaker leaves the host alone. */
export function isInMaintenance(host: SimHost): boolean {
  const [node = ''] = new RegExp(`<node [^>]*uname="${host.name}">.*?</node>`).exec(cibOf(host)) ?? [];
  return node.includes('name="maintenance" value="on"');
}

function cibOf(host: SimHost): string {
  const cib = host.disk.read(CIB_FILE);
  return cib.kind === 'text' ? cib.text : '';
}
