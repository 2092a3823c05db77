import type { Stream } from '../env/env.ts';
import { LuxiError } from './luxi-error.ts';

const END_OF_MESSAGE = '\x03';

/** LUXI itself has no limit. 5000 jobs (the queue's hard limit) with all their opcodes stay well below this. */
const MAX_ANSWER_CHARS = 64 * 1024 * 1024;

/** A stream cut into LUXI's messages: JSON text, each ended by one byte 3 (lib/rpc/transport.py:152). */
export class LuxiFrames {
  readonly #stream: Stream;
  #chunks: string[] = [];
  #length = 0;
  #outstanding = 0;
  #broken: LuxiError | undefined;

  constructor(stream: Stream) {
    this.#stream = stream;
  }

  /** Sends one message. JSON escapes control characters, so byte 3 cannot be in it. */
  send(message: string): void {
    if (this.#broken !== undefined) return;
    this.#outstanding += 1;
    this.#stream.write(message + END_OF_MESSAGE);
  }

  /**
   * The next message. `remainingMs` is asked before each read; `timeoutMs` is for the error only.
   * Throws LuxiError, and the same one for ever after: an answer that came late or in part would otherwise be
   * taken for the answer to a later request.
   */
  async next(method: string, remainingMs: () => number, timeoutMs: number): Promise<string> {
    try {
      for (;;) {
        if (this.#broken !== undefined) throw this.#broken;
        const frame = this.#take(method);
        if (frame !== undefined) return frame;
        await this.#read(method, remainingMs(), timeoutMs);
      }
    } catch (error) {
      if (error instanceof LuxiError) this.#broken ??= error;
      throw error;
    }
  }

  #take(method: string): string | undefined {
    const newest = this.#chunks.at(-1);
    const end = newest?.indexOf(END_OF_MESSAGE) ?? -1;
    if (newest === undefined || end < 0) return undefined;
    const frame = [...this.#chunks.slice(0, -1), newest.slice(0, end)].join('');
    const rest = newest.slice(end + 1);
    this.#chunks = rest === '' ? [] : [rest];
    this.#length = rest.length;
    this.#outstanding -= 1;
    // This answer is complete; what nobody asked for must not become the answer to the next request.
    if (rest !== '' && this.#outstanding === 0) {
      this.#broken = protocol(method, 'more was sent than was asked for', rest);
    }
    return frame;
  }

  async #read(method: string, remainingMs: number, timeoutMs: number): Promise<void> {
    const timeout = new LuxiError({ kind: 'timeout', phase: 'answer', method, afterMs: timeoutMs });
    if (remainingMs <= 0) throw timeout;
    const read = await this.#stream.read(remainingMs);
    if (read.kind === 'failed') {
      if (read.code === 'ETIMEDOUT') throw timeout;
      const { message } = read;
      throw new LuxiError({ kind: 'closed', method, received: this.#length, message });
    }
    this.#chunks.push(read.value);
    this.#length += read.value.length;
    if (this.#length > MAX_ANSWER_CHARS) {
      throw protocol(method, `it is longer than ${MAX_ANSWER_CHARS} characters`, this.#chunks[0] ?? '');
    }
  }
}

function protocol(method: string, detail: string, text: string): LuxiError {
  return new LuxiError({ kind: 'protocol', method, detail, excerpt: JSON.stringify(text.slice(0, 120)) });
}
