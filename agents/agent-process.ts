import { realEnv } from '../src/env/real.ts';
import { type Agent, runAgent } from '../src/ocf/dispatch.ts';
import { ExitCode } from '../src/ocf/exit-codes.ts';
import { bufferedLog } from '../src/ocf/log.ts';

/**
 * Runs one action of an agent as this process: real Env, answer printed, log sent, exit code set. The code stands
 * before anything is printed: a full disk behind the log or standard error must not turn a stop into a failure.
 */
export async function runAgentProcess(agent: Agent, args: readonly string[]): Promise<void> {
  const buffered = bufferedLog({ isTerminal: () => process.stderr.isTTY === true, write: tell });
  try {
    const send = async (): Promise<void> => {
      try {
        const instance = process.env.OCF_RESOURCE_INSTANCE ?? agent.name;
        await buffered.flush(env, `${agent.name}(${instance})[${process.pid}]`);
      } catch (error) {
        tell(`WARNING: the log was not sent: ${messageOf(error)}\n`);
      }
    };
    const env = realEnv(process.env, buffered.log, send);
    const answer = await runAgent(agent, env, args);
    process.exitCode = answer.code;
    if (answer.stdout !== '') process.stdout.write(answer.stdout);
    await send();
    // The exit reason is the last line that starts with its prefix, so it goes out after the log.
    if (answer.stderr !== '') tell(answer.stderr);
  } catch (error) {
    process.exitCode ??= ExitCode.generic;
    tell(`ocf-exit-reason:GNH011 ${messageOf(error)}\n`);
  }
}

let guarded = false;

/** Standard error that cannot be written is an event of the stream, and would end the process with 1 or 7. */
function tell(text: string): void {
  if (!guarded) process.stderr.on('error', () => undefined);
  guarded = true;
  process.stderr.write(text);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
