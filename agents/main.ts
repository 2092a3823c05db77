import { basename } from 'node:path';

/** The programs of the one binary, by the name they are called by; each is loaded only when it is called. */
const PROGRAMS: Readonly<Record<string, () => Promise<{ main(args: readonly string[]): Promise<void> }>>> = {
  'ganeti-master': () => import('./ganeti-master.ts'),
  'ganeti-master-promotable': () => import('./ganeti-master-promotable.ts'),
  'ganeti-node': () => import('./ganeti-node.ts'),
  'gnt-ha': () => import('./gnt-ha.ts'),
  alert_ganeti: () => import('./alert-ganeti.ts'),
};

/** Called by a symlink, or as `ganeti-ha PROGRAM ARGUMENTS`. */
async function dispatch(): Promise<void> {
  const words = [basename(process.argv0), ...process.argv.slice(2)];
  const skip = Object.hasOwn(PROGRAMS, words[0] ?? '') ? 0 : 1;
  const load = Object.hasOwn(PROGRAMS, words[skip] ?? '') ? PROGRAMS[words[skip] ?? ''] : undefined;
  if (load === undefined) {
    process.stderr.write(
      `usage: ganeti-ha {${Object.keys(PROGRAMS).join('|')}} ARGUMENTS; nothing was done\n`,
    );
    process.exitCode = 64;
    return;
  }
  await (await load()).main(words.slice(skip + 1));
}

void dispatch();
