import type { Env } from '../env/env.ts';
import { MASTER_RELEASED, MASTER_STARTED } from '../env/paths.ts';
import { DEFAULTS, skipVote, tidyDefaults } from '../ganeti/no-voting.ts';
import { skipsVote, voteAgain } from '../ganeti/no-voting-marker.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import { voteCanBeWon } from '../ganeti/votes.ts';
import type { Parameters } from '../ocf/parameters.ts';
import type { Reason } from '../ocf/result.ts';
import { pacemakerNameOf } from '../pacemaker/names.ts';
import { isRoleStarting } from './role-starting.ts';
import { objectionToOverride, type Unheard } from './unheard-voters.ts';
import type { ClusterView } from './view.ts';

/** Who asks. */
export interface Overrider {
  readonly env: Env;
  readonly parameters: Pick<Parameters, 'dataDir'>;
}

/** Whether Ganeti's vote has to be overridden (`--no-voting --yes-do-it`), and whether it may be. */
export type Override =
  | { readonly kind: 'not-needed' }
  | { readonly kind: 'needed'; readonly because: string }
  | { readonly kind: 'refused'; readonly reason: Reason };

/** As Pacemaker and this node's ssconf have it; nobody was asked. */
type Judged = Exclude<Override, { kind: 'needed' }> | (Extract<Override, { kind: 'needed' }> & Unheard);

/**
 * Ganeti's daemons vote at every start, and offline nodes stay in the denominator: with half of all nodes dead
 * they cannot start on their own (Daemon/Utils.hs:57). The vote may be overridden only with Pacemaker's quorum and
 * with every node that could have outvoted us proven dead, the old master by fencing: nobody can be master beside us.
 */
function judgeOverride(view: ClusterView, ssconf: Ssconf, me: string): Judged {
  const alive = view.verdicts.filter(({ verdict }) => verdict === 'alive').map(({ node }) => node);
  const voters = withVote([me, ...alive], ssconf, me);
  const all = ssconf.nodeList.length;
  if (voteCanBeWon(all, voters.size)) return { kind: 'not-needed' };
  const mute = alive.filter((node) => !voters.has(node));
  const beside = mute.length === 0 ? '' : ` (${mute.join(', ')} offline in Ganeti)`;
  const counted = `${voters.size} of ${all} nodes are alive${beside}, too few for Ganeti's vote`;
  if (view.answer.kind !== 'ok' || !view.answer.state.quorum) {
    return refused(`${counted}, and Pacemaker has no quorum; the vote was not overridden. Bring nodes back.`);
  }
  // A node that Ganeti has offline cannot be master, and may be long gone from Pacemaker, where none can fence it.
  const unproven = view.verdicts.filter(({ node, verdict }) => {
    if (node === me || verdict === 'fenced') return false;
    if (node === ssconf.masterNode) return true;
    return verdict !== 'alive' && verdict !== 'left' && !ssconf.offlineNodes.includes(node);
  });
  if (unproven.length > 0) {
    const names = unproven.map(({ node, verdict }) => `${node} (${verdict})`).join(', ');
    return refused(
      `${names} not proven dead, so the vote is not overridden: ${counted}. Bring back, or run: stonith_admin --fence NODE`,
    );
  }
  const absent = view.verdicts.flatMap(({ node, verdict }) =>
    node === me || verdict === 'alive' || verdict === 'fenced' ? [] : [node],
  );
  return { kind: 'needed', because: counted, mute, living: new Set([me, ...alive]), absent };
}

function refused(text: string): Extract<Override, { kind: 'refused' }> {
  return { kind: 'refused', reason: { code: 'GNH105', text } };
}

/** The same, with those heard that live in spite of what Pacemaker, or this node's ssconf, which may be old, has of them. */
export async function askOverride(
  overrider: Overrider,
  view: ClusterView,
  ssconf: Ssconf,
  me: string,
): Promise<Override> {
  return await hear(overrider, judgeOverride(view, ssconf, me), ssconf, me);
}

/** What is judged stands unless one of the mute or absent speaks against it. */
async function hear(
  { env, parameters: { dataDir } }: Overrider,
  judged: Judged,
  ssconf: Ssconf,
  me: string,
): Promise<Override> {
  if (judged.kind !== 'needed') return judged;
  const objection = await objectionToOverride(env, dataDir, ssconf, me, judged);
  const { because } = judged;
  if (objection === undefined) return { kind: 'needed', because };
  const { code, what, remedy } = objection;
  const text = `${what}; the vote is not overridden: ${because}. ${remedy}`;
  return { kind: 'refused', reason: { code, text } };
}

/**
 * On the master, after a look: makes the override last while it is needed, so that a restart of luxid or wconfd by
 * the watcher, the init script or a package upgrade does not end in a lost vote; and withdraws it as soon as votes
 * suffice, or may not be done without. Only while our own agent holds the role here, whose stop then withdraws it.
 */
export async function keepOverride(
  { env, parameters }: Overrider,
  ssconf: Ssconf,
  me: string,
  view: ClusterView | undefined,
): Promise<readonly Reason[]> {
  // Not knowing changes nothing: the stop of a master that lost quorum comes by itself.
  if (view === undefined || view.answer.kind === 'unavailable') return [];
  const judged = judgeOverride(view, ssconf, me);
  const enough = voteCanBeWon(ssconf.nodeList.length, reachable(view, ssconf, me));
  const wanted = judged.kind === 'needed' && !enough && holdsRole(env);
  // What lasts already was asked for then.
  const override = wanted && !skipsVote(env) ? await hear({ env, parameters }, judged, ssconf, me) : judged;
  // Those that were heard took their time.
  if (override.kind !== 'needed' || !wanted || !holdsRole(env)) {
    endOverride(env, override.kind === 'refused' ? override.reason.text : 'the vote can be won again');
    return [];
  }
  const reasons = await makeLasting(env, override.because);
  // A stop may have come in between, and has withdrawn what was just put back.
  if (!holdsRole(env)) voteAgain(env);
  return reasons;
}

/** Also before the role is taken: whoever starts the daemons then skips the vote. To be ended where that fails. */
export async function makeLasting(env: Env, because: string): Promise<readonly Reason[]> {
  const before = skipsVote(env);
  const done = await skipVote(env);
  if (done.kind === 'failed') {
    const text = `${because}, and the override of the vote cannot be made lasting (${done.message}); a luxid restarted by others ends. Check ${DEFAULTS}`;
    return [{ code: 'GNH365', text }];
  }
  if (!before) env.log('warning', `${because}: luxid and wconfd skip it until enough nodes are back`);
  return [];
}

/** Luxid and wconfd vote again at their next start; those that run go on. A start that needs it is let alone. */
export function endOverride(env: Env, why: string): void {
  if (isRoleStarting(env)) return;
  if (skipsVote(env)) {
    const ended = voteAgain(env);
    if (ended.kind === 'done') env.log('warning', `luxid and wconfd vote again at their next start: ${why}`);
    else env.log('error', `GNH365 the override of the vote was not withdrawn: ${ended.message}`);
  }
  const tidied = tidyDefaults(env);
  if (tidied.kind === 'failed') env.log('warning', `the inert block stays in ${DEFAULTS}: ${tidied.message}`);
}

/**
 * Ganeti tells a node that is offline nothing: it names whoever was master when it went, and an old master that is held
 * names itself. So it counts among all, and gives nobody its voice.
 */
function withVote(nodes: readonly string[], { offlineNodes }: Ssconf, me: string): ReadonlySet<string> {
  return new Set(nodes.filter((node) => node === me || !offlineNodes.includes(node)));
}

/** A node in standby or maintenance has left Pacemaker's work, and its noded votes all the same. */
function reachable(view: ClusterView, ssconf: Ssconf, me: string): number {
  const online = view.answer.kind === 'ok' ? view.answer.state.nodes.filter((node) => node.online) : [];
  const names = new Set(online.map(({ name }) => name));
  const there = ssconf.nodeList.filter((node) => {
    const name = pacemakerNameOf(view.names, node);
    return node === me || (name !== undefined && names.has(name));
  });
  return withVote(there, ssconf, me).size;
}

function holdsRole(env: Env): boolean {
  return [MASTER_STARTED, MASTER_RELEASED].map((file) => env.files.stat(file).kind).join() === 'file,missing';
}
