// What must hold in every drill, whatever its story: looked for in states, ledgers and logs of all hosts.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Limit } from '../../../src/policy/limit.ts';
import { startedOn } from '../configure.ts';
import { type Lab, NotYet } from '../lab.ts';
import { shortName } from '../network.ts';
import { type LabEvent, readTimeline } from '../timeline.ts';
import type { Decision } from './decisions.ts';
import { offliningRecord } from './offlining-record.ts';
import { isPowerCut, unsoundOfflinings } from './sound-offlinings.ts';

/** Where the looking back begins. */
export interface Mark {
  /** Seconds since the epoch. */
  readonly since: number;
  /** How long each host's Pacemaker log was. */
  readonly logs: ReadonlyMap<string, number>;
}

/** What a drill's story expects to have happened; everything else that is listed here must not have. */
export interface Expected {
  /** Hosts whose fencing succeeded since the drill began. */
  readonly fenced?: readonly string[];
  /** Hosts that our agents marked offline since the drill began. */
  readonly offlined?: readonly string[];
  /** Hosts that are offline in Ganeti now. */
  readonly offlineNow?: readonly string[];
  /** Agent actions that may have ended badly, as in `ganeti-node monitor on h2: error (SIMULATED`. */
  readonly failures?: readonly RegExp[];
  /** No master is expected now: no quorum, or nobody may take the role. */
  readonly noMaster?: boolean;
  /** What the brake lets through, where the drill has set it. */
  readonly limit?: Limit;
  /** Hosts that the drill has let be marked beyond the brake. */
  readonly released?: readonly string[];
  /** Tenths of a second decide which of these is decided; the drill's scenario tells one of them. */
  readonly decided?: readonly (readonly Decision[])[];
}

export function markNow(lab: Lab): Mark {
  return {
    since: Date.now() / 1000,
    logs: new Map(lab.hosts.map((host) => [host, pacemakerLog(lab, host).length])),
  };
}

/** Throws AssertionError at the first invariant that does not hold. */
export async function checkInvariants(lab: Lab, mark: Mark, expected: Expected = {}): Promise<void> {
  checkHistory(lab, mark, expected);
  if (expected.noMaster) {
    assert.deepEqual(await answeringMasters(lab), [], 'hosts where luxid answers as master');
    return;
  }
  const master = await oneMasterEverywhere(lab);
  await offlineIsExactly(lab, master, expected);
}

/** The part that asks nobody: what the lab's folder tells of the time since the mark. */
export function checkHistory(lab: Lab, mark: Mark, expected: Expected = {}): void {
  onlyTheVictimsWereFenced(lab, mark, expected);
  everyOffliningHasEvidence(lab, mark, expected);
  everyOffliningIsSound(lab, mark, expected);
  nobodyElseWasOffline(lab, mark, expected);
  noActionFailed(lab, mark, expected);
  neverTwoMasters(lab, mark);
}

/** Hosts that believe themselves Ganeti's master and whose luxid answers; also those that are cut off. */
export async function answeringMasters(lab: Lab): Promise<readonly string[]> {
  const hosts = await lab.hostsOn();
  // Without a luxid the command would take 15 s and more to say so.
  const ask =
    'test "$(cat /var/lib/ganeti/ssconf_master_node)" = "$(hostname --fqdn)" && pgrep -x ganeti-luxid >/dev/null && gnt-cluster info >/dev/null';
  const answers = await Promise.all(
    hosts.map((host) => lab.exec(host, ask, { check: false, timeoutMs: 15_000 })),
  );
  return hosts.filter((_, index) => answers[index]?.code === 0);
}

/** Exactly one luxid answers, and Pacemaker has the role Started exactly there. The moment of a move may pass. */
async function oneMasterEverywhere(lab: Lab): Promise<string> {
  return await lab.waitFor(
    'one Ganeti master, and Pacemaker has ganeti-master started exactly there',
    async () => {
      const [masters, xml] = await Promise.all([answeringMasters(lab), lab.crmMon()]);
      const started = startedOn(xml, 'ganeti-master');
      const [master] = masters;
      const agreed = masters.length === 1 && started.length === 1 && started[0] === master;
      return agreed && master !== undefined
        ? master
        : new NotYet(`luxid answers on [${masters.join(' ')}], Pacemaker has it on [${started.join(' ')}]`);
    },
    30_000,
  );
}

async function offlineIsExactly(lab: Lab, master: string, { offlineNow = [] }: Expected): Promise<void> {
  const nodes = await lab.gntNodeFlags(master);
  const offline = [...nodes].flatMap(([host, { role }]) => (role === 'offline' ? [host] : []));
  assert.deepEqual(offline.sort(), offlineNow.toSorted(), 'hosts that are offline in Ganeti');
}

function onlyTheVictimsWereFenced(lab: Lab, mark: Mark, { fenced = [] }: Expected): void {
  const victims = [...new Set(fencingsSince(lab, mark).map(({ host }) => host))].sort();
  assert.deepEqual(victims, fenced.toSorted(), 'hosts that were fenced');
}

/** `host`: whose power was cut; `value`: off, or reboot. */
export function fencingsSince(lab: Lab, mark: Mark): readonly LabEvent[] {
  return eventsSince(lab, mark).filter(isPowerCut);
}

interface Line {
  readonly at: number;
  readonly event: string;
  readonly trigger?: string;
  readonly node?: string;
  readonly hold?: string;
  readonly because?: string;
  readonly text?: string;
  readonly from?: string;
  readonly to?: string;
  readonly power?: string;
  readonly what?: string;
  readonly outcome?: string;
  readonly result?: string;
  readonly nodes?: readonly string[];
  readonly job?: number;
}

export interface LedgerOfHost extends Line {
  /** Whose ledger has it. */
  readonly host: string;
}

/** What the ledgers of all hosts noted since the mark, oldest first; also of hosts that are off. */
export function ledgerSince(lab: Lab, mark: Mark): readonly LedgerOfHost[] {
  const lines = lab.hosts.flatMap((host) =>
    diskText(lab, host, 'var/lib/ganeti-ha/ledger.jsonl')
      .split('\n')
      .filter((line) => line.endsWith('}')) // a power cut may leave half a line
      .map((line) => ({ ...(JSON.parse(line) as Line), host })),
  );
  return lines.filter(({ at }) => at >= mark.since * 1000).sort((a, b) => a.at - b.at);
}

function everyOffliningHasEvidence(lab: Lab, mark: Mark, { offlined = [] }: Expected): void {
  const submitted = ledgerSince(lab, mark).filter(({ event }) => event === 'offline-submitted');
  for (const { node = '', because = '' } of submitted) {
    const host = shortName(node);
    assert.match(because, new RegExp(`${host}\\b.* fenced`), `the evidence for marking ${node} offline`);
  }
  const hosts = [...new Set(submitted.map(({ node = '' }) => shortName(node)))].sort();
  assert.deepEqual(hosts, offlined.toSorted(), 'hosts that our agents marked offline');
}

/** By the records of others: the fence device, Ganeti's queue, Pacemaker's log. */
function everyOffliningIsSound(lab: Lab, mark: Mark, expected: Expected): void {
  const [ledger, events] = [ledgerSince(lab, mark), eventsSince(lab, mark)];
  const record = offliningRecord(lab, mark.since, ledger, events, expected);
  const hosts = [...new Set(record.offlinings.map(({ host }) => host))].sort();
  assert.deepEqual(
    hosts,
    expected.offlined?.toSorted() ?? [],
    "hosts that our jobs in Ganeti's queue mark offline",
  );
  assert.deepEqual(unsoundOfflinings(record), [], 'offlinings without all that policy asks for');
}

/** Whoever did it, and also if it was undone since: what the hosts' ssconf said meanwhile. */
function nobodyElseWasOffline(lab: Lab, mark: Mark, { offlined = [], offlineNow = [] }: Expected): void {
  const expected = [...offlined, ...offlineNow];
  const others = eventsSince(lab, mark).flatMap(({ t, host, event, value }) => {
    if (event !== 'offline_nodes' || value === null || value === '') return [];
    const wrong = value.split(' ').filter((node) => !expected.includes(shortName(node)));
    return wrong.map((node) => `${node}, by ssconf on ${host} at ${t}`);
  });
  assert.deepEqual(others, [], 'nodes that were offline for a while');
}

const RESULT = /Result of (\w+) operation for (ganeti-\w+)(?::\d+)? on (\S+): (.*)/;

/** Read from the logs of all hosts: a record in the CIB is replaced by the next action's. */
function noActionFailed(lab: Lab, mark: Mark, { failures = [] }: Expected): void {
  const bad = lab.hosts.flatMap((host) =>
    logLinesSince(lab, mark, host).flatMap((line) => {
      if (line.includes('might be active on')) return [line];
      const [, action = '', resource, on, result = ''] = RESULT.exec(line) ?? [];
      if (resource === undefined || isFine(action, result)) return [];
      return [`${resource} ${action} on ${on}: ${result}`];
    }),
  );
  const unexpected = bad.filter((line) => !failures.some((pattern) => pattern.test(line)));
  assert.deepEqual(unexpected, [], 'agent actions that ended badly');
}

function isFine(action: string, result: string): boolean {
  // Degraded (190, 191) is a success with a reason, a recurring monitor is cancelled before a stop; "not running" is
  // an answer to a probe only.
  return (
    /^(ok|OCF_DEGRADED|OCF_DEGRADED_PROMOTED|Cancelled)\b|^promoted\b(?! \(failed\))/.test(result) ||
    (action === 'probe' && result.startsWith('not running'))
  );
}

/** luxid is asked once a second while it answers, so its end is seen up to a second late. */
const SEEN_LATE_S = 1.5;

/** From the watchers' time line: on no two hosts did luxid answer at the same time. */
function neverTwoMasters(lab: Lab, mark: Mark): void {
  const answering = new Map<string, number>();
  const noOverlap = (host: string, until: number) => {
    const from = answering.get(host);
    if (from === undefined || until < mark.since) return;
    for (const [other, otherFrom] of answering) {
      const seconds = other === host ? 0 : until - Math.max(from, otherFrom);
      assert.ok(seconds <= SEEN_LATE_S, `luxid answered on ${host} and ${other} at once for ${seconds} s`);
    }
  };
  for (const { t, host, event, value } of readTimeline(lab)) {
    if (event === 'luxid' && value === 'answers') {
      answering.set(host, t);
    } else if (event === 'luxid' || event === 'power-off') {
      noOverlap(host, t);
      answering.delete(host);
    }
  }
  for (const host of answering.keys()) noOverlap(host, Date.now() / 1000);
}

function eventsSince(lab: Lab, mark: Mark): readonly LabEvent[] {
  return readTimeline(lab).filter(({ t }) => t >= mark.since);
}

/** What Pacemaker logged on a host since the mark, also before a power cut. */
export function logLinesSince(lab: Lab, mark: Mark, host: string): readonly string[] {
  return pacemakerLog(lab, host)
    .subarray(mark.logs.get(host) ?? 0)
    .toString('utf8')
    .split('\n');
}

function pacemakerLog(lab: Lab, host: string): Buffer {
  const file = join(lab.paths.disks, host, 'upper/var/log/pacemaker/pacemaker.log');
  return existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
}

/** The upper of a host's overlay has what the host wrote, whether it is on or off. */
function diskText(lab: Lab, host: string, path: string): string {
  const file = join(lab.paths.disks, host, 'upper', path);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
