import type { SimGaneti } from './ganeti.ts';
import { DATA_DIR } from './ganeti-state.ts';
import { durationOf, each, hostOf, onOff, type Verb, type Verbs, wordOf } from './story-words.ts';

const PAUSE_FILE = `${DATA_DIR}/ha_node_role_config`;

/** What an administrator does with Ganeti, and what becomes of its daemons and files. */
export const ganetiVerbs: Verbs = {
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
  'spoil-daemon': daemonVerb('it answers everything with an error', (ganeti, host, daemon) =>
    ganeti.hangDaemon(host, daemon, 'refusing'),
  ),
  'wake-daemon': daemonVerb('it goes on', (ganeti, host, daemon) => ganeti.wakeDaemon(host, daemon)),
  'remove-pid-file': daemonVerb(
    'without it start-stop-daemon starts what was killed',
    (ganeti, host, daemon) => ganeti.removePidFile(host, daemon),
  ),
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
  'put-pause-file': each(
    'HOST…',
    "ha_node_role_config is put into Ganeti's data folder, upstream's pause",
    (_, { disk }) => disk.put(PAUSE_FILE, ''),
  ),
  'remove-pause-file': each('HOST…', 'the file is removed', (_, { disk }) => {
    disk.remove(PAUSE_FILE);
  }),
  'remove-master-ip': each('HOST…', 'the master IP is taken off it', ({ ganeti }, { name }) =>
    ganeti.removeMasterIp(name),
  ),
  watcher: each('HOST…', 'ganeti-watcher runs', ({ ganeti }, { name }) => ganeti.runWatcher(name)),
};

function daemonVerb(does: string, act: (ganeti: SimGaneti, host: string, daemon: string) => void): Verb {
  return {
    usage: 'HOST DAEMON',
    does,
    act: ({ world, ganeti }, [name, daemon = '']) => act(ganeti, hostOf(world, name).name, wordOf(daemon)),
  };
}
