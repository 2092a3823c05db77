import type { NotSubmitted, Submitted } from '../repair/pass.ts';
import type { Ended, RepairEvent } from '../repair/round.ts';
import { moment } from './moment.ts';
import { OUTCOME_WORDS, STEP_WORDS, sourceWords } from './repair-words.ts';

/** One line for a person who watches a round; undefined for bookkeeping. */
export function eventText(event: RepairEvent): string | undefined {
  const text = wordsOf(event);
  return text === undefined ? undefined : `${moment(event.atMs)}  ${text}`;
}

function wordsOf(event: RepairEvent): string | undefined {
  switch (event.kind) {
    case 'submitted':
      return submittedText(event.what);
    case 'not-submitted':
      return notSubmittedText(event.what);
    case 'job': {
      const { id, status, tagsOnly, error } = event.job;
      if (tagsOnly) return undefined;
      const why = error === undefined ? '' : ` (${error})`;
      const how = status === 'unfinished' ? 'is under way' : `ended: ${status}${why}`;
      return `${event.job.instances.join(', ')}: job ${id} ${how}`;
    }
    case 'ended':
      return endedText(event);
    default:
      return event satisfies never;
  }
}

/** Jobs that only write tags are not told. */
export function submittedText({ on, job, step }: Submitted): string | undefined {
  return step === undefined ? undefined : `${on.name}: job ${job}: ${STEP_WORDS[step]}`;
}

export function notSubmittedText({ on, what, text, known }: NotSubmitted): string {
  const name = on.object === 'instance' ? on.name : sourceWords(on);
  const thing = what === 'step' ? 'its repair was' : 'its tags were';
  return known
    ? `${name}: ${thing} not submitted: ${text}`
    : `${name}: nobody knows whether ${thing} submitted (${text}); the next round finds out`;
}

export function endedText({ instance, outcome, because }: Ended): string {
  return `${instance}: ${OUTCOME_WORDS[outcome]}: ${because}`;
}

/** The same as a line of JSON. */
export function eventJson(event: RepairEvent): string {
  return `${JSON.stringify(jsonOf(event))}\n`;
}

function jsonOf(event: RepairEvent): unknown {
  const { atMs } = event;
  switch (event.kind) {
    case 'submitted':
    case 'not-submitted':
      return { event: event.kind, atMs, ...event.what };
    case 'job': {
      const { id, status, instances, error } = event.job;
      return { event: 'job', atMs, job: id, status, instances, error };
    }
    case 'ended': {
      const { instance, outcome, because } = event;
      return { event: 'ended', atMs, instance, outcome, because };
    }
    default:
      return event satisfies never;
  }
}
