import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentRun } from '../agents/agent-run.ts';
import type { LuxidServer } from '../agents/luxid-server.ts';
import { makeWorld, type World } from '../agents/world.ts';

type Say = (line: string) => void;

const CAPTURES = join(import.meta.dirname, '..', 'fixtures', 'crm_mon');
const FENCED = { notify_type: 'post', notify_operation: 'stop', notify_key_operation: 'stonith' } as const;

/**
 * The demo's story for those who are not root: the compiled agents as Pacemaker calls them, on a made-up machine
 * whose programs are stubs and whose Pacemaker answers with what a real one printed. Throws where the story fails.
 */
export async function stubStory(say: Say): Promise<void> {
  process.env.GANETI_HA_TEST_BINARY = '1';
  await inWorld({ me: 1, master: 1 }, (world) => plainNodeDies(world, say));
  await inWorld({ me: 2, master: 1 }, (world) => masterDies(world, say));
  say('skipped without root: real Pacemaker, corosync and Ganeti, and with them every time');
}

async function inWorld(
  options: { me: number; master: number },
  story: (world: World) => Promise<void>,
): Promise<void> {
  const world = await makeWorld({ size: 3, ...options });
  try {
    for (const node of world.nodes) await world.confd(node);
    await story(world);
  } finally {
    await world.close();
  }
}

async function plainNodeDies(world: World, say: Say): Promise<void> {
  say("h1 is Ganeti's master; Pacemaker starts ganeti-node and finds ganeti-master running");
  const luxid = await world.luxid();
  answerAs(world, 'healthy');
  expect(await world.run('ganeti-node', 'start'), 0, say);
  expect(await world.run('ganeti-master', 'monitor', { meta: { interval: '0' } }), 0, say);
  say('h3 dies; its fencing is under way, and nothing is done without proof');
  answerAs(world, 'fencing-pending');
  expect(await world.run('ganeti-node', 'monitor'), 0, say);
  say('the fencing fails and is tried again; still nothing is done, and the reason is shown');
  answerAs(world, 'fencing-failed');
  expect(await world.run('ganeti-node', 'monitor'), 190, say);
  say('h3 is fenced; Pacemaker notifies the clone');
  answerAs(world, 'fenced');
  expect(await world.run('ganeti-node', 'notify', { meta: { ...FENCED, notify_stop_uname: 'h3' } }), 0, say);
  tellJobs(luxid, 'h3.lab.test', say);
}

async function masterDies(world: World, say: Say): Promise<void> {
  say('now seen from h2: h1, the master, dies and is fenced; Pacemaker starts ganeti-master here');
  expect(await world.run('ganeti-node', 'start'), 0, say);
  const luxid = await world.luxid();
  world.pacemaker({ nodes: [{ name: 'h1', online: false }], fencings: [{ target: 'h1' }] });
  expect(await world.run('ganeti-master', 'start', { meta: { timeout: '300000', interval: '0' } }), 0, say);
  say(`ssconf_master_node is ${world.read('/var/lib/ganeti/ssconf_master_node')?.trim()} now`);
  tellJobs(luxid, 'h1.lab.test', say);
}

/** Pacemaker's answer as it was recorded; the picture before it makes the membership change. */
function answerAs(world: World, capture: 'healthy' | 'fencing-pending' | 'fencing-failed' | 'fenced'): void {
  world.pacemaker(capture === 'healthy' ? {} : { nodes: [{ name: 'h3', online: false }] });
  world.put('/answers/crm_mon', readFileSync(join(CAPTURES, `${capture}.xml`)));
}

function expect(run: AgentRun, code: number, say: Say): void {
  say(`  exit ${run.code}${run.reason === '' ? '' : `: ${run.reason}`}`);
  if (run.code !== code) throw new Error(`exit ${run.code} where ${code} was right: ${run.stderr}`);
}

function tellJobs(luxid: LuxidServer, victim: string, say: Say): void {
  const named = luxid.jobs.flatMap(({ ops }) => ops.filter(({ node_name }) => node_name === victim));
  if (named.length !== 1) throw new Error(`luxid got ${named.length} jobs for ${victim}, one was right`);
  say(`luxid got ${String(named[0]?.OP_ID)} offline=${String(named[0]?.offline)} for ${victim}`);
}
