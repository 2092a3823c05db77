// What luxid is asked to do, and when it does it, which may be seconds later.
import type { Stage } from '../../src/simulate/story-verbs.ts';
import type { SimHost } from '../../src/simulate/world.ts';

export type Ops = readonly Readonly<Record<string, unknown>>[];

export interface LuxidObserver {
  /** The opcodes of all jobs of one request, when it reaches luxid. */
  readonly asked?: (by: SimHost, ops: Ops) => void;
  readonly taken?: (by: SimHost, ops: Ops, job: number) => void;
}

/** Beside others that observe it. */
export function observeLuxid({ ganeti: { faults } }: Stage, observer: LuxidObserver): void {
  const { asked, taken } = faults;
  faults.asked = (host, request) => {
    asked?.(host, request);
    observer.asked?.(host, opsOf(request));
  };
  faults.taken = (host, ops, job) => {
    taken?.(host, ops, job);
    observer.taken?.(host, ops, job);
  };
}

function opsOf(request: unknown): Ops {
  const { method, args }: Readonly<Record<string, unknown>> =
    typeof request === 'object' && request !== null ? { ...request } : {};
  const [first]: readonly unknown[] = Array.isArray(args) ? args : [];
  if (typeof method !== 'string' || !method.startsWith('Submit') || !Array.isArray(first)) return [];
  return method === 'SubmitManyJobs' ? first.flat() : first;
}
