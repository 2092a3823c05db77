import { fullName, type JobReason, type Opcode, opcode } from './opcode.ts';

/** What bears tags of ours. */
export type Tagged =
  | { readonly kind: 'node' | 'instance' | 'nodegroup'; readonly name: string }
  | { readonly kind: 'cluster' };

/** Sets tags; one that is there already does no harm. Moves a node's serial by one. */
export function setTags(on: Tagged, tags: readonly string[], why: JobReason): Opcode {
  return opcode('OP_TAGS_SET', { ...object('OP_TAGS_SET', on), tags }, why);
}

/** Fails as a whole where one of the tags is missing (lib/cmdlib/tags.py:213). Moves a node's serial by one. */
export function removeTags(on: Tagged, tags: readonly string[], why: JobReason): Opcode {
  return opcode('OP_TAGS_DEL', { ...object('OP_TAGS_DEL', on), tags }, why);
}

function object(opId: string, on: Tagged): Readonly<Record<string, string>> {
  if (on.kind === 'cluster') return { kind: on.kind };
  const { kind, name } = on;
  return { kind, name: fullName(opId, name, kind === 'nodegroup' ? 'group' : kind) };
}
