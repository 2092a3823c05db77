// Where the instances of a lab really run, by what the hosts' watchers saw; whatever Ganeti believes.
import type { Lab } from './cluster.ts';
import { domain } from './network.ts';
import { firstEvent, type LabEvent, readTimeline } from './timeline.ts';

/** Hosts where the hypervisor runs the instance now. */
export function runsOn(lab: Lab, name: string): readonly string[] {
  const running = runningNow(readTimeline(lab));
  return lab.hosts.filter((host) => running.get(host)?.includes(`${name}.${domain}`));
}

/** Instances that two hosts ran at the same moment since `since` (seconds); a live migration does that for an instant. */
export function ranTwice(lab: Lab, since: number): readonly string[] {
  const events = readTimeline(lab).filter(({ event }) => CHANGES.includes(event));
  const twice = events.flatMap(({ t, host, value }, index) => {
    if (t < since || value === null) return [];
    const running = runningNow(events.slice(0, index + 1));
    const here = running.get(host) ?? [];
    const others = [...running].filter(([other]) => other !== host);
    return others.flatMap(([other, names]) =>
      names.filter((name) => here.includes(name)).map((name) => `${name} on ${host} and ${other}`),
    );
  });
  return [...new Set(twice)];
}

/** A host that loses its power runs nothing; after a boot its watcher begins anew. */
const CHANGES = ['instances', 'power-off', 'boot'];

/** Full names by host, after these events. */
function runningNow(events: readonly LabEvent[]): ReadonlyMap<string, readonly string[]> {
  const last = new Map(
    events.filter(({ event }) => CHANGES.includes(event)).map((event) => [event.host, event]),
  );
  return new Map(
    [...last].map(([host, { event, value }]) => [
      host,
      event === 'instances' ? (value ?? '').split(' ').filter((name) => name !== '') : [],
    ]),
  );
}

/** When a host other than `old` first ran the instance after `since` (seconds); undefined while none does. */
export function movedAt(
  lab: Lab,
  name: string,
  old: string,
  since: number,
): { readonly at: number; readonly host: string } | undefined {
  const event = firstEvent(
    readTimeline(lab),
    since,
    ({ host, event, value }) =>
      host !== old && event === 'instances' && (value ?? '').split(' ').includes(`${name}.${domain}`),
  );
  return event === undefined ? undefined : { at: event.t, host: event.host };
}
