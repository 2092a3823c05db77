// Invariant 8, and that nothing runs twice: by where instances are in the simulated world, whatever Ganeti says of it.

import type { SimGaneti } from '../../src/simulate/ganeti.ts';
import type { Stage } from '../../src/simulate/story-verbs.ts';
import type { SimHost } from '../../src/simulate/world.ts';
import { observeLuxid } from './observe-luxid.ts';
import { DATA, type Watched } from './violation.ts';

type Truth = ReturnType<SimGaneti['instances']>[number];

/** A host that came into corosync's ring later than so long before the job was handed in could not be seen by its look. */
const LOOK_MS = 500;
/** From there to the job's work: no monitor has come by to take it back. */
const AT_ONCE_MS = 10_000;
const RING = /^corosync: ring \d+: ([^(]*)/;

/** A failover to a secondary that has missed the last seconds gives them up: what ran on counts from then on, by Ganeti. */
const GIVEN_UP = /^(\S+?): the copy here falls behind/;

/** Lines of the log with which the whereabouts of an instance or of its data change. */
const CHANGE = /^(\S+?):? (?:runs here|empty disks|installed anew|the copy here is removed)/;

export function watchInstances({ stage, tell }: Watched): (text: string) => void {
  const { ganeti, world } = stage;
  const known = new Map<string, Truth>();
  for (const one of ganeti.instances()) known.set(one.entry.name, one);
  /** Of hosts that have booted in the story: when each came into a ring with which others. */
  const metMs = new Map<string, Map<string, number>>();
  world.hooks.push({ booted: ({ name }) => void metMs.set(name, new Map()) });
  /** Of an instance that gets new disks: when, and by which master. */
  const asked = new Map<unknown, { readonly ms: number; readonly by: SimHost }>();
  observeLuxid(stage, {
    asked: (by, ops) => {
      for (const { OP_ID: id, instance_name: name } of ops)
        if (id === 'OP_INSTANCE_RECREATE_DISKS') asked.set(name, { ms: world.clock.now(), by });
    },
  });
  const isUnseen = (host: SimHost, name: string): boolean => {
    const job = asked.get(name);
    const met = metMs.get(host.name);
    if (job === undefined || met === undefined) return false;
    const seen = met.get(job.by.name);
    // Fenced, and switched on again while nobody reaches it, or only others that are cut off.
    if (seen === undefined && !world.connected(job.by, host)) return true;
    return (seen === undefined || seen > job.ms - LOOK_MS) && world.clock.now() - job.ms < AT_ONCE_MS;
  };
  return (text) => {
    const ring = RING.exec(text)?.[1]?.trim().split(' ') ?? [];
    for (const on of ring) {
      const met = metMs.get(on);
      for (const other of ring) if (met?.has(other) === false) met.set(other, world.clock.now());
    }
    const [, name] = CHANGE.exec(text) ?? GIVEN_UP.exec(text) ?? [];
    if (name === undefined) return;
    const before = known.get(name);
    const instance = ganeti.instances().find(({ entry }) => entry.name === name);
    if (before === undefined || instance === undefined) return;
    known.set(name, instance);
    if (GIVEN_UP.test(text)) return;
    const runsOn = instance.runsOn.filter((host) => !isGivenUp(stage, host));
    if (runsOn.length > 1) tell(DATA, `${name} runs on ${runsOn.join(' and ')}`);
    const kept = goodCopies(instance);
    const lost = goodCopies(before).filter((on) => !kept.includes(on));
    if (lost.length > 0 && kept.length === 0)
      tell(DATA, `${name}: its last good copy, on ${lost.join(' ')}, is gone`);
    if (!text.endsWith('empty disks')) return;
    // What is left elsewhere is no copy of Ganeti's any more.
    const living = goodCopies(before).filter((on) => {
      const host = world.host(on);
      return on === 'shared' || (host?.on === true && !isUnseen(host, name) && !isGivenUp(stage, on));
    });
    if (living.length > 0) tell(DATA, `${name} gets empty disks while ${living.join(' ')} holds a good copy`);
  };
}

/** Where the data is that the instance had at first, or since it was last installed anew. */
function goodCopies({ copies }: Truth): readonly string[] {
  const good = copies.filter(({ copy }) => copy.state === 'good');
  const newest = Math.max(...good.map(({ copy }) => copy.installation));
  return good.filter(({ copy }) => copy.installation === newest).map(({ on }) => on);
}

/**
 * A person has marked it offline, nobody can see that it lives, and Pacemaker does not miss it: then the person's word
 * counts.
 */
function isGivenUp({ ganeti, world, pacemaker }: Stage, name: string): boolean {
  const host = world.host(name);
  const master = world.host(ganeti.masterByConfig());
  if (host === undefined || master === undefined || world.connected(master, host)) return false;
  const seen = new RegExp(`<node name="${name}"[^>]*>`).exec(pacemaker.crmMon(master.name) ?? '')?.[0];
  if (seen === undefined || / (?:unclean|expected_up)="true"/.test(seen)) return false;
  return ganeti
    .jobs()
    .some(({ ops }) =>
      ops.some(
        (op) =>
          op.offline === true &&
          op.node_name === host.ganetiName &&
          JSON.stringify(op.reason).includes('gnt:client:gnt-node'),
      ),
    );
}
