import { readFileSync } from 'node:fs';
import type { LuxiCall, LuxiResult } from '../../../src/ganeti/luxi.ts';
import { scriptedLuxid } from './scripted-luxid.ts';

interface Exchange {
  readonly request: string;
  readonly answer: string;
}

/** An exchange with a real luxid, see test/fixtures/luxi/README.md. */
function recorded(name: string): Exchange {
  const text = readFileSync(new URL(`../../fixtures/luxi/${name}.luxi`, import.meta.url), 'utf8');
  const match = /^> (.*)\n< (.*)\n$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) throw new Error(`${name}.luxi is no exchange`);
  return { request: match[1], answer: match[2] };
}

/**
 * Talks to a server that gives the recorded answer to exactly the recorded request, and refuses any other with
 * what it expected, so that a client which asks differently from the recording fails.
 */
export async function replay<T>(name: string, use: (call: LuxiCall) => Promise<T>): Promise<LuxiResult<T>> {
  const { request, answer } = recorded(name);
  const server = await scriptedLuxid(({ method, args }, socket) => {
    const sent = JSON.stringify({ method, args });
    const surprise = { success: false, result: ['UnexpectedRequest', [sent, `expected ${request}`]] };
    socket.write(`${sent === request ? answer : JSON.stringify(surprise)}\x03`);
  });
  try {
    return await server.ask(use);
  } finally {
    await server.close();
  }
}

/** The same where the exchange is expected to go well. */
export async function replayed<T>(name: string, use: (call: LuxiCall) => Promise<T>): Promise<T> {
  const result = await replay(name, use);
  if (result.kind === 'failed') throw result.error;
  return result.value;
}
