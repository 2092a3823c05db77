import { type Submission, submitJob, submitManyJobs } from '../ganeti/jobs.ts';
import { type LuxiCall, LuxiError } from '../ganeti/luxi.ts';
import { type Opcode, OpcodeRefusedError } from '../ganeti/opcode.ts';

/** A job to be; `ops` is called once, and may refuse a name. */
export interface Wish<T> {
  readonly of: T;
  ops(): readonly Opcode[];
}

export type Attempt<T> =
  | { readonly kind: 'submitted'; readonly of: T; readonly job: number }
  /** `known`: false where it may have been submitted all the same. */
  | { readonly kind: 'not-submitted'; readonly of: T; readonly text: string; readonly known: boolean };

/**
 * Submits a job for each wish, in one call; one that is refused keeps no other from being submitted. Where the answer
 * did not come, or nothing answers any more, all of them are not known, and it does not throw.
 */
export async function submitAll<T>(
  call: LuxiCall,
  wishes: readonly Wish<T>[],
): Promise<readonly Attempt<T>[]> {
  const built = wishes.map(({ of, ops }) => ({ of, ops: opsOf(ops) }));
  const sound = built.flatMap(({ of, ops }) => (ops instanceof OpcodeRefusedError ? [] : [{ of, ops }]));
  const refused = built.flatMap(({ of, ops }): readonly Attempt<T>[] =>
    ops instanceof OpcodeRefusedError ? [notSubmitted(of, ops.message)] : [],
  );
  return [...(await submitSound(call, sound)), ...refused];
}

async function submitSound<T>(
  call: LuxiCall,
  sound: readonly { readonly of: T; readonly ops: readonly Opcode[] }[],
): Promise<readonly Attempt<T>[]> {
  try {
    const answers = await submitManyJobs(
      call,
      sound.map(({ ops }) => ops),
    );
    return sound.map(({ of }, index) => attemptOf(of, answers[index]));
  } catch (error) {
    if (!(error instanceof LuxiError)) throw error;
    const { message, failure } = error;
    if (failure.kind !== 'rejected') return sound.map(({ of }) => notSubmitted(of, message, false));
    if (sound.length === 1) return sound.map(({ of }) => notSubmitted(of, message));
  }
  // luxid parses all of them before it takes any: one by one the others get through.
  const attempts: Attempt<T>[] = [];
  for (const { of, ops } of sound) attempts.push(await submitOne(call, of, ops));
  return attempts;
}

async function submitOne<T>(call: LuxiCall, of: T, ops: readonly Opcode[]): Promise<Attempt<T>> {
  try {
    return { kind: 'submitted', of, job: await submitJob(call, ops) };
  } catch (error) {
    if (!(error instanceof LuxiError)) throw error;
    return notSubmitted(of, error.message, error.failure.kind === 'rejected');
  }
}

function attemptOf<T>(of: T, answer: Submission | undefined): Attempt<T> {
  if (answer === undefined) return notSubmitted(of, 'luxid said nothing of it', false);
  return answer.kind === 'submitted'
    ? { kind: 'submitted', of, job: answer.job }
    : notSubmitted(of, answer.text);
}

function notSubmitted<T>(of: T, text: string, known = true): Attempt<T> {
  return { kind: 'not-submitted', of, text, known };
}

function opsOf(make: () => readonly Opcode[]): readonly Opcode[] | OpcodeRefusedError {
  try {
    return make();
  } catch (error) {
    if (error instanceof OpcodeRefusedError) return error;
    throw error;
  }
}
