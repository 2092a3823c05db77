import type { RunOptions, World } from './world.ts';

const SSCONF = '/var/lib/ganeti/ssconf_master_node';
export const PROBE: RunOptions = { meta: { interval: '0' } };
export const RECURRING: RunOptions = {};

export type Preparation = (world: World) => unknown;

export const markMaster: Preparation = (world) => world.put('/run/ganeti-ha/master.started', '1\n');
export const markNode: Preparation = (world) => world.put('/run/ganeti-ha/node.started', '1\n');
export const votesAgainst: Preparation = async (world) => {
  for (const node of ['h2', 'h3']) await world.confd(node, { master: 'h2.lab.test', serial: 11 });
};
export const votesFor: Preparation = async (world) => {
  for (const node of ['h1', 'h2', 'h3']) await world.confd(node);
};
const oneAgainstAtSameSerial: Preparation = (world) => world.confd('h2', { master: 'h2.lab.test' });

/** Every way of not knowing: for the master agent doubt is an error with a reason, never 7 and never 0. */
export const DOUBT: readonly {
  readonly what: string;
  readonly reason: RegExp;
  readonly prepare: Preparation;
}[] = [
  {
    what: 'ssconf_master_node is missing beside the rest of ssconf',
    reason: /^GNH006 .*ssconf_master_node/,
    prepare: (world) => world.remove(SSCONF),
  },
  {
    what: 'ssconf_master_node cannot be read',
    reason: /^GNH006 .*EISDIR/,
    prepare: (world) => {
      world.remove(SSCONF);
      world.put(`${SSCONF}/in-the-way`, '');
    },
  },
  {
    what: 'ssconf_master_node holds bytes that are no text',
    reason: /^GNH006 /,
    prepare: (world) => world.put(SSCONF, Buffer.from([0xff, 0xfe, 0, 10])),
  },
  { what: 'ssconf_master_node is empty', reason: /^GNH006 /, prepare: (world) => world.put(SSCONF, '') },
  {
    what: 'ssconf_master_node names two masters',
    reason: /^GNH006 /,
    prepare: (world) => world.put(SSCONF, 'h1.lab.test\nh2.lab.test\n'),
  },
  {
    what: 'the node list is torn',
    reason: /^GNH006 .*ssconf_node_list/,
    prepare: async (world) => {
      await votesFor(world);
      world.put('/var/lib/ganeti/ssconf_node_list', 'h1.lab.test\n\nh2');
    },
  },
  { what: 'nobody can be asked and no luxid runs', reason: /^GNH110 .*no answer from h2/, prepare: () => {} },
  {
    what: 'nobody can be asked and luxid hangs',
    reason: /^GNH110 /,
    prepare: async (world) => {
      (await world.luxid()).hung = true;
    },
  },
  {
    what: 'one other candidate claims the role with the same configuration serial',
    reason: /^GNH110 /,
    prepare: oneAgainstAtSameSerial,
  },
];
