import { each, hostOf, onOff, VerbError, type Verbs } from './story-words.ts';

/** What an administrator does with Pacemaker. */
export const pacemakerVerbs: Verbs = {
  shutdown: each('HOST…', 'an orderly shutdown of the host', ({ pacemaker }, { name }) =>
    pacemaker.shutdownHost(name),
  ),
  'stop-cluster': each('HOST…', 'Pacemaker and corosync are stopped cleanly', ({ pacemaker }, { name }) =>
    pacemaker.stop(name, { corosync: true }),
  ),
  'stop-pacemaker': each('HOST…', 'Pacemaker alone is stopped cleanly', ({ pacemaker }, { name }) =>
    pacemaker.stop(name, { corosync: false }),
  ),
  'kill-cluster': each(
    'HOST…',
    'Pacemaker and corosync die there, and all else goes on',
    ({ pacemaker }, { name }) => pacemaker.killWithCorosync(name),
  ),
  'start-cluster': each('HOST…', 'both are started', ({ pacemaker }, { name }) => pacemaker.start(name)),
  standby: each('HOST…', 'Pacemaker runs nothing there', ({ pacemaker }, { name }) =>
    pacemaker.setStandby(name, true),
  ),
  unstandby: each('HOST…', 'it may again', ({ pacemaker }, { name }) => pacemaker.setStandby(name, false)),
  maintenance: each('HOST…', 'Pacemaker leaves it alone', ({ pacemaker }, { name }) =>
    pacemaker.setNodeMaintenance(name, true),
  ),
  unmaintenance: each('HOST…', 'no longer', ({ pacemaker }, { name }) =>
    pacemaker.setNodeMaintenance(name, false),
  ),
  'maintenance-mode': onOff('of the whole cluster', ({ pacemaker }, on) => pacemaker.setMaintenanceMode(on)),
  'stonith-enabled': onOff('fencing is used', ({ pacemaker }, on) => pacemaker.setStonithEnabled(on)),
  disable: {
    usage: 'RESOURCE',
    does: 'pcs resource disable',
    act: ({ pacemaker }, [resource]) => pacemaker.disable(resourceOf(resource)),
  },
  enable: {
    usage: 'RESOURCE',
    does: 'pcs resource enable',
    act: ({ pacemaker }, [resource]) => pacemaker.enable(resourceOf(resource)),
  },
  move: {
    usage: 'RESOURCE HOST',
    does: 'pcs resource move',
    act: ({ world, pacemaker }, [resource, name]) =>
      pacemaker.move(resourceOf(resource), hostOf(world, name).name),
  },
  ban: {
    usage: 'RESOURCE HOST',
    does: 'pcs resource ban',
    act: ({ world, pacemaker }, [resource, name]) =>
      pacemaker.ban(resourceOf(resource), hostOf(world, name).name),
  },
  clear: {
    usage: 'RESOURCE',
    does: 'pcs resource clear',
    act: ({ pacemaker }, [resource]) => pacemaker.clear(resourceOf(resource)),
  },
  cleanup: {
    usage: 'RESOURCE',
    does: 'pcs resource cleanup',
    act: ({ pacemaker }, [resource]) => pacemaker.cleanup(resourceOf(resource)),
  },
  fence: {
    usage: 'HOST BY [reboot]',
    does: 'an administrator on BY has it fenced',
    act: ({ world, pacemaker }, [name, by, how]) =>
      pacemaker.fence(hostOf(world, name).name, hostOf(world, by).name, how === 'reboot' ? how : 'off'),
  },
  'confirm-fencing': {
    usage: 'HOST BY',
    does: 'an administrator on BY says it is off',
    act: ({ world, pacemaker }, [name, by]) =>
      pacemaker.confirm(hostOf(world, name).name, hostOf(world, by).name),
  },
};

function resourceOf(name: string | undefined): 'ganeti-node' | 'ganeti-master' {
  if (name !== 'ganeti-node' && name !== 'ganeti-master')
    throw new VerbError(`"${name ?? ''}" is no resource`);
  return name;
}
