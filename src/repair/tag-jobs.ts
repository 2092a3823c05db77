import type { JobReason, Opcode } from '../ganeti/opcode.ts';
import { removeTags, setTags, type Tagged } from '../ganeti/tag-opcodes.ts';
import { readStartMark } from './format-tags.ts';
import { sourceOf } from './job-facts.ts';
import type { PolicySource } from './plan-types.ts';
import { readTag } from './tags.ts';

export interface TagChange {
  readonly on: PolicySource;
  readonly set: readonly string[];
  readonly remove: readonly string[];
}

/** Of a change that belongs to no repair. */
const NO_REPAIR = 'tags';

/** Sets before it removes, in one job: nobody ever sees an instance without its record. Throws OpcodeRefusedError. */
export function tagOps({ on, set, remove }: TagChange, because: string, nowMs: number): readonly Opcode[] {
  const id = [...set, ...remove].map(repairOf).find((found) => found !== undefined);
  const why: JobReason = { source: sourceOf(id ?? NO_REPAIR), text: because, nowMs };
  const object = tagged(on);
  return [
    ...(set.length > 0 ? [setTags(object, set, why)] : []),
    ...(remove.length > 0 ? [removeTags(object, remove, why)] : []),
  ];
}

/** As `others` and `instances` of a job name it. */
export function taggedKey({ object, name }: PolicySource): string {
  return object === 'cluster' ? object : object === 'group' ? `nodegroup ${name}` : name;
}

function tagged({ object, name }: PolicySource): Tagged {
  switch (object) {
    case 'cluster':
      return { kind: 'cluster' };
    case 'group':
      return { kind: 'nodegroup', name };
    case 'instance':
      return { kind: 'instance', name };
    default:
      return object satisfies never;
  }
}

function repairOf(tag: string): string | undefined {
  const read = readTag(tag);
  if (read?.kind === 'pending') return read.pending.id;
  return read?.kind === 'result' ? read.result.id : readStartMark(tag);
}
