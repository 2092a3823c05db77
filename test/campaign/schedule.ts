// Random clusters and random stories in them, as fast-check makes and shrinks them.
import * as fc from 'fast-check';
import { parseCluster, type StoryCluster } from '../../src/simulate/story-cluster.ts';
import { parseCommands, type StoryCommand } from '../../src/simulate/story-commands.ts';

/** One random story: as a scenario folder's files, so that a failure can be read and kept as one. */
export interface Schedule {
  readonly cluster: string;
  readonly commands: string;
}

/** One thing that happens; hosts by number, folded into the cluster's size. */
export interface Happening {
  readonly afterS: number;
  readonly verb: string;
  readonly hosts: readonly number[];
  readonly detail: number;
}

export interface Kind {
  readonly weight: number;
  readonly verb: string;
  /** The words after the verb. */
  readonly words: (hosts: readonly string[], detail: number) => string;
}

const DAEMONS = ['luxid', 'wconfd', 'confd', 'noded', 'rapi'] as const;
const first = ([host = 'h1']: readonly string[]): string => host;
const all = (hosts: readonly string[]): string => hosts.join(' ');
const daemonOf = (hosts: readonly string[], detail: number): string =>
  `${first(hosts)} ${DAEMONS[detail % DAEMONS.length]}`;

/** Most calls have some dozens of steps, a start that waits for a failover many hundreds: 1 to 2,970, the first most often. */
const stepOf = (detail: number): number => Math.ceil(1.0008 ** detail);

/** What may happen, and how often; the words are those of the scenarios' commands. */
export const KINDS: readonly Kind[] = [
  { weight: 10, verb: 'power-off', words: all },
  { weight: 8, verb: 'power-on', words: all },
  { weight: 5, verb: 'cut', words: all },
  { weight: 5, verb: 'heal', words: all },
  { weight: 3, verb: 'fencing-fails', words: all },
  { weight: 3, verb: 'fencing-works', words: all },
  { weight: 2, verb: 'fencing-takes', words: (hosts, detail) => `${first(hosts)} ${(detail % 90) + 1}s` },
  {
    weight: 2,
    verb: 'skew',
    words: (hosts, detail) => `${first(hosts)} ${detail % 2 === 0 ? '-' : ''}${detail % 1200}s`,
  },
  { weight: 2, verb: 'notifies', words: (_, detail) => ['lost', 'twice', 'delivered'][detail % 3] ?? 'lost' },
  { weight: 5, verb: 'crash-agent', words: (hosts, detail) => `${first(hosts)} ${stepOf(detail)}` },
  { weight: 2, verb: 'master-failover', words: first },
  { weight: 2, verb: 'move', words: (hosts) => `ganeti-master ${first(hosts)}` },
  { weight: 1, verb: 'clear', words: () => 'ganeti-master' },
  { weight: 2, verb: 'standby', words: first },
  { weight: 2, verb: 'unstandby', words: first },
  { weight: 2, verb: 'stop-cluster', words: first },
  { weight: 2, verb: 'start-cluster', words: first },
  { weight: 1, verb: 'shutdown', words: first },
  { weight: 2, verb: 'kill-daemon', words: daemonOf },
  { weight: 1, verb: 'hang-daemon', words: daemonOf },
  { weight: 2, verb: 'jobs', words: (_, detail) => ['slow', 'failing', 'normal'][detail % 3] ?? 'slow' },
  { weight: 1, verb: 'delay-job', words: (hosts, detail) => `${first(hosts)} ${(detail % 120) + 1}s` },
  { weight: 1, verb: 'fence', words: ([host = 'h1', by = 'h2']) => `${host} ${by}` },
  { weight: 1, verb: 'maintenance', words: first },
  { weight: 1, verb: 'unmaintenance', words: first },
  { weight: 1, verb: 'cleanup', words: () => 'ganeti-master' },
  { weight: 1, verb: 'disk-full', words: first },
  { weight: 1, verb: 'disk-well', words: first },
  {
    weight: 2,
    verb: 'gnt-ha',
    words: ([host = 'h1', about = host], detail) =>
      [
        `${host} pause --for ${(detail % 20) + 1}m --reason=work`,
        `${host} resume --all`,
        `${host} release ${about} --yes`,
        `${host} readmit ${about}`,
      ][detail % 4] ?? '',
  },
  { weight: 1, verb: 'deaf-pacemaker', words: first },
  { weight: 2, verb: 'hearing-pacemaker', words: all },
  {
    weight: 1,
    verb: 'failovers',
    words: (_, detail) => ['exit-1-after', 'dies', 'normal'][detail % 3] ?? 'dies',
  },
];

export function happeningOf(kinds: readonly Kind[]): fc.Arbitrary<Happening> {
  return fc.record({
    afterS: fc.oneof({ weight: 3, arbitrary: fc.nat(5) }, { weight: 2, arbitrary: fc.nat(60) }, fc.nat(300)),
    verb: fc.oneof(...kinds.map(({ weight, verb }) => ({ weight, arbitrary: fc.constant(verb) }))),
    hosts: fc.array(fc.nat(39), { minLength: 1, maxLength: 4 }),
    detail: fc.nat(9999),
  });
}

/** A schedule costs by the square of its size; what small clusters do not show is mostly the brake and the pool. */
const size = fc.oneof(
  { weight: 25, arbitrary: fc.constant(2) },
  { weight: 60, arbitrary: fc.integer({ min: 3, max: 5 }) },
  { weight: 14, arbitrary: fc.integer({ min: 6, max: 12 }) },
  { weight: 1, arbitrary: fc.integer({ min: 13, max: 40 }) },
);

const TAGS = [
  'ocf:node-offline:max:1',
  'ocf:node-offline:max:1/3',
  'ocf:node-offline:evidence:lost',
  'ocf:node-offline:drain-on-leave',
  'ocf:node-offline:on-return:readmit',
  'ocf:ganeti-master:mode:full',
  'ocf:ganeti-node:mode:full',
] as const;

/** Two to forty hosts, one to ten happenings. */
export const schedules: fc.Arbitrary<Schedule> = fc
  .record({
    hosts: size,
    candidates: fc.integer({ min: 1, max: 40 }),
    tags: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.subarray([...TAGS])),
    notify: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
    reboot: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
    alert: fc.boolean(),
    monitorS: fc.constantFrom(20, 20, 30, 60),
    promotable: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, fc.constant(true)),
    happenings: fc.array(happeningOf(KINDS), { minLength: 1, maxLength: 10 }),
    oneName: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, fc.constant(true)),
  })
  .map(({ hosts, candidates, tags, notify, reboot, alert, monitorS, promotable, happenings, oneName }) => {
    const names = Array.from({ length: hosts }, (_, index) => `h${index + 1}`);
    const cluster = {
      hosts,
      candidates: names.slice(0, Math.min(candidates, 10, hosts)),
      ...(tags.length === 0 ? {} : { tags }),
      ...(notify ? {} : { notify }),
      ...(reboot ? { stonith_action: 'reboot' } : {}),
      ...(alert ? { alert } : {}),
      ...(monitorS === 20 ? {} : { monitor_seconds: monitorS }),
      ...(promotable ? { master_form: 'promotable' } : {}),
      ...(oneName ? { domain: '' } : {}),
    };
    return { cluster: `${JSON.stringify(cluster)}\n`, commands: commandsOf(happenings, names, KINDS) };
  });

export function commandsOf(
  happenings: readonly Happening[],
  names: readonly string[],
  kinds: readonly Kind[],
): string {
  return happenings
    .map(({ afterS, verb, hosts, detail }) => {
      const chosen = [...new Set(hosts.map((number) => names[number % names.length] ?? 'h1'))];
      const words = kinds.find((kind) => kind.verb === verb)?.words(chosen, detail) ?? '';
      return `+${afterS}s ${verb} ${words}`.trimEnd();
    })
    .join('\n')
    .concat('\n');
}

/** Throws StoryError: a schedule that cannot be read is a mistake of this file. */
export function storyOf({ cluster, commands }: Schedule): {
  readonly cluster: StoryCluster;
  readonly commands: readonly StoryCommand[];
} {
  return { cluster: parseCluster(cluster, 'cluster.json'), commands: parseCommands(commands, 'commands') };
}
