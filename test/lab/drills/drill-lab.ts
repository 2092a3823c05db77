// A drill's stage: a real lab that is whole before each drill, and what is done with it when a drill fails.
import { basename, join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import type { ConfigureOptions } from '../configure.ts';
import { configureCrmsh, configurePcs, startedOn } from '../configure.ts';
import { findHolder } from '../holder/client.ts';
import { closeLab, type Lab, labAt, NotYet, openLab } from '../lab.ts';
import { fullName } from '../network.ts';
import { labPaths } from '../paths.ts';
import { readTimeline } from '../timeline.ts';
import { agreesWithScenario } from './agreement.ts';
import { checkInvariants, type Expected, type Mark, markNow } from './invariants.ts';
import { outcomeSince } from './outcome.ts';

export interface DrillOptions {
  readonly hosts: number;
  /** Which of the documented snippets configures the resources; default pcs. */
  readonly snippet?: 'pcs' | 'crmsh' | 'pcs-promotable';
  readonly configure?: ConfigureOptions;
}

/** One drill as its story sees it. */
export interface Scene {
  readonly lab: Lab;
  readonly t: TestContext;
  /** When the drill began: what the invariants look back to. */
  readonly mark: Mark;
  /** Checks all invariants at this point of the story; they are checked once more at its end. */
  check(expected?: Expected): Promise<void>;
}

export interface Drills {
  /**
   * The story returns what it expects to have happened at its end; nothing bad by default. What was decided, and what
   * Pacemaker did, must be what is decided and done in the scenario of the same title (agreement.ts).
   */
  drill(title: string, story: (scene: Scene) => Promise<Expected | undefined>): void;
}

/**
 * Registers the hooks that open a lab for all drills of this file and end it, also after a failure. Drills run in
 * order on the same lab; after a failed one the rest is skipped, since the lab is in no known state then.
 */
export function drillsOn(options: DrillOptions): Drills {
  let opened: Lab | undefined;
  let failed: string | undefined;
  before(async () => {
    opened = await openDrillLab(options);
  });
  after(async () => {
    if (opened !== undefined) await closeLab(opened);
  });
  const drill: Drills['drill'] = (title, story) => {
    test(title, async (t) => {
      if (opened === undefined || failed !== undefined)
        return t.skip(`"${failed}" left the lab in no known state`);
      failed = title;
      await play(opened, t, title, story);
      failed = undefined;
    });
  };
  return { drill };
}

async function play(
  lab: Lab,
  t: TestContext,
  title: string,
  story: (scene: Scene) => Promise<Expected | undefined>,
): Promise<void> {
  const began = Date.now() / 1000;
  try {
    await waitUntilWhole(lab);
    const mark = markNow(lab);
    const master = await lab.ganetiMaster();
    const check = (expected: Expected = {}) => checkInvariants(lab, mark, expected);
    const expected = await story({ lab, t, mark, check });
    await check(expected);
    await agreesWithScenario(title, master, outcomeSince(lab, mark), expected?.decided);
  } catch (error) {
    const saved = error instanceof Error && error.message.includes('; evidence in ');
    if (!saved) t.diagnostic(`evidence in ${await lab.collect(title)}`);
    throw error;
  } finally {
    tellTimeline(lab, t, began);
  }
}

/** Each file of drills has its lab in a folder of its own, so that two of them can run at the same time. */
function ownFolder(): string {
  const [, file = 'drill'] = process.argv;
  return join(labPaths().dir, basename(file).replace(/\..*$/, ''));
}

async function openDrillLab(options: DrillOptions): Promise<Lab> {
  const { hosts, snippet = 'pcs', configure } = options;
  const dir = ownFolder();
  const old = labAt(dir);
  if (findHolder(old.paths) !== undefined)
    throw new Error(
      `a lab is up in ${dir}: \`LAB_DIR=${dir} npm run lab -- down\` first, or set another LAB_DIR`,
    );
  // Disks that a killed run left would be used again.
  await closeLab(old);
  const lab = await openLab({ hosts, dir, tied: true });
  try {
    if (snippet === 'crmsh') await configureCrmsh(lab, configure);
    else await configurePcs(lab, configure, snippet);
    await waitUntilWhole(lab);
  } catch (error) {
    console.error(`evidence in ${await lab.collect('opening')}`);
    await closeLab(lab);
    throw error;
  }
  return lab;
}

/** All hosts are up and members, no node is offline in Ganeti, every resource runs, no failure is on record. */
export async function waitUntilWhole(lab: Lab, timeoutMs = 90_000): Promise<void> {
  await lab.waitFor(
    'the lab whole: all hosts members, all nodes online in Ganeti, all resources started',
    async () => {
      const trouble = await troubleOf(lab);
      return trouble === undefined || new NotYet(trouble);
    },
    timeoutMs,
    300,
  );
}

async function troubleOf(lab: Lab): Promise<string | undefined> {
  const all = lab.hosts.join(' ');
  const on = (await lab.hostsOn()).join(' ');
  if (on !== all) return `hosts on: ${on}`;
  const members = (await lab.membersOnline()).join(' ');
  if (members !== all) return `members: ${members}`;
  const xml = await lab.crmMon();
  // crm_mon lists a degraded monitor (190) among the failures; it goes as soon as its reason does.
  const failures = [...xml.matchAll(/<failure [^>]*>/g)].filter(([tag]) => !tag.includes('exitcode="190"'));
  if (failures.length > 0) {
    await forgetFailures(lab, await lab.witness());
    return 'failures on record, cleaned up';
  }
  const nodes = startedOn(xml, 'ganeti-node').toSorted().join(' ');
  const masters = startedOn(xml, 'ganeti-master');
  if (nodes !== all || masters.length !== 1)
    return `ganeti-node on ${nodes}, ganeti-master on ${masters.join(' ')}`;
  const roles = [...(await lab.gntNodeFlags(masters[0])).values()];
  const wrong = roles.filter(({ role }) => role !== 'master' && role !== 'candidate');
  return wrong.length === 0 ? undefined : wrong.map(({ name, role }) => `${name} is ${role}`).join(', ');
}

/**
 * Not while Pacemaker is still recovering: the cleanup takes the resource from the executor, and a start that is given
 * at that moment fails with "Internal communication failure (No such device)" (seen once in some fifty runs). Nor is it
 * over before what could not run is started again: a promotable form is whole for us with its promoted instance alone.
 */
async function forgetFailures(lab: Lab, host: string): Promise<void> {
  const settled = ['crm_resource', '--wait', '--timeout=30'];
  await lab.exec(host, settled, { check: false, timeoutMs: 40_000 });
  await lab.exec(host, ['pcs', 'resource', 'cleanup']);
  await lab.exec(host, settled, { check: false, timeoutMs: 40_000 });
}

/** Power on, and until Pacemaker has the host as a member and runs the node role there. Ganeti's flags stay. */
export async function bootAndWait(lab: Lab, host: string, timeoutMs = 90_000): Promise<void> {
  await lab.boot(host);
  await lab.waitFor(
    `${host} a member again, with ganeti-node started and noded running`,
    async () => {
      const xml = await lab.crmMon();
      const nodes = startedOn(xml, 'ganeti-node');
      if (!nodes.includes(host)) return new NotYet(`ganeti-node on ${nodes.join(' ')}`);
      const noded = await lab.exec(host, [DAEMON_UTIL, 'check', 'ganeti-noded'], { check: false });
      return noded.code === 0 || new NotYet('noded is not running');
    },
    timeoutMs,
  );
}

/** By the host's own view, without quorum. That takes seconds; a host that is connected before does not stop at all. */
export async function waitForNodeRoleStopped(lab: Lab, host: string): Promise<void> {
  await lab.waitFor(
    `ganeti-node stopped on ${host}`,
    async () => {
      const nodes = startedOn(await lab.crmMon(host), 'ganeti-node');
      return !nodes.includes(host) || new NotYet(`it is on [${nodes.join(' ')}]`);
    },
    60_000,
  );
}

/**
 * While its files were stale, or it was drained, Pacemaker was told to keep the role off it; its next look withdraws
 * that: a monitor, but where nothing has changed in Pacemaker one may trust the look before for a minute.
 */
export async function waitForCandidacy(lab: Lab, host: string): Promise<void> {
  await lab.waitFor(
    `ganeti-master-candidate=true on ${host}`,
    async () => {
      const query = ['attrd_updater', '--query', '--name', 'ganeti-master-candidate', '--node', host];
      const { stdout } = await lab.exec(await lab.witness(), query);
      return stdout.includes('value="true"') || new NotYet(stdout);
    },
    90_000,
  );
}

const DAEMON_UTIL = '/usr/lib/ganeti/daemon-util';

/** What an administrator does with repaired nodes that are up again: Ganeti takes them back, failures are forgotten. */
export async function readmit(lab: Lab, ...hosts: readonly string[]): Promise<void> {
  const master = await lab.waitFor('a Ganeti master', () => lab.ganetiMaster(), 30_000);
  for (const host of hosts) {
    await lab.waitFor(
      `${host} taken back`,
      async () => {
        // Refused for as long as not all of its daemons are up.
        const run = await lab.exec(master, ['gnt-ha', 'readmit', fullName(host)], {
          check: false,
          timeoutMs: 120_000,
        });
        return run.code === 0 || new NotYet(run.stderr);
      },
      60_000,
    );
  }
  await forgetFailures(lab, master);
  await waitUntilWhole(lab);
}

/** Power on and re-admission. */
export async function bringBack(lab: Lab, host: string): Promise<void> {
  await bootAndWait(lab, host);
  await readmit(lab, host);
}

const told = new Set([
  ...['power-off', 'boot', 'network-cut', 'network-healed', 'bmc-refused'],
  ...['membership', 'fenced', 'fencing-failed', 'luxid', 'master_node', 'offline_nodes'],
]);

/** One line for what all hosts saw at the same time. */
function tellTimeline(lab: Lab, t: TestContext, began: number): void {
  const seen = new Set<string>();
  for (const { t: at, host, by, event, value } of readTimeline(lab)) {
    if (at < began || !told.has(event)) continue;
    const what = `${event} ${value ?? '(unreadable)'}`.trimEnd();
    const local = by === 'lab' || event === 'luxid';
    const key = local ? `${host} ${what} ${at}` : `${what} ${Math.round(at / 5)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    t.diagnostic(`${(at - began).toFixed(1).padStart(6)} s  ${host}  ${what}`);
  }
}
