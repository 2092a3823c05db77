import type { Limit } from '../../src/policy/limit.ts';
import type { Stage } from '../../src/simulate/story-verbs.ts';

export interface Violation {
  /**
   * Its number in the design; 0 is a crash of our own code, 9 an action against an administrator's pause, 10 a repair
   * that is done twice or not at all, 11 a queue that stays drained.
   */
  readonly invariant: number;
  readonly atMs: number;
  readonly text: string;
}

/** What the cluster's tags say is allowed. */
export interface Rules {
  readonly limit: Limit | undefined;
  readonly evidence: 'fenced' | 'lost';
  readonly masterForm: 'primitive' | 'promotable';
  readonly monitorMs: number;
}

/** What each part of the watch is given. */
export interface Watched {
  readonly stage: Stage;
  readonly rules: Rules;
  readonly tell: (invariant: number, text: string) => void;
}

export const DATA = 8;
export const PAUSE = 9;
export const REPAIR = 10;
export const QUEUE = 11;
