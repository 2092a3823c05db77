import { realEnv } from '../src/env/real.ts';

/** Runs the operator's command line. */
export async function main(args: readonly string[]): Promise<void> {
  const { runCommandLine } = await import('../src/cli/command-line.ts');
  const log = (level: string, message: string): void => {
    if (level !== 'debug') process.stderr.write(`${level.toUpperCase()}: ${message}\n`);
  };
  const live = (stream: 'stdout' | 'stderr', text: string): void => {
    process[stream].write(text);
  };
  process.exitCode = (
    await runCommandLine(realEnv(process.env, log), args, live, { confirm, interrupted })
  ).code;
}

/** Asks on the terminal; where there is none, nobody has agreed. */
async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

/** The second Ctrl-C ends the program as the first one would have without this. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
  });
}
