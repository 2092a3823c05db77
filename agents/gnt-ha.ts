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
  process.exitCode = (await runCommandLine(realEnv(process.env, log), args, live)).code;
}
