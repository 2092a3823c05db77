import { join } from 'node:path';
import { configurePcs } from './configure.ts';
import { closeLab, type Lab, openLab } from './lab.ts';
import { type OfflineMoments, waitForOffline } from './timeline.ts';
import { NotYet } from './wait.ts';

type Say = (line: string) => void;

const PROJECT = join(import.meta.dirname, '..', '..');

/**
 * Agents that do what upstream's examples do, in the same lab, seconds from the moment fencing is confirmed: the
 * range of three kills each, measured by `npm run bench -- failover`.
 */
const UPSTREAM = { offline: '27 to 33', masterUp: '28 to 36', masterOffline: 'never' } as const;

/** Three real hosts; a plain node is killed, then the master. Nothing remains afterwards, also after a failure. */
export async function realStory(say: Say): Promise<void> {
  const dir = process.env.LAB_DIR ?? join(PROJECT, '.lab', 'demo');
  say('bringing up three hosts: corosync, Pacemaker, Ganeti, and our package');
  const lab = await openLab({ hosts: 3, dir, tied: true, say });
  try {
    say("configuring the resources with the README's pcs commands");
    await configurePcs(lab);
    await show(lab, 'h1', say);
    const plain = await killAndFollow(lab, 'h3', say);
    await show(lab, 'h1', say);
    say('h3 boots again; an administrator re-adds it');
    await bringBack(lab, 'h3');
    const master = await killAndFollow(lab, 'h1', say);
    await show(lab, master.masterHost ?? 'h2', say);
    for (const line of timelineTable(plain, master)) console.log(line);
  } finally {
    await closeLab(lab);
    say('all gone');
  }
}

interface Killing extends OfflineMoments {
  readonly killed: number;
}

async function killAndFollow(lab: Lab, victim: string, say: Say): Promise<Killing> {
  const killed = Date.now() / 1000;
  await lab.kill(victim);
  say(`${victim} killed (SIGKILL to its init)`);
  const moments = await waitForOffline(lab, victim, killed, 120_000);
  say(`${victim} fenced, and marked offline in Ganeti`);
  return { ...moments, killed };
}

async function show(lab: Lab, host: string, say: Say): Promise<void> {
  say('gnt-node list, and where Pacemaker runs the master role:');
  const nodes = await lab.exec(host, ['gnt-node', 'list', '-o', 'name,role']);
  const where = await lab.exec(host, ['crm_resource', '--locate', '--resource', 'ganeti-master']);
  for (const line of `${nodes.stdout}${where.stdout}`.trimEnd().split('\n'))
    console.log(`             ${line}`);
}

/** What an administrator does with a repaired node. */
async function bringBack(lab: Lab, host: string): Promise<void> {
  const done = async (at: string, argv: readonly string[]): Promise<true | NotYet> =>
    (await lab.exec(at, argv, { check: false })).code === 0 || new NotYet(argv.join(' '));
  await lab.boot(host);
  await lab.waitFor(
    `ganeti-node started on ${host}`,
    () => done(host, ['test', '-e', '/run/ganeti-ha/node.started']),
    60_000,
  );
  await lab.exec('h1', ['gnt-node', 'add', '--readd', '--no-ssh-key-check', `${host}.lab.test`], {
    timeoutMs: 120_000,
  });
  // gnt-node add leaves ConfD stopped; in a real installation ganeti-watcher starts it within five minutes.
  await lab.waitFor(
    `ConfD on ${host}`,
    () => done(host, ['/usr/lib/ganeti/daemon-util', 'start', 'ganeti-confd']),
    30_000,
  );
}

function timelineTable(plain: Killing, master: Killing): readonly string[] {
  const since = (from: number | undefined, to: number | undefined): string =>
    from === undefined || to === undefined ? '-' : (to - from).toFixed(1);
  const row = (...cells: readonly string[]): string =>
    [cells[0]?.padEnd(44), ...cells.slice(1).map((cell) => cell.padStart(14))].join('');
  return [
    '',
    row('seconds', 'plain node', 'master'),
    row(
      'kill -> noticed by corosync',
      since(plain.killed, plain.detected),
      since(master.killed, master.detected),
    ),
    row(
      'noticed -> fencing confirmed',
      since(plain.detected, plain.fenced),
      since(master.detected, master.fenced),
    ),
    row('fencing confirmed -> master up elsewhere', '', since(master.fenced, master.masterUp)),
    row(
      'fencing confirmed -> marked offline',
      since(plain.fenced, plain.offline),
      since(master.fenced, master.offline),
    ),
    row('master up -> the old one marked offline', '', since(master.masterUp, master.offline)),
    '',
    row('from fencing confirmed, this run and upstream*', 'ganeti-ha', 'upstream'),
    row('a dead plain node is offline', since(plain.fenced, plain.offline), UPSTREAM.offline),
    row('a dead master is replaced', since(master.fenced, master.masterUp), UPSTREAM.masterUp),
    row('the dead master is offline', since(master.fenced, master.offline), UPSTREAM.masterOffline),
    '* measured before by: npm run bench -- failover',
    '',
  ];
}
