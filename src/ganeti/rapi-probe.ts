import type { Env } from '../env/env.ts';
import { isSuspended, runningDaemon } from './daemon-process.ts';
import { isListening } from './listening.ts';
import { OK, type ProbeResult, troubleOf } from './probe-result.ts';

const RAPI_PORT = 5080;
/** Needs no user and no luxid: the version of the API (lib/rapi/rlib2.py, R_version). */
const QUESTION = '/version';

/**
 * Whether rapi on this host answers over HTTP(S), by any status that is not its own failure: where it wants a password
 * (Debian's default) it says 401. Where and how it listens is told by its own command line.
 */
export async function probeRapi(env: Env, runDir: string, timeoutMs = 2000): Promise<ProbeResult> {
  const found = runningDaemon(env, runDir, 'ganeti-rapi');
  // Unreadable tables say nothing against rapi, and without its process nobody tells where it listens.
  if (found.kind !== 'running') {
    if (isListening(env, 'tcp', RAPI_PORT) !== false) return OK;
    return { kind: 'dead', message: `nobody listens on TCP port ${RAPI_PORT} (ganeti-rapi)` };
  }
  if (isSuspended(env, found.pid)) {
    return { kind: 'hung', message: `ganeti-rapi (pid ${found.pid}) is stopped by a signal` };
  }
  const { host, port, scheme } = listensAt(env, found.pid);
  const answer = await env.net.httpGet(`${scheme}://${host}:${port}${QUESTION}`, timeoutMs);
  if (answer.kind === 'failed') return troubleOf('ganeti-rapi', answer.code, answer.message);
  if (answer.value.status < 500) return OK;
  return { kind: 'refusing', message: `ganeti-rapi answers with HTTP status ${answer.value.status}` };
}

interface Place {
  readonly host: string;
  readonly port: number;
  readonly scheme: 'http' | 'https';
}

/** `-b ADDRESS`, `-p PORT` and `--no-ssl` of ganeti-rapi(8), read from the running process. */
function listensAt(env: Env, pid: number): Place {
  const read = env.files.read(`/proc/${pid}/cmdline`);
  const words = read.kind === 'text' ? read.text.split('\0') : [];
  const wordAfter = (short: string, long: string): string | undefined => {
    const at = words.findIndex((word) => word.startsWith(short) || word.split('=')[0] === long);
    const word = words[at];
    if (word === undefined) return undefined;
    if (word === short || word === long) return words[at + 1];
    return word.startsWith('--') ? word.slice(long.length + 1) : word.slice(short.length);
  };
  const bound = wordAfter('-b', '--bind') ?? '';
  const port = Number(wordAfter('-p', '--port') ?? RAPI_PORT);
  return {
    host: hostFor(bound),
    port: Number.isSafeInteger(port) && port > 0 && port < 65_536 ? port : RAPI_PORT,
    scheme: words.includes('--no-ssl') ? 'http' : 'https',
  };
}

function hostFor(bound: string): string {
  if (bound === '' || bound === '0.0.0.0') return '127.0.0.1';
  if (bound === '::') return '[::1]';
  return bound.includes(':') ? `[${bound}]` : bound;
}
