import type { RepairFacts } from './facts.ts';
import { readStartMark } from './format-tags.ts';
import { LIMIT_TAGS, limitsFromTags } from './limit-tags.ts';
import { REPAIR_OFF } from './off-tag.ts';
import type { PolicySource } from './plan-types.ts';
import { PRIORITY, prioritiesIn } from './priority-tags.ts';
import { recordsOf } from './records.ts';
import { taggedObjects } from './tagged-objects.ts';
import { readTag } from './tags.ts';

/** Our own tags are below it; harep knows none of them. */
const OURS = 'ocf:repair:';

type WarningFacts = Pick<RepairFacts, 'clusterTags' | 'groups' | 'instances'>;

/** One sentence for each tag that means nothing or cannot be read, with what it leads to and how to be rid of it. */
export function tagWarnings(facts: WarningFacts): readonly string[] {
  const warnings: string[] = [];
  for (const { on, tags } of taggedObjects(facts)) {
    warnings.push(...tags.flatMap((tag) => ofHarep(on, tag) ?? ofOurs(on, tag) ?? []));
    if (on.object === 'instance') warnings.push(...ofRecords(on, tags));
    warnings.push(...ofPriorities(on, tags));
  }
  return [...warnings, ...limitsFromTags(facts.clusterTags).warnings];
}

function ofHarep(on: PolicySource, tag: string): string | undefined {
  const read = readTag(tag);
  switch (read?.kind) {
    case 'unreadable-suspend':
      return say(on, tag, `counts as suspended for ever: ${read.because}`);
    case 'unclear':
      if (read.about === 'policy') return say(on, tag, `holds repairs: ${read.because}`);
      return on.object === 'instance' ? undefined : misplaced(on, tag);
    case 'pending':
    case 'result':
      return on.object === 'instance' ? undefined : misplaced(on, tag);
    default:
      return undefined;
  }
}

function ofRecords(on: PolicySource, tags: readonly string[]): readonly string[] {
  return recordsOf(tags).unclear.map(({ tag, because }) =>
    say(on, tag, `holds this instance's repairs: ${because}`),
  );
}

function ofPriorities(on: PolicySource, tags: readonly string[]): readonly string[] {
  const found = prioritiesIn(tags);
  const best = Math.max(...found.flatMap(({ priority }) => priority ?? []));
  return found
    .filter(({ priority }) => priority !== best)
    .map(({ tag, priority }) =>
      say(
        on,
        tag,
        priority === undefined
          ? 'has no effect: it needs a whole number from 0 to 100'
          : `has no effect beside ${PRIORITY}${best}, the higher`,
      ),
    );
}

/** Most likely misspelt, and somebody counts on it. */
function ofOurs(on: PolicySource, tag: string): string | undefined {
  if (!tag.startsWith(OURS) || tag.startsWith(PRIORITY)) return undefined;
  const ofCluster = tag === REPAIR_OFF || Object.values(LIMIT_TAGS).some((prefix) => tag.startsWith(prefix));
  const known = ofCluster || readStartMark(tag) !== undefined;
  if (!known) return say(on, tag, 'is not known and has no effect');
  return on.object === (ofCluster ? 'cluster' : 'instance') ? undefined : misplaced(on, tag);
}

function misplaced(on: PolicySource, tag: string): string {
  return say(on, tag, `has no effect on ${on.object === 'instance' ? 'an instance' : `a ${on.object}`}`);
}

function say({ object, name }: PolicySource, tag: string, what: string): string {
  const owner = object === 'cluster' ? '' : ` of ${object} ${name}`;
  const arguments_ = object === 'cluster' ? tag : `${name} ${tag}`;
  const subject = object === 'cluster' ? 'The cluster tag' : 'The tag';
  return `${subject} ${tag}${owner} ${what}. Remove it: gnt-${object} remove-tags ${arguments_}`;
}
