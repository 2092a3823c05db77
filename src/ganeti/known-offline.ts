import type { Env } from '../env/env.ts';
import { KNOWN_OFFLINE } from '../env/paths.ts';
import { readOwnConfiguration } from './own-configuration.ts';

/**
 * The serial of the configuration in which another candidate has this node offline. Ganeti sends nothing to such a
 * node, so its own copy does not tell; and once the master is dead nobody else may be left to say so. Undefined where
 * none is known, or the own copy is as new.
 */
export function knownOfflineSince(env: Env, dataDir: string): number | undefined {
  const file = env.files.read(KNOWN_OFFLINE);
  if (file.kind !== 'text') return undefined;
  const serial = Number(file.text.trim());
  const own = readOwnConfiguration(env, dataDir);
  return own.kind === 'known' && own.serial >= serial ? undefined : serial;
}

/** Survives a reboot, as the stale copy does. */
export function rememberOffline({ files }: Env, serial: number): void {
  const text = `${serial}\n`;
  const known = files.read(KNOWN_OFFLINE);
  if (known.kind !== 'text' || known.text !== text) files.write(KNOWN_OFFLINE, text);
}

export function forgetOffline({ files }: Env): void {
  if (files.stat(KNOWN_OFFLINE).kind === 'file') files.remove(KNOWN_OFFLINE);
}
