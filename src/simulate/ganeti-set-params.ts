import {
  type Configuration,
  candidateStats,
  masterOf,
  type NodeEntry,
  type NodeFlags,
  withNode,
} from './ganeti-configuration.ts';
import { OpcodeError } from './ganeti-opcode-error.ts';
import { nodeOf, type Operation } from './ganeti-opcodes.ts';
import { callNode, LIMIT_MS } from './ganeti-rpc.ts';
import { DATA_DIR } from './ganeti-state.ts';

/** The entry is saved twice where the role changes (3.0.2, run). */
const SAVES = 2;
const FLAGS = ['offline', 'drained', 'master_candidate'] as const;

/** OP_NODE_SET_PARAMS, in the order of lib/cmdlib/node.py:484-893. */
export async function setNodeParams(operation: Operation): Promise<readonly (readonly [string, string])[]> {
  const { ganeti, errand, op, config } = operation;
  const node = nodeOf(config(), op.node_name);
  const target = ganeti.named(node.name);
  checkRequest(operation, node);
  const wanted = await wantedFlags(operation, node);
  // Hooks run on the node, too; one that cannot be reached only costs its time limit. Offline ones are not called.
  if (!node.offline) await callNode(ganeti, errand, target, () => {}, LIMIT_MS.normal);
  const changes = Object.entries(wanted).filter(([flag, value]) => Reflect.get(node, flag) !== value);
  if (changes.length > 0) {
    let next = withNode(config(), node, wanted, operation.now(), SAVES);
    if (op.auto_promote === true) next = fillPool(next, operation.now());
    await operation.save(next);
    if (node.master_candidate && wanted.master_candidate === false && wanted.offline !== true) {
      await callNode(ganeti, errand, target, ({ host }) => host.disk.remove(`${DATA_DIR}/config.data`));
    }
    // Its ssh keys are taken out or put back.
    await callNode(ganeti, errand, target, () => {}, LIMIT_MS.normal);
  }
  if (!node.offline) await callNode(ganeti, errand, target, () => {}, LIMIT_MS.normal);
  return changes.map(([flag, value]) => [flag, value === true ? 'True' : 'False']);
}

function checkRequest({ op, config }: Operation, node: NodeEntry): void {
  const roles = FLAGS.filter((flag) => typeof op[flag] === 'boolean');
  if (roles.filter((flag) => op[flag] === true).length > 1) {
    throw new OpcodeError(
      'OpPrereqError',
      "Can't set the node into more than one state at the same time",
      'wrong_input',
    );
  }
  if (roles.length > 0 && node.uuid === masterOf(config())?.uuid) {
    throw new OpcodeError(
      'OpPrereqError',
      'The master role can be changed only via master-failover',
      'wrong_input',
    );
  }
  if (typeof op.powered === 'boolean' && node.oob_program === '') {
    throw new OpcodeError(
      'OpPrereqError',
      `Cannot change the powered state of ${node.name}: it has no out-of-band program`,
      'wrong_state',
    );
  }
  const leavesPool =
    node.master_candidate && (op.offline === true || op.drained === true || op.master_candidate === false);
  if (!leavesPool || op.auto_promote === true) return;
  const { now, should } = candidateStats(config(), node);
  if (now < should) {
    throw new OpcodeError(
      'OpPrereqError',
      `Not enough master candidates, please pass auto promote option to allow promotion (current ${now}, desired ${should})`,
      'wrong_state',
    );
  }
}

async function wantedFlags({ ganeti, errand, op, config }: Operation, node: NodeEntry): Promise<NodeFlags> {
  const powered: NodeFlags = typeof op.powered === 'boolean' ? { powered: op.powered } : {};
  if (op.offline === true) {
    if (node.offline) return powered;
    return { ...powered, offline: true, drained: false, master_candidate: false };
  }
  if (op.drained === true) return { ...powered, drained: true, offline: false, master_candidate: false };
  const flags: NodeFlags = {
    ...powered,
    ...(op.offline === false ? { offline: false } : {}),
    ...(op.drained === false ? { drained: false } : {}),
    ...(typeof op.master_candidate === 'boolean' ? { master_candidate: op.master_candidate } : {}),
  };
  if (node.offline && flags.offline === false) {
    if (node.oob_program !== '' && !(flags.powered ?? node.powered)) {
      throw new OpcodeError(
        'OpPrereqError',
        `Node ${node.name} needs to be turned on before its offline status can be reset`,
        'wrong_state',
      );
    }
    const said = await callNode(ganeti, errand, ganeti.named(node.name), () => {});
    if (said.kind === 'failed') {
      throw new OpcodeError(
        'OpPrereqError',
        `Node ${node.name} can't be reached: ${said.message}`,
        'wrong_state',
      );
    }
  }
  // Also one that is not master capable (ganeti issue 1682).
  const returns = (node.offline && flags.offline === false) || (node.drained && flags.drained === false);
  const { now, should } = candidateStats({
    ...config(),
    nodes: { ...config().nodes, [node.uuid]: { ...node, ...flags } },
  });
  return returns && now < should ? { ...flags, master_candidate: true } : flags;
}

/** Promotes nodes that may be candidates, in the order of the configuration, until there are enough. */
function fillPool(config: Configuration, now: number): Configuration {
  let next = config;
  for (const node of Object.values(config.nodes)) {
    const stats = candidateStats(next);
    if (stats.now >= stats.should) break;
    if (node.master_candidate || node.offline || node.drained || !node.master_capable) continue;
    next = withNode(next, node, { master_candidate: true }, now);
  }
  return next;
}
