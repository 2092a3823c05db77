import type { NodeSeen } from '../../../src/evidence/verdict.ts';

/** How Pacemaker sees a node that is gone: nothing but its name is known to be true of it. */
export function goneNode(name: string): NodeSeen {
  return {
    name,
    type: 'member',
    online: false,
    pending: false,
    unclean: false,
    standby: false,
    maintenance: false,
    shutdown: false,
    expectedUp: false,
  };
}

/** A cluster in which what is judged counts. */
export const SOUND_CLUSTER = {
  kind: 'ok',
  quorum: true,
  stonithEnabled: true,
  maintenanceMode: false,
  fenceHistoryKnown: true,
} as const;
