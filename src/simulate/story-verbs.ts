import type { SimGaneti } from './ganeti.ts';
import type { SimPacemaker } from './pacemaker.ts';
import { parseDuration } from './story-commands.ts';
import type { StoryFaults } from './story-faults.ts';
import type { SimHost, World } from './world.ts';

/** Where a story is played. */
export interface Stage {
  readonly world: World;
  readonly pacemaker: SimPacemaker;
  readonly ganeti: SimGaneti;
  readonly faults: StoryFaults;
  /** Runs `gnt-ha` on a host; what it prints goes to the story's log. */
  readonly gntHa: (host: SimHost, args: readonly string[]) => void;
}

/** Words that fit no verb, in the words of the verb's usage. */
export class VerbError extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'VerbError';
  }
}

interface Verb {
  readonly usage: string;
  readonly does: string;
  readonly act: (stage: Stage, words: readonly string[]) => void;
}

/** What can happen in a story. */
export const VERBS: Readonly<Record<string, Verb>> = {
  'power-off': each('HOST…', 'the power fails', ({ world }, host) => world.powerOff(host)),
  'power-on': each('HOST…', 'the power is back, or somebody presses the button', ({ world }, host) =>
    world.powerOn(host),
  ),
  shutdown: each('HOST…', 'an orderly shutdown of the host', ({ pacemaker }, { name }) =>
    pacemaker.shutdownHost(name),
  ),
  cut: many('HOST…', 'these hosts reach each other and nobody else', ({ world }, hosts) => world.cut(hosts)),
  heal: many('HOST…', 'they are connected again', ({ world }, hosts) => world.heal(hosts)),
  'disk-full': each('HOST…', 'its disk is full', (_, { disk }) => {
    disk.fault = 'full';
  }),
  'disk-read-only': each('HOST…', 'its disk is read-only', (_, { disk }) => {
    disk.fault = 'read-only';
  }),
  'disk-well': each('HOST…', 'its disk can be written again', (_, { disk }) => {
    disk.fault = undefined;
  }),
  'fencing-fails': each('HOST…', 'its fence device refuses', ({ faults }, { name }) =>
    faults.fencingFails.add(name),
  ),
  'fencing-works': each('HOST…', 'its fence device obeys again', ({ faults }, { name }) => {
    faults.fencingFails.delete(name);
    faults.fencingTakes.delete(name);
  }),
  'fencing-takes': {
    usage: 'HOST DURATION',
    does: 'its fence device is slow',
    act: ({ world, faults }, [name, by = '']) => {
      faults.fencingTakes.set(hostOf(world, name).name, durationOf(by));
    },
  },
  notifies: {
    usage: 'delivered|lost|twice',
    does: 'what becomes of the notifications of the clone',
    act: ({ faults }, [how]) => {
      if (how !== 'delivered' && how !== 'lost' && how !== 'twice')
        throw new VerbError(`"${how ?? ''}" is no way`);
      faults.notifies = how;
    },
  },
  'crash-agent': {
    usage: 'HOST STEP',
    does: 'the next action there dies instead of this step (of those that leave the process)',
    act: ({ world, faults }, [name, step]) => {
      if (!/^[1-9]\d*$/.test(step ?? '')) throw new VerbError(`"${step ?? ''}" is no step`);
      faults.crash.set(hostOf(world, name).name, Number(step));
    },
  },
  'deaf-pacemaker': each('HOST…', 'crm_mon and its like hang there', ({ faults }, { name }) =>
    faults.deafPacemaker.add(name),
  ),
  'hearing-pacemaker': each('HOST…', 'they answer again', ({ faults }, { name }) => {
    faults.deafPacemaker.delete(name);
  }),
  skew: {
    usage: 'HOST DURATION|-DURATION',
    does: 'its clock is wrong by so much',
    act: ({ world }, [name, by = '']) => {
      const ms = durationOf(by.replace(/^-/, ''));
      hostOf(world, name).skewMs = by.startsWith('-') ? -ms : ms;
    },
  },
  simulate: {
    usage: 'HOST CONDITION',
    does: 'an empty file in simulate.d',
    act: ({ world }, [name, condition = '']) =>
      hostOf(world, name).disk.put(`/etc/ganeti-ha/simulate.d/${wordOf(condition)}`, ''),
  },
  'stop-simulating': {
    usage: 'HOST CONDITION',
    does: 'the file is removed',
    act: ({ world }, [name, condition = '']) => {
      hostOf(world, name).disk.remove(`/etc/ganeti-ha/simulate.d/${wordOf(condition)}`);
    },
  },
  'gnt-ha': {
    usage: 'HOST WORD…',
    does: 'runs gnt-ha there',
    act: ({ world, gntHa }, [name, ...words]) => gntHa(hostOf(world, name), words),
  },

  'master-failover': {
    usage: 'HOST [no-voting]',
    does: 'somebody types gnt-cluster master-failover there',
    act: ({ world, ganeti }, [name, how]) =>
      ganeti.masterFailover(hostOf(world, name).name, { noVoting: how === 'no-voting' }),
  },
  'set-offline': each('HOST…', 'gnt-node modify -O yes', ({ ganeti }, { name }) =>
    ganeti.setOffline(name, true),
  ),
  'set-online': each('HOST…', 'gnt-node modify -O no', ({ ganeti }, { name }) =>
    ganeti.setOffline(name, false),
  ),
  drain: each('HOST…', 'gnt-node modify -D yes', ({ ganeti }, { name }) => ganeti.setDrained(name, true)),
  undrain: each('HOST…', 'gnt-node modify -D no', ({ ganeti }, { name }) => ganeti.setDrained(name, false)),
  demote: each('HOST…', 'gnt-node modify -C no', ({ ganeti }, { name }) => ganeti.setCandidate(name, false)),
  promote: each('HOST…', 'gnt-node modify -C yes', ({ ganeti }, { name }) => ganeti.setCandidate(name, true)),
  readd: each('HOST…', 'gnt-node add --readd', ({ ganeti }, { name }) => ganeti.readd(name)),
  'add-tag': {
    usage: 'TAG',
    does: 'gnt-cluster add-tags',
    act: ({ ganeti }, [tag = '']) => ganeti.addClusterTag(tag),
  },
  'remove-tag': {
    usage: 'TAG',
    does: 'gnt-cluster remove-tags',
    act: ({ ganeti }, [tag = '']) => ganeti.removeClusterTag(tag),
  },
  'delay-job': {
    usage: 'HOST DURATION',
    does: "a job that holds the node's lock for so long",
    act: ({ world, ganeti }, [name, by = '']) => {
      ganeti.delayJob(durationOf(by) / 1_000, [hostOf(world, name).name]);
    },
  },
  'drain-queue': onOff('gnt-cluster queue drain', ({ ganeti }, on) => ganeti.drainQueue(on)),
  'start-daemon': daemonVerb('it is started', (ganeti, host, daemon) => ganeti.startDaemon(host, daemon)),
  'stop-daemon': daemonVerb('it is stopped', (ganeti, host, daemon) => ganeti.stopDaemon(host, daemon)),
  'kill-daemon': daemonVerb('it is killed', (ganeti, host, daemon) => ganeti.killDaemon(host, daemon)),
  'hang-daemon': daemonVerb('it is there and does nothing', (ganeti, host, daemon) =>
    ganeti.hangDaemon(host, daemon, 'suspended'),
  ),
  'wake-daemon': daemonVerb('it goes on', (ganeti, host, daemon) => ganeti.wakeDaemon(host, daemon)),
  'corrupt-ssconf': {
    usage: 'HOST FILE',
    does: 'this ssconf file there becomes garbage',
    act: ({ world, ganeti }, [name, key = '']) =>
      ganeti.corruptSsconf(hostOf(world, name).name, key, '\u0000\u0001'),
  },
  'remove-ssconf': {
    usage: 'HOST FILE',
    does: 'this ssconf file there is gone',
    act: ({ world, ganeti }, [name, key = '']) => ganeti.removeSsconf(hostOf(world, name).name, key),
  },
  'remove-master-ip': each('HOST…', 'the master IP is taken off it', ({ ganeti }, { name }) =>
    ganeti.removeMasterIp(name),
  ),
  watcher: each('HOST…', 'ganeti-watcher runs', ({ ganeti }, { name }) => ganeti.runWatcher(name)),
  jobs: {
    usage: 'normal|slow|failing|stuck',
    does: 'what becomes of jobs from now on',
    act: ({ faults }, [how]) => {
      if (how !== 'normal' && how !== 'slow' && how !== 'failing' && how !== 'stuck')
        throw new VerbError(`"${how ?? ''}" is no way`);
      faults.jobs = how;
    },
  },
  failovers: {
    usage: 'normal|exit-1-after|dies',
    does: 'how gnt-cluster master-failover ends from now on',
    act: ({ faults }, [how]) => {
      if (how !== 'normal' && how !== 'exit-1-after' && how !== 'dies')
        throw new VerbError(`"${how ?? ''}" is no way`);
      faults.failover = how;
    },
  },

  'stop-cluster': each('HOST…', 'Pacemaker and corosync are stopped cleanly', ({ pacemaker }, { name }) =>
    pacemaker.stop(name, { corosync: true }),
  ),
  'stop-pacemaker': each('HOST…', 'Pacemaker alone is stopped cleanly', ({ pacemaker }, { name }) =>
    pacemaker.stop(name, { corosync: false }),
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
    usage: 'HOST BY',
    does: 'an administrator on BY has it fenced',
    act: ({ world, pacemaker }, [name, by]) =>
      pacemaker.fence(hostOf(world, name).name, hostOf(world, by).name),
  },
  'confirm-fencing': {
    usage: 'HOST BY',
    does: 'an administrator on BY says it is off',
    act: ({ world, pacemaker }, [name, by]) =>
      pacemaker.confirm(hostOf(world, name).name, hostOf(world, by).name),
  },
};

function daemonVerb(does: string, act: (ganeti: SimGaneti, host: string, daemon: string) => void): Verb {
  return {
    usage: 'HOST DAEMON',
    does,
    act: ({ world, ganeti }, [name, daemon = '']) => act(ganeti, hostOf(world, name).name, wordOf(daemon)),
  };
}

function each(usage: string, does: string, act: (stage: Stage, host: SimHost) => void): Verb {
  return many(usage, does, (stage, hosts) => {
    for (const host of hosts) act(stage, host);
  });
}

function many(usage: string, does: string, act: (stage: Stage, hosts: readonly SimHost[]) => void): Verb {
  return {
    usage,
    does,
    act: (stage, words) => {
      if (words.length === 0) throw new VerbError('no host is named');
      act(
        stage,
        words.map((word) => hostOf(stage.world, word)),
      );
    },
  };
}

function onOff(does: string, act: (stage: Stage, on: boolean) => void): Verb {
  return {
    usage: 'on|off',
    does,
    act: (stage, [word]) => {
      if (word !== 'on' && word !== 'off') throw new VerbError(`"${word ?? ''}" is neither on nor off`);
      act(stage, word === 'on');
    },
  };
}

function hostOf(world: World, name: string | undefined): SimHost {
  const host = world.hosts.find((one) => one.name === name);
  if (host === undefined) throw new VerbError(`"${name ?? ''}" is none of the hosts`);
  return host;
}

function durationOf(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new VerbError(`"${text}" is no duration such as 90s`);
  return ms;
}

function resourceOf(name: string | undefined): 'ganeti-node' | 'ganeti-master' {
  if (name !== 'ganeti-node' && name !== 'ganeti-master')
    throw new VerbError(`"${name ?? ''}" is no resource`);
  return name;
}

function wordOf(word: string): string {
  if (!/^[\w.-]+$/.test(word)) throw new VerbError(`"${word}" is no name of a condition`);
  return word;
}
