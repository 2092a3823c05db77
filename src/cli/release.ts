import type { Env } from '../env/env.ts';
import { readSsconf, type Ssconf } from '../ganeti/ssconf.ts';
import { RELEASE_MS } from '../policy/orders.ts';
import { activePauses, pauseText } from '../policy/pause.ts';
import { orderRelease } from '../sweep/give-orders.ts';
import { rememberedEntries } from '../sweep/journal.ts';
import type { LedgerEntry } from '../sweep/ledger.ts';
import { readOrders } from '../sweep/orders.ts';
import { ownName } from '../sweep/own-name.ts';
import { lookAtCluster } from '../sweep/view.ts';
import { fullName } from './full-name.ts';
import { type Say, USAGE_ERROR } from './verb.ts';
import { whoOrders } from './who.ts';

export interface ReleaseOptions {
  /** As they were typed; none is all that are held. */
  readonly nodes: readonly string[];
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly dataDir: string;
}

const LOOK_TIMEOUT_MS = 5_000;
const RELEASABLE: readonly string[] = ['brake', 'cooldown', 'candidates'];

/** Lets nodes through that the brake, its cooldown or the care for candidates holds; the exit code. */
export async function release(env: Env, options: ReleaseOptions, say: Say): Promise<number> {
  const read = readSsconf(env.files, options.dataDir);
  if (read.kind !== 'ok') {
    say.complain(`${read.file}: ${read.kind}. Nothing was released. Run it on a node of a Ganeti cluster.\n`);
    return 1;
  }
  const { ssconf } = read;
  const wanted = options.nodes.length > 0 ? named(options.nodes, ssconf) : await held(env, ssconf);
  if (typeof wanted === 'string') {
    say.complain(`${wanted}\n`);
    return USAGE_ERROR;
  }
  if (wanted.length === 0) {
    say.print('No node is held by the brake.\n');
    return 0;
  }
  const dead = await whoIsDead(env, wanted, ssconf, say);
  // The ledger does not tell who of them is back by now; who was named was meant.
  if (dead.length === 0 || (options.nodes.length > 0 && dead.length < wanted.length)) {
    say.complain('Nothing was released.\n');
    return 1;
  }
  await tellPauses(env, options.dataDir, say);
  if (options.dryRun) {
    say.print('Nothing was released.\n');
    return 0;
  }
  if (!options.yes && !(await say.confirm(`Mark ${dead.join(', ')} offline?`))) {
    say.complain('Nothing was released. To do it without a question: gnt-ha release --yes\n');
    return 1;
  }
  return await give(env, dead, ssconf, say);
}

function named(typed: readonly string[], { nodeList }: Ssconf): readonly string[] | string {
  const unknown = typed.filter((name) => fullName(name, nodeList) === undefined);
  if (unknown.length > 0)
    return `Not exactly one node of Ganeti: ${unknown.join(', ')}. Nothing was released. See: gnt-node list`;
  return [...new Set(typed.flatMap((name) => fullName(name, nodeList) ?? []))];
}

/** Who is held stands in the ledger of the master, which decided it. */
async function held(
  env: Env,
  { nodeList, masterNode, offlineNodes }: Ssconf,
): Promise<readonly string[] | string> {
  const me = await ownName(env, { onNode: undefined }, nodeList);
  if (me.kind === 'unknown' || me.name !== masterNode) {
    return `Who is held is known on the Ganeti master. Nothing was released. Run it on ${masterNode}, or name the nodes.`;
  }
  const entries = rememberedEntries(env);
  return nodeList.filter((node) => !offlineNodes.includes(node) && isHeld(entries, node));
}

function isHeld(entries: readonly LedgerEntry[], node: string): boolean {
  const last = entries.findLast(
    (entry) =>
      (entry.event === 'held' || entry.event === 'decided' || entry.event === 'offline-submitted') &&
      entry.node === node,
  );
  return last?.event === 'held' && RELEASABLE.includes(last.hold);
}

/** Says of each what is known; those a release would do something to. */
async function whoIsDead(
  env: Env,
  nodes: readonly string[],
  ssconf: Ssconf,
  say: Say,
): Promise<readonly string[]> {
  const { answer, verdicts } = await lookAtCluster(env, {
    ganetiNodes: ssconf.nodeList,
    notifiedFenced: [],
    simulatedUnproven: false,
    timeoutMs: LOOK_TIMEOUT_MS,
    remember: false,
  });
  if (answer.kind === 'unavailable') {
    say.complain(`${answer.message}; it is not known who is dead. Check: crm_mon -1\n`);
    return [];
  }
  return nodes.filter((node) => {
    const found = verdicts.find((one) => one.node === node);
    const why = (found?.reasons ?? []).map(({ text }) => text).join('; ');
    const dead = found?.verdict === 'fenced' || found?.verdict === 'lost';
    if (ssconf.offlineNodes.includes(node)) say.complain(`${node} is offline in Ganeti already.\n`);
    else if (!dead) say.complain(`${node} is not dead for all we know: ${why}. See: gnt-ha why ${node}\n`);
    else {
      say.print(`${node} would be marked offline, whatever the brake says: ${why}\n`);
      return true;
    }
    return false;
  });
}

async function tellPauses(env: Env, dataDir: string, say: Say): Promise<void> {
  const orders = await readOrders(env, dataDir);
  const pauses = orders.kind === 'known' ? activePauses(orders.pauses, env.clock.now()) : [];
  if (pauses.length > 0)
    say.complain(
      `Paused: ${pauseText(pauses)}. Until that ends a release has no effect: gnt-ha resume --all\n`,
    );
}

async function give(env: Env, nodes: readonly string[], { masterNode }: Ssconf, say: Say): Promise<number> {
  const who = whoOrders(env);
  let code = 0;
  for (const node of nodes) {
    const given = await orderRelease(env, node, who);
    if (given.kind === 'done') {
      say.print(
        `Released: ${node}, for ${RELEASE_MS / 60_000} minutes. The next monitor on ${masterNode} acts.\n`,
      );
    } else {
      say.complain(`${given.message}. Not released: ${node}. Check: crm_mon -1\n`);
      code = 1;
    }
  }
  return code;
}
