import * as v from 'valibot';
import { LuxiError } from './luxi-error.ts';

/** Checks an answer of luxid against what the method promises; throws LuxiError `protocol` naming the place. */
export function parseAnswer<S extends v.GenericSchema>(
  method: string,
  schema: S,
  answer: unknown,
): v.InferOutput<S> {
  const parsed = v.safeParse(schema, answer, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue);
  throw new LuxiError({
    kind: 'protocol',
    method,
    detail: `${path ?? 'the answer'}: ${issue.message}`,
    excerpt: (JSON.stringify(answer) ?? 'nothing').slice(0, 120),
  });
}
