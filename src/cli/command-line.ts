import { Command, CommanderError, Option } from 'commander';
import type { Env } from '../env/env.ts';
import { gatherStatus } from './status.ts';
import { statusText } from './status-text.ts';

export interface CliAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `gnt-ha`: exit code 2 for usage, else what the verb says. */
export async function runCommandLine(env: Env, args: readonly string[]): Promise<CliAnswer> {
  const out = { code: 0, stdout: '', stderr: '' };
  const program = new Command('gnt-ha')
    .description("high availability for Ganeti: the operator's command line")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        out.stdout += text;
      },
      writeErr: (text) => {
        out.stderr += text;
      },
    });
  program
    .command('status')
    .description(
      'what Pacemaker and Ganeti say of each node, the verdict, and what was done last; changes nothing',
    )
    .addOption(
      new Option('-o, --output <format>', 'how it is printed').choices(['text', 'json']).default('text'),
    )
    .option('--data-dir <path>', 'where Ganeti keeps its data', '/var/lib/ganeti')
    .action(async (options: { output: string; dataDir: string }) => {
      const status = await gatherStatus(env, options.dataDir);
      out.stdout += options.output === 'json' ? `${JSON.stringify(status, null, 2)}\n` : statusText(status);
      out.code = status.health === 'healthy' ? 0 : status.health === 'degraded' ? 1 : 3;
    });
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    out.code = error.exitCode === 0 ? 0 : 2;
  }
  return out;
}
