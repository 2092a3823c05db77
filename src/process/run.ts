import type { Command, Outcome } from '../env/env.ts';
import { killTree } from './process-tree.ts';
import { findProgram, PROGRAM_DIRS } from './programs.ts';

const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/** What a program has printed arrives at once after its end; a daemon it started may hold the pipes for ever. */
const OUTPUT_GRACE_MS = 500;

/**
 * Runs a command below the test root (empty in production): no shell, standard input closed or given,
 * `LC_ALL=C`, a scrubbed environment, a deadline after which its whole tree is killed.
 * Facts come back as fields; nothing is thrown for what the command did.
 */
export async function runCommand(root: string, command: Command): Promise<Outcome> {
  const file = findProgram(root, command.program);
  if (file === undefined) return { kind: 'not-found', program: command.program };
  const { execa } = await import('execa');
  const started = performance.now();
  let timedOut = false;
  let grace: NodeJS.Timeout | undefined;
  const child = execa(file, [...command.args], {
    cwd: '/',
    env: childEnvironment(root, command.env),
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    maxBuffer: MAX_OUTPUT_BYTES,
    buffer: true,
    ...(command.input === undefined ? { stdin: 'ignore' } : { input: command.input }),
  });
  const timer = setTimeout(() => {
    timedOut = true;
    if (child.pid !== undefined) killTree(child.pid);
    letGo();
  }, command.timeoutMs);
  const letGo = (): void => {
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  child.nodeChildProcess.once('exit', () => {
    clearTimeout(timer);
    // In two steps: after a pause of this very process the pipes are read once before they are let go.
    grace = setTimeout(() => {
      grace = setTimeout(letGo, OUTPUT_GRACE_MS / 2);
    }, OUTPUT_GRACE_MS / 2);
  });
  const result = await child;
  clearTimeout(timer);
  clearTimeout(grace);
  const output = {
    stdout: textOf(result.stdout),
    stderr: textOf(result.stderr),
    durationMs: performance.now() - started,
  };
  if (timedOut) return { kind: 'timed-out', ...output };
  // The pipe was closed under it, and what it had printed is not all of it: its exit code says nothing.
  if (result.isMaxBuffer) return { kind: 'killed', signal: 'SIGPIPE', ...output };
  if (result.exitCode !== undefined) return { kind: 'exited', code: result.exitCode, ...output };
  if (result.signal !== undefined) return { kind: 'killed', signal: result.signal, ...output };
  return { kind: 'not-started', program: command.program, message: result.message ?? 'unknown failure' };
}

function childEnvironment(
  root: string,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const trusted = [...(root === '' ? [] : PROGRAM_DIRS.map((dir) => root + dir)), ...PROGRAM_DIRS];
  return {
    PATH: trusted.join(':'),
    LC_ALL: 'C',
    HOME: '/root',
    ...(root === '' ? {} : { GANETI_HA_ROOT: root }),
    ...extra,
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
