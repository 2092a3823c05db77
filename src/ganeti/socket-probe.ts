import type { Env } from '../env/env.ts';
import { OK, type ProbeResult, troubleOf } from './probe-result.ts';

const END_OF_MESSAGE = '\x03';
/** No answer to a probe is longer; more is no answer to it. */
const MAX_CHARS = 65_536;

/**
 * Asks a daemon with a unix socket in LUXI's framing. A connection alone proves nothing, the kernel accepts it for a
 * process that is stopped; and what comes back must be a whole message that says yes.
 */
export async function probeSocket(
  env: Env,
  daemon: string,
  path: string,
  request: object,
  timeoutMs: number,
): Promise<ProbeResult> {
  const end = env.clock.monotonic() + timeoutMs;
  const connected = await env.net.connectUnix(path, timeoutMs);
  if (connected.kind === 'failed') return troubleOf(daemon, connected.code, connected.message);
  const stream = connected.value;
  stream.write(JSON.stringify(request) + END_OF_MESSAGE);
  let text = '';
  try {
    while (!text.includes(END_OF_MESSAGE)) {
      const answer = await stream.read(Math.max(1, end - env.clock.monotonic()));
      if (answer.kind === 'failed') return troubleOf(daemon, answer.code, answer.message);
      text += answer.value;
      if (text.length > MAX_CHARS) return refusing(daemon, 'its answer has no end', text);
    }
  } finally {
    stream.close();
  }
  return judge(daemon, text.slice(0, text.indexOf(END_OF_MESSAGE)));
}

function judge(daemon: string, text: string): ProbeResult {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return refusing(daemon, 'its answer is no JSON', text);
  }
  const success = typeof answer === 'object' && answer !== null && 'success' in answer && answer.success;
  return success === true ? OK : refusing(daemon, 'it says no', text);
}

function refusing(daemon: string, what: string, text: string): ProbeResult {
  return { kind: 'refusing', message: `${daemon}: ${what}: ${JSON.stringify(text.slice(0, 120))}` };
}
