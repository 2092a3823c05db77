import type { JobOutcome } from '../ganeti/jobs.ts';
import type { RepairJob } from './facts.ts';
import type { NotSubmitted, PassReport, Submitted } from './pass.ts';
import type { PolicySource } from './plan-types.ts';

/** Somebody who watches a round. */
export interface Follow {
  tell(event: RepairEvent): void;
  /** Resolves when nobody wants to watch any more; the jobs run on. */
  readonly stopped: Promise<void>;
}

export type RepairEvent =
  | { readonly kind: 'submitted'; readonly atMs: number; readonly what: Submitted }
  | { readonly kind: 'not-submitted'; readonly atMs: number; readonly what: NotSubmitted }
  /** A job of a repair whose state has changed. */
  | { readonly kind: 'job'; readonly atMs: number; readonly job: RepairJob }
  | ({ readonly kind: 'ended'; readonly atMs: number } & Ended);

/** A repair that came to its end. */
export interface Ended {
  readonly instance: string;
  readonly outcome: 'success' | 'failure' | 'enoperm';
  readonly because: string;
}

/** What a round has done so far, and its events as they happen. */
export class RoundNews {
  readonly submitted: Submitted[] = [];
  readonly failures: NotSubmitted[] = [];
  readonly ended: Ended[] = [];
  readonly #known = new Map<number, RepairJob['status']>();
  readonly #failed = new Set<string>();
  readonly #now: () => number;
  readonly #follow: Follow | undefined;

  constructor(now: () => number, follow: Follow | undefined) {
    this.#now = now;
    this.#follow = follow;
  }

  /** Whether anything has changed since the pass before. */
  add({ facts, plan, submitted, failures }: PassReport): boolean {
    const atMs = this.#now();
    let changed = submitted.length > 0;
    for (const job of facts.jobs) {
      if (job.repair === undefined || job.tagsOnly || this.#known.get(job.id) === job.status) continue;
      this.#known.set(job.id, job.status);
      changed = true;
      this.#follow?.tell({ kind: 'job', atMs, job });
    }
    for (const what of submitted) {
      this.submitted.push(what);
      this.#follow?.tell({ kind: 'submitted', atMs, what });
    }
    for (const what of failures) this.#fail(what);
    const tagged = new Set(submitted.flatMap(({ what, on }) => (what === 'tags' ? [on.name] : [])));
    for (const { instance, ended, because } of plan.instances) {
      if (ended === undefined || !tagged.has(instance)) continue;
      const end = { instance, outcome: ended, because };
      this.ended.push(end);
      this.#follow?.tell({ kind: 'ended', atMs, ...end });
    }
    return changed;
  }

  /** A job that was to write tags and failed left nothing behind. */
  addOutcome({ what, on, job }: Submitted, outcome: JobOutcome | undefined): void {
    if (outcome?.kind !== 'failed') return;
    this.#fail({ what, on, text: `job ${job} failed: ${outcome.error}`, known: true });
  }

  hasFailed(on: PolicySource): boolean {
    return this.#failed.has(key(on));
  }

  #fail(what: NotSubmitted): void {
    this.#failed.add(key(what.on));
    this.failures.push(what);
    this.#follow?.tell({ kind: 'not-submitted', atMs: this.#now(), what });
  }
}

function key({ object, name }: PolicySource): string {
  return `${object} ${name}`;
}
