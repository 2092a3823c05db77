import { type Configuration, isOn, type NodeStatus, RESOURCES, recordOf } from './pacemaker-model.ts';

/** A node's state as the scheduler computes it and crm_mon prints it (test/fixtures/crm_mon). */
export interface NodeFlags {
  /** With fencing: in corosync's membership as the status section has it. */
  readonly online: boolean;
  readonly pending: boolean;
  readonly unclean: boolean;
  readonly standby: boolean;
  readonly maintenance: boolean;
  readonly shutdown: boolean;
  readonly expectedUp: boolean;
  /** May run resources, as far as membership goes. */
  readonly usable: boolean;
  /** What is recorded as active there still counts: it is there, or nobody knows that it is not. */
  readonly counts: boolean;
}

export function flagsOf(status: NodeStatus, configuration: Configuration): NodeFlags {
  const { stonithEnabled, startupFencing } = configuration;
  const { inCcm, crmd, join, expected, seen } = status;
  const stoppedCleanly = inCcm && !crmd && expected === 'down';
  const member = inCcm && crmd && join === 'member';
  const stopFailed = RESOURCES.some((resource) => recordOf(status.history, resource).stopFailed);
  const gone = seen ? !(inCcm && crmd) && expected === 'member' : startupFencing;
  const unclean = stonithEnabled && (gone || stopFailed);
  return {
    online: stonithEnabled ? inCcm : member,
    pending: stoppedCleanly || (inCcm && crmd && join !== 'member'),
    unclean,
    // A node whose Pacemaker is not there shows as standby too (2.1.5, pacemaker-stopped.xml).
    standby: stoppedCleanly || isOn(configuration, status.member.name, 'standby'),
    maintenance: isOn(configuration, status.member.name, 'maintenance'),
    shutdown: status.shutdown,
    expectedUp: expected === 'member',
    usable: member && !unclean,
    counts: member || unclean,
  };
}
