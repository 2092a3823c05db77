import type { Env, Net, NetResult, Stream } from '../env/env.ts';
import type { Deadline } from './deadline.ts';

/**
 * The same world, in which nothing that leaves this process takes longer than the deadline; afterwards nothing is
 * begun any more. Each step has its own time limit, and many of them together exceed Pacemaker's, which then kills the
 * agent with all it knows. A step that was cut short has told nothing and answers as one that timed out; one that was
 * never begun says so. Sleeps stay as they are, or a loop that waits for its own deadline would spin.
 */
export function boundedEnv(env: Env, deadline: Deadline): Env {
  return {
    ...env,
    net: boundedNet(env.net, deadline),
    run: async (command) => {
      if (deadline.left() <= 0) return { kind: 'timed-out', stdout: '', stderr: '', durationMs: 0 };
      return await env.run({ ...command, timeoutMs: deadline.cap(command.timeoutMs) });
    },
  };
}

function boundedNet(net: Net, deadline: Deadline): Net {
  const within = async <T>(
    timeoutMs: number,
    step: (ms: number) => Promise<NetResult<T>>,
  ): Promise<NetResult<T>> => (deadline.left() <= 0 ? OVER : await step(deadline.cap(timeoutMs)));
  return {
    ...net,
    connectUnix: (path, timeoutMs) =>
      within(timeoutMs, async (ms) => {
        const connected = await net.connectUnix(path, ms);
        return connected.kind === 'failed'
          ? connected
          : { kind: 'ok', value: boundedStream(connected.value, deadline) };
      }),
    probeTcp: (host, port, timeoutMs) => within(timeoutMs, (ms) => net.probeTcp(host, port, ms)),
    probeTls: (host, port, timeoutMs) => within(timeoutMs, (ms) => net.probeTls(host, port, ms)),
    httpGet: (url, timeoutMs) => within(timeoutMs, (ms) => net.httpGet(url, ms)),
    httpsPost: (post) => within(post.timeoutMs, (ms) => net.httpsPost({ ...post, timeoutMs: ms })),
    askUdp: async (question) => {
      if (deadline.left() <= 0) return [];
      return await net.askUdp({ ...question, timeoutMs: deadline.cap(question.timeoutMs) });
    },
  };
}

function boundedStream(stream: Stream, deadline: Deadline): Stream {
  return {
    write: (text) => stream.write(text),
    close: () => stream.close(),
    // What has come already is still read: a job that luxid has taken must be noted.
    read: (timeoutMs) => stream.read(Math.max(1, deadline.cap(timeoutMs))),
  };
}

/** The code of a step that was not begun: that is no silence of whom it was to ask. */
export const NOT_BEGUN = 'ECANCELED';

const OVER: NetResult<never> = {
  kind: 'failed',
  code: NOT_BEGUN,
  message: "not begun: the time of this call is over, see the operation's timeout",
};
