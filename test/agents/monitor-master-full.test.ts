import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { inWorld } from './in-world.ts';
import { markMaster, type Preparation } from './monitor-states.ts';

describe('full mode of ganeti-master', { concurrency: 3 }, () => {
  const FULL: readonly {
    readonly what: string;
    readonly code: number;
    readonly reason: RegExp;
    readonly prepare: Preparation;
  }[] = [
    {
      what: 'a luxid that hangs is a failure',
      code: 1,
      reason: /^GNH111 /,
      prepare: async (world) => {
        (await world.luxid()).hung = true;
      },
    },
    { what: 'a missing luxid is a failure', code: 1, reason: /^GNH111 /, prepare: () => {} },
    {
      what: 'a missing master IP is a failure',
      code: 1,
      reason: /^GNH114 .*192\.0\.2\.7/,
      prepare: async (world) => {
        await world.luxid();
        world.put('/var/lib/ganeti/ssconf_master_ip', '192.0.2.7\n');
      },
    },
    {
      what: 'a rapi that does not listen is a failure',
      code: 1,
      reason: /^GNH113 /,
      prepare: async (world) => {
        await world.luxid();
        world.put(
          '/proc/net/tcp',
          '  sl  local_address rem_address   st\n   0: 0100007F:0714 00000000:0000 0A\n',
        );
      },
    },
    {
      what: 'a drained queue is only shown',
      code: 190,
      reason: /^GNH115 /,
      prepare: async (world) => {
        (await world.luxid()).drained = true;
      },
    },
    { what: 'all being well is success', code: 0, reason: /^$/, prepare: (world) => world.luxid() },
  ];

  for (const { what, code, reason, prepare } of FULL) {
    for (const [how, world, options] of [
      ['by parameter', {}, { parameters: { mode: 'full' } }],
      ['by tag', { tags: ['ocf:ganeti-master:mode:full'] }, {}],
      ['by check level', {}, { vars: { OCF_CHECK_LEVEL: '10' } }],
    ] as const) {
      inWorld(`in full mode ${how} of ganeti-master ${what}`, world, async (made) => {
        await markMaster(made);
        await prepare(made);
        const run = await made.run('ganeti-master', 'monitor', options);
        assert.equal(run.code, code, run.stderr);
        assert.match(run.told, reason);
      });
    }
  }
});
