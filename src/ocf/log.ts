import type { Env, Log, LogLevel } from '../env/env.ts';

/** A log that keeps its lines until the action is over, so that a quiet action starts no process for it. */
export interface BufferedLog {
  readonly log: Log;
  /** Sends the lines where users look for them, each line once; never fails. */
  flush(env: Env, tag: string): Promise<void>;
}

interface Line {
  readonly level: LogLevel;
  readonly message: string;
}

const PRIORITY = { error: 'err', warning: 'warning', info: 'info', debug: 'debug' } as const;
/** For all lines together: a `stop` has a second, and a syslog that hangs must not take it. */
const LOGGER_BUDGET_MS = 500;

/**
 * Routing as the resource-agents shell library has it: a terminal gets the lines on standard error; otherwise
 * syslog with the tag `agent(instance)[pid]` where `HA_LOGFACILITY` names one, and a copy into `HA_LOGFILE`.
 * Debug lines are dropped unless `HA_debug` is set above 0.
 */
export function bufferedLog(stderr: {
  /** Asked only where there is something to write: Node loads half its network code to answer (3 ms). */
  isTerminal(): boolean;
  write(text: string): void;
}): BufferedLog {
  const lines: Line[] = [];
  return {
    log: (level, message) => {
      lines.push({ level, message: message.replace(/\s*\n\s*/g, ' ') });
    },
    flush: async (env, tag) => {
      const wanted = lines.splice(0).filter(({ level }) => level !== 'debug' || debugWanted(env));
      if (wanted.length === 0) return;
      const facility = env.vars.HA_LOGFACILITY ?? env.vars.HA_logfacility ?? 'none';
      const plain = stderr.isTerminal() || facility === 'none' || facility === '';
      const unsent = plain ? wanted : await toSyslog(env, tag, facility, wanted);
      for (const { level, message } of unsent) stderr.write(`${level.toUpperCase()}: ${message}\n`);
      copyToFile(env, tag, wanted);
    },
  };
}

/** The lines that syslog did not take: Pacemaker then has them from standard error. */
async function toSyslog(
  env: Env,
  tag: string,
  facility: string,
  lines: readonly Line[],
): Promise<readonly Line[]> {
  const end = env.clock.monotonic() + LOGGER_BUDGET_MS;
  const unsent: Line[] = [];
  for (const level of ['error', 'warning', 'info', 'debug'] as const) {
    const some = lines.filter((line) => line.level === level);
    if (some.length === 0) continue;
    const left = end - env.clock.monotonic();
    const outcome =
      left > 0 &&
      (await env.run({
        program: 'logger',
        args: ['--tag', tag, '--priority', `${facility}.${PRIORITY[level]}`],
        input: some.map(({ message }) => `${level.toUpperCase()}: ${message}\n`).join(''),
        timeoutMs: left,
      }));
    if (outcome === false || outcome.kind !== 'exited' || outcome.code !== 0) unsent.push(...some);
  }
  return unsent;
}

function copyToFile(env: Env, tag: string, lines: readonly Line[]): void {
  const file = env.vars.HA_LOGFILE;
  if (file === undefined || !file.startsWith('/')) return;
  const stamp = new Date(env.clock.now()).toISOString();
  env.files.append(
    file,
    lines.map(({ level, message }) => `${tag}:\t${stamp} ${level.toUpperCase()}: ${message}\n`).join(''),
  );
}

function debugWanted(env: Env): boolean {
  const debug = Number(env.vars.HA_debug ?? '0');
  return Number.isFinite(debug) && debug > 0;
}
