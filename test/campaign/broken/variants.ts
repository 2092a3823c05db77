// Ways in which this program could be wrong; each must be caught. A variant is a module beside this file that stands
// in for sources of the program.
import type { Subject } from '../campaign.ts';
import type { Schedule } from '../schedule.ts';

export interface Variant {
  readonly name: string;
  /** The sources that it replaces, below the project: several where each alone would stop it. */
  readonly replaces: readonly string[];
  /** Which invariant it breaks, and with which words that is told. */
  readonly invariant: number;
  readonly told: string;
  readonly sentence: string;
  /** Of the schedules that show it; hosts alone where it is not said. */
  readonly subject?: Subject;
  /** Played instead of random schedules, where few of those show it. */
  readonly story?: Schedule;
}

const DECIDE = 'src/policy/decide.ts';

export const VARIANTS: readonly Variant[] = [
  {
    name: 'ignores-evidence',
    replaces: [DECIDE],
    invariant: 1,
    told: 'has not been fenced',
    sentence: 'who is lost is marked offline without proof',
  },
  {
    name: 'ignores-quorum',
    replaces: [DECIDE, 'src/sweep/luxi-work.ts'],
    invariant: 1,
    told: 'without quorum|has not been fenced',
    sentence: 'a part without quorum marks the others offline',
  },
  {
    name: 'ignores-quorum',
    replaces: [DECIDE, 'src/sweep/luxi-work.ts'],
    invariant: 1,
    told: 'without quorum',
    sentence: 'a successor whose part has lost quorum marks those offline that were fenced before',
    // Two are fenced by the other four, and one of these leaves before the successor has begun.
    story: {
      cluster: '{ "hosts": 6, "master_form": "promotable" }\n',
      commands: '+10s power-off h1 h4\n+0s stop-cluster h5\n',
    },
  },
  {
    name: 'ignores-brake',
    replaces: [DECIDE],
    invariant: 1,
    told: 'the brake allows',
    sentence: 'any number is marked offline at once',
  },
  {
    name: 'ignores-members',
    replaces: [DECIDE],
    invariant: 1,
    told: 'while it was a member',
    sentence: 'living members are marked offline',
  },
  {
    name: 'offlines-the-master',
    replaces: [DECIDE, 'src/sweep/offline.ts'],
    invariant: 1,
    told: "while it is Ganeti's master",
    sentence: 'the master marks itself offline',
  },
  {
    name: 'notes-another-job',
    replaces: ['src/ganeti/jobs.ts'],
    invariant: 1,
    told: 'is none of its own',
    sentence: "the ledger names somebody else's job",
  },
  {
    name: 'ignores-pause',
    replaces: [DECIDE],
    invariant: 9,
    told: 'while paused',
    sentence: 'a pause holds nobody',
  },
  {
    name: 'sees-only-the-notified',
    replaces: ['src/sweep/agent-look.ts'],
    invariant: 2,
    told: 'nobody says why',
    sentence: 'the sweep looks at the node of the notification only',
  },
  {
    name: 'forgets',
    replaces: [DECIDE],
    invariant: 2,
    told: 'nobody says why',
    sentence: 'every second node is never considered',
  },
  {
    name: 'forgets-whom-it-saw-fenced',
    replaces: [DECIDE],
    invariant: 2,
    told: 'nobody says why',
    sentence: 'who was seen while its fencing was under way is never considered again',
    story: { cluster: '{ "hosts": 3 }\n', commands: '+0s fencing-takes h3 40s\n+10s power-off h3\n' },
  },
  {
    name: 'holds-in-silence',
    replaces: ['src/sweep/holds.ts'],
    invariant: 2,
    told: 'nobody says why',
    sentence: 'whom the brake holds is only in the ledger, and no monitor shows it',
    story: {
      cluster: '{ "hosts": 5, "tags": ["ocf:node-offline:max:1"] }\n',
      commands: '+10s power-off h4 h5\n',
    },
  },
  {
    name: 'stop-fails',
    replaces: ['src/master/stop.ts'],
    invariant: 3,
    told: 'stop on .* failed',
    sentence: 'the stop of a master without quorum fails',
  },
  {
    name: 'stop-is-slow',
    replaces: ['src/node/stop.ts'],
    invariant: 3,
    told: 'no daemon to stop',
    sentence: 'a stop takes three seconds',
  },
  {
    name: 'stop-leaves-daemons',
    replaces: ['src/ganeti/master-daemons.ts'],
    invariant: 3,
    told: 'no quorum for',
    sentence: 'a master that lost quorum works on',
  },
  {
    name: 'leaves-strays',
    replaces: ['src/node/stray-master.ts', 'src/sweep/old-masters.ts'],
    invariant: 3,
    told: 'side by side',
    sentence: 'an old master that works on is stopped by nobody',
    // It boots with a dead noded, so that the move reaches nothing there.
    story: {
      cluster: '{ "hosts": 4, "alert": true, "master_parameters": { "stop_mode": "release" } }\n',
      commands:
        '10s power-off h1 h4\n100s move ganeti-master h2\n360s power-on h1\n+15s kill-daemon h1 noded\n8m end\n',
    },
  },
  {
    name: 'started-without-a-start',
    replaces: ['src/node/monitor.ts'],
    invariant: 4,
    told: 'was not started in this boot',
    sentence: 'a probe finds the node role running that nobody has started',
  },
  {
    name: 'trouble-is-not-running',
    replaces: ['src/node/monitor.ts'],
    invariant: 4,
    told: 'says 7, and it was started',
    sentence: 'a node role in trouble counts as stopped',
  },
  {
    name: 'promoted-everywhere',
    replaces: ['src/promotable/monitor.ts'],
    invariant: 4,
    told: 'says 8, and',
    sentence: 'every instance of the promotable form says that it is promoted',
  },
  {
    name: 'doubt-is-not-running',
    replaces: ['src/master/monitor.ts'],
    invariant: 4,
    told: 'says 7',
    sentence: 'the monitor says 7 in doubt',
    story: { cluster: '{ "hosts": 3 }\n', commands: '+10s corrupt-ssconf h1 master_node\n' },
  },
  {
    name: 'doubt-is-running',
    replaces: ['src/master/examine.ts'],
    invariant: 4,
    told: 'says (?:0|190)',
    sentence: 'the monitor says 0 in doubt',
  },
  {
    name: 'trusts-the-exit-code',
    replaces: ['src/master/take-over.ts'],
    invariant: 5,
    told: 'start on .* succeeded',
    sentence: 'a start believes that the failover did what it was run for',
  },
  {
    name: 'empty-name',
    replaces: ['src/pacemaker/attributes.ts'],
    invariant: 6,
    told: 'empty argument',
    sentence: 'a command is run with an empty name',
  },
  {
    name: 'names-a-stranger',
    replaces: ['src/ganeti/opcodes.ts'],
    invariant: 6,
    told: 'is no node',
    sentence: 'a job names a node that is not there',
  },
  {
    name: 'waits-for-its-job',
    replaces: ['src/node/monitor.ts'],
    invariant: 7,
    told: 'time limit',
    sentence: 'a monitor waits for the job it has handed in',
  },
  {
    name: 'reinstalls-the-drained',
    replaces: ['src/repair/decision-table.ts'],
    invariant: 8,
    told: 'gets empty disks while',
    sentence: 'what a drained node holds counts as gone',
    subject: 'instances',
  },
  {
    name: 'believes-the-flag',
    replaces: ['src/repair/node-state.ts'],
    invariant: 8,
    told: 'runs on h\\d and h\\d|gets empty disks while',
    sentence: 'whoever is marked offline counts as dead',
    subject: 'instances',
  },
  {
    name: 'waits-for-nobody',
    replaces: ['src/repair/busy.ts'],
    invariant: 10,
    told: 'is repaired twice at once',
    sentence: 'a repair begins beside the job that it has already',
    // All jobs take longer than the time between two looks.
    story: {
      cluster:
        '{"hosts":3,"tags":["ganeti:watcher:autorepair:failover"],"instances":[{"name":"a1","template":"drbd","primary":"h3","secondary":"h2"}]}\n',
      commands: '+0s jobs slow\n+10s power-off h3\n+900s end\n',
    },
  },
  {
    name: 'trusts-an-old-look',
    replaces: ['src/sweep/agent-look.ts'],
    invariant: 8,
    told: 'gets empty disks while h3 holds a good copy',
    sentence: 'a reinstallation goes by a look from before its node came back',
    // Back between two passes of one monitor.
    story: {
      cluster:
        '{"hosts":4,"tags":["ganeti:watcher:autorepair:reinstall"],"instances":[{"name":"a1","template":"plain","primary":"h3"}]}\n',
      commands: '+10s power-off h3\n+31.8s power-on h3\n+60s end\n',
    },
  },
  {
    name: 'never-repairs',
    replaces: ['src/repair/trigger.ts'],
    invariant: 10,
    told: 'is forgotten',
    sentence: 'nobody looks for repairs',
    subject: 'instances',
  },
  {
    name: 'never-undrains',
    replaces: ['src/promotable/drain.ts'],
    invariant: 11,
    told: 'is drained',
    sentence: 'the drain of a hand-over that nobody took up is never lifted',
    // A successor's failover would undrain the queue by itself: here none comes.
    story: {
      cluster: '{ "hosts": 3, "master_form": "promotable" }\n',
      commands: '+10s standby h1 h2 h3\n+60s unstandby h1\n',
    },
  },
];
