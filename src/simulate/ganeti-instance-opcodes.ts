import { move } from './ganeti-instance-copying.ts';
import { activateDisks, recreateDisks, replaceDisks } from './ganeti-instance-disks.ts';
import { failover, migrate } from './ganeti-instance-moves.ts';
import { reinstall } from './ganeti-instance-reinstall.ts';
import { shutDown, startUp } from './ganeti-instance-running.ts';
import type { Operation } from './ganeti-opcodes.ts';

/** Undefined for an opcode that is none of them. */
export function instanceOpcode(opId: string): ((operation: Operation) => Promise<unknown>) | undefined {
  return Object.hasOwn(OPCODES, opId) ? OPCODES[opId] : undefined;
}

const OPCODES: Readonly<Record<string, (operation: Operation) => Promise<unknown>>> = {
  OP_INSTANCE_FAILOVER: failover,
  OP_INSTANCE_MIGRATE: migrate,
  OP_INSTANCE_MOVE: move,
  OP_INSTANCE_REPLACE_DISKS: replaceDisks,
  OP_INSTANCE_RECREATE_DISKS: recreateDisks,
  OP_INSTANCE_ACTIVATE_DISKS: activateDisks,
  OP_INSTANCE_REINSTALL: reinstall,
  OP_INSTANCE_STARTUP: startUp,
  OP_INSTANCE_SHUTDOWN: shutDown,
};
