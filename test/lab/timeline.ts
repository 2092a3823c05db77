// What happened in a lab, from all hosts' watchers and the lab itself, on one clock.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from './cluster.ts';
import { fullName } from './network.ts';
import { NotYet } from './wait.ts';

export interface LabEvent {
  /** Seconds since the epoch. */
  readonly t: number;
  /** Whose event: the observing host, or the host the lab did something to. */
  readonly host: string;
  readonly by: 'watch' | 'lab';
  /**
   * From watchers: up, master_node, offline_nodes, master_candidates (ssconf), luxid (answers, silent), instances (that
   * run on the host), membership ("h3 lost"), quorum (acquired, lost), fenced ("off h3"), fencing-failed. From the lab: boot, power-off, network-cut, network-healed,
   * bmc-asked, bmc-refused, bmc-done.
   */
  readonly event: string;
  /** null: the file could not be read. */
  readonly value: string | null;
}

/** Every event so far, in order. Hosts' events survive their power cuts. */
export function readTimeline(lab: Lab): readonly LabEvent[] {
  const files = [
    join(lab.paths.run, 'timeline'),
    ...lab.hosts.map((host) => join(lab.paths.shared, host, 'timeline')),
  ];
  const lines = files
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'));
  // A power cut may leave half a line.
  const whole = lines.filter((line) => line.endsWith('}'));
  return whole.map((line) => JSON.parse(line) as LabEvent).sort((a, b) => a.t - b.t);
}

/** The first event at or after `since` (seconds) that `wanted` accepts. */
export function firstEvent(
  events: readonly LabEvent[],
  since: number,
  wanted: (event: LabEvent) => boolean,
): LabEvent | undefined {
  return events.find((event) => event.t >= since && wanted(event));
}

/** Seconds since the epoch, or undefined while it has not happened. */
export interface FailoverMoments {
  /** The first host noticed that the dead one is lost. */
  readonly detected: number | undefined;
  /** Pacemaker's fencer reported success. */
  readonly fenced: number | undefined;
  /** The new master's luxid answered (only where the dead host was the master). */
  readonly masterUp: number | undefined;
  readonly masterHost: string | undefined;
  /** The dead host is among the offline nodes in some living host's ssconf; the job still goes on. */
  readonly marked: number | undefined;
}

export interface OfflineMoments extends FailoverMoments {
  /** The job that marked it offline is done. */
  readonly offline: number;
}

/** What followed the death of `victim` at `since`. */
export function failoverMoments(lab: Lab, victim: string, since: number): FailoverMoments {
  const events = readTimeline(lab);
  const at = (wanted: (event: LabEvent) => boolean) => firstEvent(events, since, wanted)?.t;
  const others = (event: LabEvent) => event.by === 'watch' && event.host !== victim;
  const up = firstEvent(
    events,
    since,
    (event) => others(event) && event.event === 'luxid' && event.value === 'answers',
  );
  const names = (event: LabEvent) => event.value?.split(' ') ?? [];
  return {
    detected: at(
      (event) => others(event) && event.event === 'membership' && event.value === `${victim} lost`,
    ),
    fenced: at((event) => event.event === 'fenced' && names(event)[1] === victim && names(event)[0] !== 'on'),
    masterUp: up?.t,
    masterHost: up?.host,
    marked: at(
      (event) => others(event) && event.event === 'offline_nodes' && names(event).includes(fullName(victim)),
    ),
  };
}

/** Waits until the job that marks `victim` offline in Ganeti is done, and returns all moments. */
export async function waitForOffline(
  lab: Lab,
  victim: string,
  since: number,
  timeoutMs: number,
): Promise<OfflineMoments> {
  return await lab.waitFor(
    `${victim} marked offline in Ganeti`,
    async () => {
      const moments = failoverMoments(lab, victim, since);
      if (moments.marked === undefined) return new NotYet(JSON.stringify(moments));
      const jobs = (await lab.gntJobs()).filter(
        ({ summary, ended = 0 }) =>
          summary.includes(`NODE_SET_PARAMS(${fullName(victim)})`) && ended >= since,
      );
      const job = jobs.find(({ status }) => status === 'success');
      return job?.ended === undefined
        ? new NotYet(JSON.stringify({ moments, jobs }))
        : { ...moments, offline: job.ended };
    },
    timeoutMs,
  );
}
