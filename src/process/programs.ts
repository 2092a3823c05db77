import { accessSync, constants, statSync } from 'node:fs';

/**
 * The only folders a program is taken from, in this order. Not the caller's PATH: under `crm_resource`
 * the agent inherits whatever the administrator's shell had. `/usr/lib/ganeti` holds `daemon-util`.
 */
export const PROGRAM_DIRS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/lib/ganeti'] as const;

/** The absolute path of a program by its bare name, or undefined where none of the folders has it. */
export function findProgram(root: string, name: string): string | undefined {
  if (name === '' || name.includes('/')) return undefined;
  return PROGRAM_DIRS.map((dir) => `${root}${dir}/${name}`).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
