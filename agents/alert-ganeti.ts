import { realEnv } from '../src/env/real.ts';

/** Takes one alert of Pacemaker. What it says on standard error, Pacemaker's executor writes into its log. */
export async function main(args: readonly string[]): Promise<void> {
  process.stderr.on('error', () => undefined);
  const tell = (text: string): boolean => process.stderr.write(text);
  if (args.some((word) => word === '--help' || word === '-h')) {
    process.stdout.write((await import('../src/alert/help.ts')).ALERT_HELP);
    return;
  }
  try {
    const env = realEnv(process.env, (level, message) => {
      if (level !== 'debug') tell(`${level.toUpperCase()}: ${message}\n`);
    });
    process.exitCode = await (await import('../src/alert/alert.ts')).takeAlert(env);
  } catch (error) {
    process.exitCode = 1;
    tell(
      `ERROR: GNH011 ${error instanceof Error ? error.message : String(error)}; the alert was not recorded.\n`,
    );
  }
}
