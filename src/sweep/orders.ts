import type { Env } from '../env/env.ts';
import { readProperties } from '../pacemaker/properties.ts';
import type { Orders } from '../policy/orders.ts';
import type { Pause } from '../policy/pause.ts';
import { pauseOf, releaseOf } from './order-text.ts';

const TIMEOUT_MS = 5_000;

/** The file with which upstream's node agent is kept from acting, below Ganeti's data folder. */
export const UPSTREAM_PAUSE = 'ha_node_role_config';

/** What people have ordered; one process. Never throws; what cannot be read is unknown, and may be a pause. */
export async function readOrders(env: Env, dataDir: string): Promise<Orders> {
  const read = await readProperties(env, TIMEOUT_MS);
  if (read.kind === 'unavailable') return { kind: 'unknown', message: read.message };
  const entries = Object.entries(read.properties);
  return {
    kind: 'known',
    pauses: [
      ...entries.flatMap(([name, value]) => pauseOf(name, value) ?? []),
      ...upstreamPause(env, dataDir),
    ],
    releases: entries.flatMap(([name, value]) => releaseOf(name, value) ?? []),
  };
}

/** It says neither who nor why nor until when, and counts on the master only, as it does for upstream's agent. */
export function upstreamPause(env: Env, dataDir: string): readonly Pause[] {
  const file = `${dataDir}/${UPSTREAM_PAUSE}`;
  if (env.files.stat(file).kind === 'missing') return [];
  return [{ id: UPSTREAM_PAUSE, who: file, why: '', untilMs: undefined }];
}
