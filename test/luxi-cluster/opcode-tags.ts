import { OpcodeError } from '../../src/simulate/ganeti-opcode-error.ts';
import type { Cluster } from './cluster.ts';
import type { ClusterOpcode } from './opcode.ts';

/** A tag set twice is there once; one that is missing fails the removal of all of them (lib/cmdlib/tags.py:213). */
export function changeTags(cluster: Cluster, op: ClusterOpcode): unknown {
  const tagged = taggedObject(cluster, op.kind, op.name);
  const tags = Array.isArray(op.tags) ? op.tags.map(String) : [];
  if (op.OP_ID === 'OP_TAGS_SET') {
    const wrong = tags.find((tag) => !/^[\w.+*/:@-]{1,128}$/.test(tag));
    if (wrong !== undefined)
      throw new OpcodeError('OpPrereqError', `Tag '${wrong}' is not valid or too long`, 'wrong_input');
    tagged.tags = [...new Set([...tagged.tags, ...tags])];
    return null;
  }
  const missing = tags.filter((tag) => !tagged.tags.includes(tag));
  if (missing.length > 0)
    throw new OpcodeError('OpPrereqError', `Tag(s) ${missing.join(', ')} not found`, 'unknown_entity');
  tagged.tags = tagged.tags.filter((tag) => !tags.includes(tag));
  return null;
}

/** Throws OpcodeError for an object that there is not. */
export function taggedObject(cluster: Cluster, kind: unknown, name: unknown): { tags: string[] } {
  const found =
    kind === 'cluster'
      ? cluster
      : kind === 'instance'
        ? cluster.findInstance(name)
        : kind === 'node'
          ? cluster.findNode(name)
          : cluster.groups.find((group) => group.name === name);
  if (found === undefined)
    throw new OpcodeError('OpPrereqError', `${String(kind)} '${String(name)}' not known`, 'unknown_entity');
  return found;
}
