import type { Env } from '../env/env.ts';

/** What this node's own copy of Ganeti's configuration says; only candidates have one. */
export type OwnConfiguration =
  | { readonly kind: 'known'; readonly master: string; readonly serial: number }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly message: string };

/**
 * Reads all of `<dataDir>/config.data`, which may be 10 MB: for `start`, not for `monitor`.
 * The serial is the top level's, the one that rises with every change (see confd.ts).
 */
export function readOwnConfiguration(env: Env, dataDir: string): OwnConfiguration {
  const path = `${dataDir}/config.data`;
  const read = env.files.read(path);
  if (read.kind !== 'text') return read;
  let parsed: unknown;
  try {
    parsed = JSON.parse(read.text);
  } catch {
    return { kind: 'unreadable', message: `${path} is not JSON (${read.text.length} characters)` };
  }
  const serial = at(parsed, 'serial_no');
  const masterUuid = at(at(parsed, 'cluster'), 'master_node');
  if (typeof serial !== 'number' || !Number.isSafeInteger(serial)) {
    return { kind: 'unreadable', message: `${path} has no serial_no` };
  }
  const master = typeof masterUuid === 'string' ? at(at(at(parsed, 'nodes'), masterUuid), 'name') : undefined;
  if (typeof master !== 'string' || master === '') {
    return { kind: 'unreadable', message: `${path} names no master node that it also describes` };
  }
  return { kind: 'known', master, serial };
}

function at(value: unknown, key: string): unknown {
  const found: unknown =
    typeof value === 'object' && value !== null && Object.hasOwn(value, key)
      ? Reflect.get(value, key)
      : undefined;
  return found;
}
