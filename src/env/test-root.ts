import { lstatSync } from 'node:fs';

/** The test root is not one we may trust; nothing was read below it. */
export class UntrustedTestRootError extends Error {
  readonly path: string;
  readonly uid: number | undefined;
  readonly mode: number | undefined;

  constructor(path: string, uid: number | undefined, mode: number | undefined) {
    super(
      `GANETI_HA_ROOT=${path} is refused: it must be an absolute, existing directory owned by the calling user ` +
        'and not writable by others. Nothing was done. Unset the variable; it is for tests only.',
    );
    this.name = 'UntrustedTestRootError';
    this.path = path;
    this.uid = uid;
    this.mode = mode;
  }
}

/**
 * The folder that stands for `/` in tests (`GANETI_HA_ROOT`), empty in production.
 * Whoever may set a root process's environment may also preload a library into it, so the variable
 * opens nothing new as long as the folder itself cannot be written by somebody else.
 * Throws UntrustedTestRootError.
 */
export function testRoot(value: string | undefined, uid: number): string {
  if (value === undefined || value === '') return '';
  const stat = lstatSync(value, { throwIfNoEntry: false });
  const trusted =
    value.startsWith('/') && stat?.isDirectory() === true && stat.uid === uid && (stat.mode & 0o022) === 0;
  if (!trusted) throw new UntrustedTestRootError(value, stat?.uid, stat?.mode);
  return value.replace(/\/+$/, '');
}
