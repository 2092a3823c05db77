// Running one program of the machine and keeping what it said, always within a time limit.
import { type StdioOptions, spawn } from 'node:child_process';

/** What a program did. `code` is 128 + n where signal n ended it. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly durationMs: number;
}

export interface CommandOptions {
  readonly timeoutMs?: number;
  /** Throw CommandFailed for any exit code but 0 (the default). */
  readonly check?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
  /** Show the program's output on this process's own stdout and stderr instead of keeping it. */
  readonly show?: boolean;
}

/** A program failed or took too long; its output is in the fields. */
export class CommandFailed extends Error {
  readonly argv: readonly string[];
  readonly result: CommandResult;

  constructor(argv: readonly string[], result: CommandResult) {
    const how = result.timedOut ? `did not end within ${result.durationMs} ms` : `exit code ${result.code}`;
    const tail = `${result.stdout}\n${result.stderr}`.trim().slice(-2000);
    super(`${argv.join(' ').slice(0, 300)}: ${how}${tail === '' ? '' : `\n${tail}`}`);
    this.name = 'CommandFailed';
    this.argv = argv;
    this.result = result;
  }
}

/** An environment that does not depend on who started the lab. */
export const plainEnvironment: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LANG: 'C.UTF-8',
  TERM: 'dumb',
};

// A daemon started by the command may hold its pipes open for ever; this long after its exit we stop reading.
const lingerMs = 300;

/** Runs `argv` without a shell. Default time limit: 60 s. Throws CommandFailed unless `check` is false. */
export function runCommand(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const [program, ...args] = argv;
  if (program === undefined) throw new Error('runCommand: empty argv');
  const started = performance.now();
  const output: StdioOptions = options.show ? 'inherit' : 'pipe';
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? '/',
      env: { ...(options.env ?? plainEnvironment) },
      stdio: [options.input === undefined ? 'ignore' : 'pipe', output, output],
    });
    const kept = { stdout: '', stderr: '' };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      kept.stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      kept.stderr += text;
    });
    child.stdin?.on('error', () => undefined).end(options.input);
    let timedOut = false;
    const limit = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, options.timeoutMs ?? 60_000);
    let code = 1;
    child.once('error', reject);
    child.once('exit', (exitCode, signal) => {
      clearTimeout(limit);
      code = exitCode ?? 128 + (signal === 'SIGKILL' ? 9 : signal === 'SIGTERM' ? 15 : 1);
      const linger = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, lingerMs);
      child.once('close', () => clearTimeout(linger));
    });
    child.once('close', () => {
      const durationMs = Math.round(performance.now() - started);
      const result: CommandResult = { code, ...kept, timedOut, durationMs };
      if (options.check !== false && (code !== 0 || timedOut)) reject(new CommandFailed(argv, result));
      else resolve(result);
    });
  });
}
