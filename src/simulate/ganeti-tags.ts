import {
  type Configuration,
  withCluster,
  withGroup,
  withInstance,
  withNode,
} from './ganeti-configuration.ts';
import { instanceOf } from './ganeti-instance-checks.ts';
import { OpcodeError } from './ganeti-opcode-error.ts';
import { nodeOf, type Operation } from './ganeti-opcodes.ts';

/** Ganeti's limit (Constants.hs:1288). */
const TAG = /^[\w.+*/:@-]{1,128}$/;

/** What bears tags, and the configuration in which it bears others. */
interface Tagged {
  readonly tags: readonly string[];
  with(tags: readonly string[]): Configuration;
}

/** OP_TAGS_SET and OP_TAGS_DEL; one tag that is missing fails the removal of all (lib/cmdlib/tags.py:213). */
export async function changeTags(operation: Operation): Promise<null> {
  const { op, save } = operation;
  const given: readonly unknown[] = Array.isArray(op.tags) ? op.tags : [];
  const tags = given.map(String);
  const bearer = taggedBy(operation);
  const removes = op.OP_ID === 'OP_TAGS_DEL';
  const missing = tags.filter((tag) => !bearer.tags.includes(tag));
  if (removes && missing.length > 0) {
    throw new OpcodeError('OpPrereqError', `Tag(s) ${missing.join(', ')} not found`, 'unknown_entity');
  }
  const wrong = tags.find((tag) => !TAG.test(tag));
  if (wrong !== undefined)
    throw new OpcodeError('OpPrereqError', `Tag '${wrong}' is not valid`, 'wrong_input');
  const left = bearer.tags.filter((tag) => !tags.includes(tag));
  await save(bearer.with(removes ? left : [...bearer.tags, ...new Set(missing)]));
  return null;
}

function taggedBy(operation: Operation): Tagged {
  const { op, config, now } = operation;
  switch (op.kind) {
    case 'node': {
      const node = nodeOf(config(), op.name);
      return { tags: node.tags, with: (tags) => withNode(config(), node, { tags }, now()) };
    }
    case 'instance': {
      const entry = instanceOf(operation, op.name);
      return { tags: entry.tags, with: (tags) => withInstance(config(), { ...entry, tags }, now()) };
    }
    case 'nodegroup': {
      const group = Object.values(config().nodegroups).find(({ name }) => name === op.name);
      if (group === undefined) {
        throw new OpcodeError('OpPrereqError', `Node group '${String(op.name)}' not found`, 'unknown_entity');
      }
      return { tags: group.tags, with: (tags) => withGroup(config(), { ...group, tags }, now()) };
    }
    default:
      return {
        tags: config().cluster.tags,
        with: (tags) => withCluster(config(), { tags }, now()),
      };
  }
}
