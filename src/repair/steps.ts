import {
  type Destination,
  delay,
  failover,
  migrate,
  move,
  reinstall,
  replaceSecondary,
} from '../ganeti/instance-opcodes.ts';
import { type JobReason, type Opcode, OpcodeRefusedError } from '../ganeti/opcode.ts';
import { REPAIR_TYPES, type RepairInstance } from './facts.ts';
import { sourceOf } from './job-facts.ts';
import type { Action } from './plan-types.ts';
import { STORAGE } from './storage.ts';

export type RepairAction = Extract<Action, { kind: 'repair' }>;

/** What a step rests on besides the plan. */
export interface StepContext {
  readonly nowMs: number;
  readonly iallocator: string;
  /** Why, in words, for Ganeti's reason trail. */
  readonly because: string;
  /** How long the job waits before it does anything. */
  readonly delaySeconds: number;
}

/** The opcodes of one step, a job of their own. Throws OpcodeRefusedError. */
export function stepOps(
  action: RepairAction,
  instance: RepairInstance,
  context: StepContext,
): readonly Opcode[] {
  const { step, pending } = action;
  const why: JobReason = {
    source: sourceOf(pending.id),
    text: `${step} of ${instance.name}: ${context.because}`,
    nowMs: context.nowMs,
  };
  const ops = opsOf(action, instance, context.iallocator, why);
  return context.delaySeconds > 0 ? [delay(context.delaySeconds, why), ...ops] : ops;
}

function opsOf(
  { step, pending, start, target }: RepairAction,
  instance: RepairInstance,
  iallocator: string,
  why: JobReason,
): readonly Opcode[] {
  const { name, adminState, template } = instance;
  const shared = template !== 'unknown' && STORAGE[template] === 'shared';
  const to: Destination = shared ? { kind: 'allocated', by: iallocator } : { kind: 'secondary' };
  switch (step) {
    case 'replace-secondary':
      return [replaceSecondary(name, iallocator, why)];
    case 'migrate': {
      // Ganeti migrates only what runs; a failover of one that is down moves it and starts nothing.
      if (adminState !== 'up') return [failover(name, to, why)];
      const allowFailover = REPAIR_TYPES.indexOf(pending.type) >= REPAIR_TYPES.indexOf('failover');
      return [migrate(name, to, { allowFailover }, why)];
    }
    case 'failover':
      return [failover(name, to, why)];
    case 'move':
      if (target === undefined) throw new OpcodeRefusedError('OP_INSTANCE_MOVE', '', 'node');
      return [move(name, target, why)];
    case 'reinstall':
      return reinstall(name, { iallocator, up: adminState === 'up', start }, why);
    default:
      return step satisfies never;
  }
}
