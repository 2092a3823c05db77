import {
  MIRRORED,
  OF_UNKNOWN_TEMPLATE,
  ON_ONE_NODE,
  type Outcome,
  STANDING,
  worse,
} from './decision-table.ts';
import type { RepairInstance, RepairNode } from './facts.ts';
import type { NodeState } from './node-state.ts';
import type { Diagnosis, Hold } from './plan-types.ts';
import { STORAGE } from './storage.ts';

/** The nodes an instance is on; undefined where Ganeti names none, or one that it does not list. */
export interface InstanceNodes {
  readonly primary: RepairNode | undefined;
  readonly secondary: RepairNode | undefined;
  /** Whether its group has an online node besides these. */
  readonly elsewhere: boolean;
}

const STATE_WORDS: Readonly<Record<NodeState, string>> = {
  online: 'online',
  drained: 'drained',
  offline: 'offline',
  'not-vm-capable': 'not vm_capable',
  'offline-alive': 'marked offline and yet alive',
  unknown: 'in an unknown state',
};

/** What is wrong with an instance and what would mend it, whatever policy says. */
export function diagnose(instance: RepairInstance, nodes: InstanceNodes): Diagnosis {
  const { primary, secondary } = nodes;
  if (primary === undefined) return unlisted('primary', instance.primary);
  const mirrored = instance.template === 'drbd';
  if (secondary === undefined && (mirrored || (instance.template === 'unknown' && instance.secondary))) {
    return unlisted('secondary', instance.secondary ?? '');
  }
  const outcome = lookUp(instance, primary, secondary);
  if (outcome.kind === 'healthy') return { kind: 'healthy', because: 'all its nodes are online' };
  const words = [nodeWords('primary', primary)];
  // For the others a secondary is none of the instance's.
  if (mirrored || instance.template === 'unknown') words.push(nodeWords('secondary', secondary));
  const found = words.filter((word) => word !== '').join(', ');
  if (outcome.kind === 'held') {
    const because = `${found}: ${outcome.sentence}${remedy(outcome.hold, primary, secondary)}`;
    return { kind: 'held', hold: outcome.hold, because };
  }
  if (instance.adminState === 'offline') {
    const why =
      'its administrator has set it offline, so it is left alone; gnt-instance modify --online lifts that';
    return { kind: 'held', hold: 'admin-offline', because: `${found}: ${why}` };
  }
  if (outcome.step === 'move' && !nodes.elsewhere) {
    const why = 'its only copy is there and good, and its group has no other online node to copy it to';
    return { kind: 'held', hold: 'no-target', because: `${found}: ${why}` };
  }
  // A move stops an instance that runs; one that is down does not notice.
  const type = outcome.step === 'move' && instance.adminState === 'down' ? 'migrate' : outcome.type;
  return { kind: 'broken', step: outcome.step, type, because: `${found}: ${outcome.sentence}` };
}

function lookUp(
  { template }: RepairInstance,
  primary: RepairNode,
  secondary: RepairNode | undefined,
): Outcome {
  const first = STANDING[primary.state];
  const second = secondary === undefined ? 'stays' : STANDING[secondary.state];
  if (template === 'drbd') return MIRRORED[first][second];
  if (template !== 'unknown') return ON_ONE_NODE[STORAGE[template]][first];
  return OF_UNKNOWN_TEMPLATE[worse(first, second)];
}

function nodeWords(role: 'primary' | 'secondary', node: RepairNode | undefined): string {
  if (node === undefined || node.state === 'online') return '';
  return `its ${role} node ${node.name} is ${STATE_WORDS[node.state]} (${node.because})`;
}

function unlisted(role: 'primary' | 'secondary', name: string): Diagnosis {
  const which = name === '' ? 'Ganeti names none' : `Ganeti does not list ${name}`;
  const because = `its ${role} node is not known (${which}): nothing is done`;
  return { kind: 'held', hold: 'node-unknown', because };
}

/** What a person can do about a hold; empty where only time or the next look helps. */
function remedy(hold: Hold, primary: RepairNode, secondary: RepairNode | undefined): string {
  if (hold === 'node-alive') {
    const name = primary.state === 'offline-alive' ? primary.name : (secondary?.name ?? primary.name);
    return `. Fence ${name}, or take it back: gnt-ha readmit ${name}`;
  }
  if (hold === 'last-copy' && secondary !== undefined) {
    const flag = secondary.state === 'drained' ? '--drained=no' : '--vm-capable=yes';
    return `. To let it take over: gnt-node modify ${flag} ${secondary.name}`;
  }
  return '';
}
