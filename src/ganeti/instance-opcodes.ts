import { fullName, type JobReason, type Opcode, opcode } from './opcode.ts';

/** Seconds that an instance gets to shut down (Constants.hs, DEFAULT_SHUTDOWN_TIMEOUT). */
const SHUTDOWN_SECONDS = 120;

/** DRBD: the allocator chooses another secondary. With an offline old one Ganeti gives that up first by itself. */
export function replaceSecondary(instance: string, iallocator: string, why: JobReason): Opcode {
  return on('OP_INSTANCE_REPLACE_DISKS', instance, why, {
    ...{ mode: 'replace_new_secondary', disks: [], iallocator },
    ...{ early_release: false, ignore_ipolicy: false },
  });
}

/** To where an instance may go: DRBD has its secondary, which Ganeti wants nobody to name (instance_migration.py:335). */
export type Destination =
  | { readonly kind: 'secondary' }
  | { readonly kind: 'allocated'; readonly by: string };

/** Live. `allowFailover`: where that cannot be, it is shut down and started on the other node. */
export function migrate(
  instance: string,
  to: Destination,
  { allowFailover }: { readonly allowFailover: boolean },
  why: JobReason,
): Opcode {
  return on('OP_INSTANCE_MIGRATE', instance, why, {
    ...{ allow_runtime_changes: true, ignore_ipolicy: false, cleanup: false },
    ...{ allow_failover: allowFailover, ignore_hvversions: false },
    ...allocator(to),
  });
}

/** Also moves an instance that is down. Ganeti starts it where its administrator wants it up. */
export function failover(instance: string, to: Destination, why: JobReason): Opcode {
  return on('OP_INSTANCE_FAILOVER', instance, why, {
    ...{ shutdown_timeout: SHUTDOWN_SECONDS, ignore_consistency: false },
    ...{ ignore_ipolicy: false, cleanup: false },
    ...allocator(to),
  });
}

/** Shuts it down, copies its disks and starts it there again. */
export function move(instance: string, target: string, why: JobReason): Opcode {
  return on('OP_INSTANCE_MOVE', instance, why, {
    target_node: fullName('OP_INSTANCE_MOVE', target, 'node'),
    ...{ shutdown_timeout: SHUTDOWN_SECONDS, ignore_ipolicy: false, ignore_consistency: false },
  });
}

/**
 * New empty disks and the operating system anew, for one whose data is gone with an offline node. Whoever submits this
 * must know that no copy is left; the job may wait for its locks, though, and the node be taken back meanwhile. So for
 * an instance that is up the disks come first as a dry run: Ganeti refuses it unless its node is still offline
 * (instance_storage.py:983), or where there is no room, and then nothing at all has changed (run, 3.0.2). It is marked
 * down before its disks are made, so that nobody starts it on blank ones, and reinstalling needs that as well
 * (instance_operation.py:359).
 */
export function reinstall(
  instance: string,
  { iallocator, up, start }: { readonly iallocator: string; readonly up: boolean; readonly start: boolean },
  why: JobReason,
): readonly Opcode[] {
  const recreate = on('OP_INSTANCE_RECREATE_DISKS', instance, why, { disks: [], nodes: [], iallocator });
  return [
    ...(up ? [{ ...recreate, dry_run: true }, shutdown(instance, why)] : []),
    recreate,
    on('OP_INSTANCE_REINSTALL', instance, why, { force_variant: false }),
    ...(start ? [startup(instance, why)] : []),
  ];
}

/** Marks it down; its node is not asked where that is offline. */
function shutdown(instance: string, why: JobReason): Opcode {
  return on('OP_INSTANCE_SHUTDOWN', instance, why, {
    ...{ force: false, ignore_offline_nodes: true, timeout: SHUTDOWN_SECONDS, no_remember: false },
  });
}

function startup(instance: string, why: JobReason): Opcode {
  return on('OP_INSTANCE_STARTUP', instance, why, {
    ...{ force: false, ignore_offline_nodes: false, hvparams: {}, beparams: {}, no_remember: false },
    ...{ startup_paused: false, shutdown_timeout: SHUTDOWN_SECONDS },
  });
}

/** Holds up the opcodes of its job that follow. Without locks: with them it takes the master's node (cmdlib/test.py:126). */
export function delay(seconds: number, why: JobReason): Opcode {
  return opcode(
    'OP_TEST_DELAY',
    { duration: seconds, on_master: true, on_nodes: [], repeat: 0, interruptible: false, no_locks: true },
    why,
    'normal',
  );
}

function on(
  opId: string,
  instance: string,
  why: JobReason,
  parameters: Readonly<Record<string, unknown>>,
): Opcode {
  return opcode(opId, { instance_name: fullName(opId, instance, 'instance'), ...parameters }, why, 'normal');
}

function allocator(to: Destination): Readonly<Record<string, string>> {
  return to.kind === 'allocated' ? { iallocator: to.by } : {};
}
