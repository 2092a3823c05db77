// What must hold of every node that our agents mark offline, by records that are not theirs: Ganeti's queue has the job
// and its moment, the fence device what it did, Pacemaker's log membership and quorum.
import { BRAKE_WINDOW_MS, brakeCapacity } from '../../../src/policy/brake.ts';
import type { Limit } from '../../../src/policy/limit.ts';
import { fullName } from '../network.ts';
import type { LabEvent } from '../timeline.ts';

/** A job of our agents that marks a host offline. */
export interface Offlining {
  readonly job: number;
  readonly host: string;
  /** When it was handed in, seconds since the epoch. */
  readonly t: number;
  /** The host whose agent handed it in. */
  readonly by: string;
}

/** Node names in one job of our agents. */
export interface NamedNodes {
  readonly job: number;
  readonly nodes: readonly unknown[];
}

export interface OffliningRecord {
  readonly hosts: readonly string[];
  /** Oldest first. */
  readonly offlinings: readonly Offlining[];
  readonly named: readonly NamedNodes[];
  /** Of hosts that were marked: when their offline job had failed or was withdrawn. */
  readonly undone: readonly { readonly host: string; readonly t: number }[];
  /** Of the time line since the drill began with the lab whole, in order. */
  readonly events: readonly LabEvent[];
  readonly limit: Limit | undefined;
  /** Hosts that the drill let be marked beyond the brake. */
  readonly released: readonly string[];
}

/** A look may be so old when its job is handed in: what was seen meanwhile it could not know. Seconds. */
const LOOK_S = 5;

/** A sentence for each thing that is wrong; none where all is sound. */
export function unsoundOfflinings(record: OffliningRecord): readonly string[] {
  return [
    ...record.offlinings.flatMap((one) => [
      ...unproven(one, record),
      ...notGone(one, record),
      ...withoutQuorum(one, record),
      ...beyondTheBrake(one, record),
    ]),
    ...record.named.flatMap((one) => misnamed(one, record)),
  ];
}

/** Since it was last a member for the host that handed the job in. */
function unproven({ job, host, t, by }: Offlining, { events }: OffliningRecord): readonly string[] {
  const joined = events.findLast((event) => event.host === by && isJoin(event, host) && event.t < t - LOOK_S);
  const done = events.some(
    (event) => event.host === host && event.t <= t && event.t >= (joined?.t ?? 0) && isPowerCut(event),
  );
  return done ? [] : [`job ${job} marked ${host} offline before its fence device had done anything`];
}

function isJoin({ event, value }: LabEvent, host: string): boolean {
  return event === 'membership' && value === `${host} member`;
}

/** `host`: whose power was cut. */
export function isPowerCut({ event, value }: LabEvent): boolean {
  return event === 'bmc-done' && (value === 'off' || value === 'reboot');
}

/** As the host that handed the job in saw it. */
function notGone({ job, host, t, by }: Offlining, { events }: OffliningRecord): readonly string[] {
  const seen = events.filter((event) => event.host === by && event.by === 'watch' && event.t <= t);
  const last = seen.findLast(({ event, value }) => event === 'membership' && value?.split(' ')[0] === host);
  // A Pacemaker that was started meanwhile says nothing of who was never there.
  if (last === undefined)
    return seen.some(({ event }) => event === 'up')
      ? []
      : [`job ${job} marked ${host} offline, which ${by} had not lost`];
  const isBack = isJoin(last, host) && last.t < t - LOOK_S;
  return isBack ? [`job ${job} marked ${host} offline, a member again for ${by}`] : [];
}

/** A host that has been switched on has none until its Pacemaker says so. */
function withoutQuorum({ job, host, t, by }: Offlining, { events }: OffliningRecord): readonly string[] {
  const last = events.findLast(({ host: of, event, value, t: at }) => {
    if (of !== by || (event !== 'quorum' && event !== 'up')) return false;
    return at <= (value === 'acquired' ? t : t - LOOK_S);
  });
  return last === undefined || last.value === 'acquired'
    ? []
    : [`job ${job} marked ${host} offline from ${by}, which had no quorum`];
}

function beyondTheBrake(one: Offlining, record: OffliningRecord): readonly string[] {
  const { hosts, limit, released, offlinings } = record;
  if (released.includes(one.host)) return [];
  const others = offlinings.filter(
    (other) =>
      other.host !== one.host &&
      other.t <= one.t &&
      one.t - other.t < BRAKE_WINDOW_MS / 1000 &&
      !gaveItsPlaceBack(other, one.t, record),
  );
  const places = brakeCapacity(limit, hosts.length);
  const used = new Set(others.map(({ host }) => host)).size;
  return used < places
    ? []
    : [`job ${one.job} marked ${one.host} offline beyond the brake: ${used} of ${places} were before it`];
}

/** Its job came to nothing, or some host's ssconf had it offline and has it no more. */
function gaveItsPlaceBack(
  { host, t }: Offlining,
  until: number,
  { hosts, events, undone }: OffliningRecord,
): boolean {
  if (undone.some((end) => end.host === host && end.t > t && end.t <= until)) return true;
  const meanwhile = events.filter(
    (event) => event.event === 'offline_nodes' && event.value !== null && event.t > t && event.t <= until,
  );
  return hosts.some((seer) => {
    const seen = meanwhile.filter((event) => event.host === seer).map(({ value }) => value?.split(' ') ?? []);
    const first = seen.findIndex((nodes) => nodes.includes(fullName(host)));
    return first >= 0 && seen.slice(first).some((nodes) => !nodes.includes(fullName(host)));
  });
}

function misnamed({ job, nodes }: NamedNodes, { hosts }: OffliningRecord): readonly string[] {
  const known = new Set<unknown>(hosts.map(fullName));
  return nodes
    .filter((node) => !known.has(node))
    .map((node) => `job ${job} names ${JSON.stringify(node)}, which is no node of the cluster`);
}
