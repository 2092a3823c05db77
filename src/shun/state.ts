import type { Env, WriteResult } from '../env/env.ts';
import type { ShunnedNode } from './ruleset.ts';

const STATE_FILE = '/run/ganeti-ha/shun.json';

/** What we believe to have shunned; undefined where the record is gone or garbage, so that nothing is known. */
export function readShuns(env: Env): readonly ShunnedNode[] | undefined {
  const file = env.files.read(STATE_FILE);
  if (file.kind !== 'text') return undefined;
  try {
    const parsed: unknown = JSON.parse(file.text);
    return Array.isArray(parsed) ? parsed.flatMap(shunnedNode) : undefined;
  } catch {
    return undefined;
  }
}

/** Without the file nothing was shunned in this boot: it is written before the rules are made. */
export function hasRecord(env: Env): boolean {
  return env.files.stat(STATE_FILE).kind !== 'missing';
}

export function writeShuns(env: Env, nodes: readonly ShunnedNode[]): WriteResult {
  return env.files.write(STATE_FILE, `${JSON.stringify(nodes, null, 2)}\n`, 0o600);
}

function shunnedNode(value: unknown): readonly ShunnedNode[] {
  if (typeof value !== 'object' || value === null) return [];
  const { name, addresses, sshPort, since, reason }: Record<string, unknown> = { ...value };
  if (typeof name !== 'string' || typeof since !== 'number' || typeof sshPort !== 'number') return [];
  if (!Array.isArray(addresses)) return [];
  return [
    {
      name,
      addresses: addresses.filter((address) => typeof address === 'string'),
      sshPort,
      since,
      reason: typeof reason === 'string' ? reason : '',
    },
  ];
}
