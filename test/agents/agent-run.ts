import { spawn } from 'node:child_process';
import { join } from 'node:path';

const PROJECT = join(import.meta.dirname, '..', '..');
const BINARY = join(PROJECT, 'build/root/usr/lib/ganeti-ha/ganeti-ha');

/** How one action of an agent ended, as Pacemaker sees it. */
export interface AgentRun {
  /** Undefined where the harness had to kill it: no test may take that for an answer. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** The last `ocf-exit-reason:` line without its prefix, as Pacemaker picks it; empty where there is none. */
  readonly reason: string;
  /** The same reason whole, from the log where Pacemaker's line is cut short. */
  readonly told: string;
  /** Wall clock, with the start of the program. */
  readonly ms: number;
}

/** No action of these tests takes longer; a hang shows as a run without a code. */
const HARD_LIMIT_MS = 60_000;

/**
 * Runs an agent as a real child process with exactly these variables: from source, or with
 * `GANETI_HA_TEST_BINARY=1` the compiled binary. Its standard input stays open and unanswered, as a terminal would,
 * so that a child that inherits it hangs.
 */
export async function runAgent(
  agent: string,
  args: readonly string[],
  vars: Readonly<Record<string, string>>,
  wrapper: readonly string[] = [],
): Promise<AgentRun> {
  const program =
    process.env.GANETI_HA_TEST_BINARY === '1'
      ? [BINARY, agent]
      : [process.execPath, join(PROJECT, 'agents/main.ts'), agent];
  const [file = '', ...words] = [...wrapper, ...program, ...args];
  const started = performance.now();
  const child = spawn(file, words, { env: { ...vars }, cwd: '/', stdio: ['pipe', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  let killed = false;
  const limit = setTimeout(() => {
    killed = true;
    child.kill('SIGKILL');
  }, HARD_LIMIT_MS);
  const code = await new Promise<number | undefined>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? undefined));
  });
  clearTimeout(limit);
  child.stdin.destroy();
  const reason = /(?:.*^ocf-exit-reason:)([^\n]*)/ms.exec(output.stderr)?.[1] ?? '';
  const logged = output.stderr.match(/(?<=^WARNING: )(SIMULATED )?GNH\d{3} .*$/gm) ?? [];
  return {
    code: killed ? undefined : code,
    ...output,
    reason,
    told: logged.findLast((line) => reason !== '' && line.startsWith(reason.slice(0, 20))) ?? reason,
    ms: performance.now() - started,
  };
}
