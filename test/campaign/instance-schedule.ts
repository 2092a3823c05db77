// Random clusters with instances whose repair is allowed, and random stories in them.
import * as fc from 'fast-check';
import { commandsOf, happeningOf, KINDS, type Kind, type Schedule } from './schedule.ts';

const INSTANCES = ['a1', 'a2', 'a3', 'a4'] as const;
/** Of those that every schedule has. */
const FEWEST = 2;
const instanceOf = (detail: number): string => INSTANCES[detail % FEWEST] ?? 'a1';
const PREFIX = 'ganeti:watcher:autorepair:';
const POLICIES = ['fix-storage', 'migrate', 'failover', 'reinstall'] as const;
const TEMPLATES = ['drbd', 'drbd', 'sharedfile', 'plain', 'plain', 'diskless'] as const;

/** What happens to instances and to the nodes they are on, besides all that happens to hosts. */
const OF_INSTANCES: readonly Kind[] = [
  { weight: 8, verb: 'drain', words: ([host = 'h1']) => host },
  { weight: 3, verb: 'set-offline', words: ([host = 'h1']) => host },
  { weight: 3, verb: 'set-online', words: ([host = 'h1']) => host },
  { weight: 4, verb: 'undrain', words: ([host = 'h1']) => host },
  {
    weight: 4,
    verb: 'instance-jobs',
    words: (_, detail) =>
      ['slow', 'failing', 'stuck', 'without-room', 'normal', 'normal'][detail % 6] ?? 'normal',
  },
  { weight: 2, verb: 'migrate-instance', words: (_, detail) => instanceOf(detail) },
  { weight: 2, verb: 'stop-instance', words: (_, detail) => instanceOf(detail) },
  { weight: 2, verb: 'start-instance', words: (_, detail) => instanceOf(detail) },
  {
    weight: 2,
    verb: 'tag-instance',
    words: (_, detail) =>
      `${instanceOf(detail)} ${PREFIX}${detail % 3 === 0 ? `pending:reinstall:once${detail}:1767225700:` : 'suspend'}`,
  },
  { weight: 2, verb: 'untag-instance', words: (_, detail) => `${instanceOf(detail)} ${PREFIX}suspend` },
  { weight: 3, verb: 'watcher', words: ([host = 'h1']) => host },
  { weight: 3, verb: 'gnt-ha', words: () => 'master repair' },
];

const ALL = [...KINDS, ...OF_INSTANCES];

const instance = fc.record({
  template: fc.constantFrom(...TEMPLATES),
  nodes: fc.uniqueArray(fc.nat(5), { minLength: 2, maxLength: 2 }),
  down: fc.oneof({ weight: 2, arbitrary: fc.constant(false) }, fc.constant(true)),
});

/** Three to six hosts, all of which may take the role; policy on the cluster. */
export const instanceSchedules: fc.Arbitrary<Schedule> = fc
  .record({
    hosts: fc.integer({ min: 3, max: 6 }),
    policy: fc.constantFrom(...POLICIES, 'reinstall', 'reinstall', 'reinstall'),
    many: fc.boolean(),
    readmit: fc.boolean(),
    small: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
    instances: fc.array(instance, { minLength: FEWEST, maxLength: INSTANCES.length }),
    happenings: fc.array(happeningOf(ALL), { minLength: 1, maxLength: 10 }),
  })
  .map(({ hosts, policy, many, readmit, small, instances, happenings }) => {
    const names = Array.from({ length: hosts }, (_, index) => `h${index + 1}`);
    const node = (number: number | undefined): string => names[(number ?? 0) % hosts] ?? 'h1';
    const cluster = {
      hosts,
      tags: [
        `${PREFIX}${policy}`,
        ...(many ? ['ocf:node-offline:max:2'] : []),
        ...(readmit ? ['ocf:node-offline:on-return:readmit'] : []),
      ],
      ...(small ? { node_memory: 2_048 } : {}),
      instances: instances.map(({ template, nodes: [first = 0, second = 1], down }, index) => {
        const other = node(first) === node(second) ? node(first + 1) : node(second);
        return {
          ...{ name: INSTANCES[index], template, primary: node(first) },
          ...(template === 'drbd' ? { secondary: other } : {}),
          ...(down ? { admin: 'down' } : {}),
        };
      }),
    };
    return { cluster: `${JSON.stringify(cluster)}\n`, commands: commandsOf(happenings, names, ALL) };
  });
