import type { Command } from 'commander';
import type { Env } from '../env/env.ts';

/** One word of `gnt-ha`. */
export interface Verb {
  /** Its name, words, options and what it does; the help and the man page are made of this. */
  describe(): Command;
  /** Runs it with what was parsed (`command.args`, `command.opts<…>()`); the exit code. */
  run(env: Env, command: Command, say: Say): Promise<number>;
  /** What a wrong command line of it is, where it is not `USAGE_ERROR`. */
  readonly usageCode?: number;
  /** Words below it, each a verb of its own; without one of them it runs itself. */
  readonly verbs?: readonly Verb[];
  /** It reads its words itself, as they stand in `command.args`; `describe` only tells of them. */
  readonly ownWords?: { help(): string };
}

export interface Say {
  /** For standard output, at once. */
  print(text: string): void;
  /** For standard error: what happened, what was not done, what to do. */
  complain(text: string): void;
  /** Asks a person; no where there is none to answer. */
  confirm(question: string): Promise<boolean>;
  /** From this call on Ctrl-C ends nothing, and this ends instead; a second one is not waited for. */
  interrupted(): Promise<void>;
}

/** The command line was wrong and nothing was done (EX_USAGE): 1 to 3 are what `status` says of the cluster. */
export const USAGE_ERROR = 64;
