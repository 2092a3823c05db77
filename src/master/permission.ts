import type { Ssconf } from '../ganeti/ssconf.ts';
import type { Deadline } from '../ocf/deadline.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { type ActionResult, failure } from '../ocf/result.ts';
import { agentLook } from '../sweep/agent-look.ts';
import type { ClusterView } from '../sweep/view.ts';
import { askOverride, type Override } from '../sweep/vote-override.ts';
import { hasQuorum } from './cluster-view.ts';
import { refuseOlderConfiguration } from './freshness.ts';

/** Whether the role may be taken now, by what Pacemaker, the dead, and the other candidates say. */
export type Permission =
  | {
      readonly kind: 'granted';
      readonly view: ClusterView;
      readonly override: Exclude<Override, { kind: 'refused' }>;
    }
  | { readonly kind: 'refused'; readonly result: ActionResult };

const POLL_MS = 1_000;
const PATIENCE_MS = 30_000;

/**
 * Asks until the role may be taken, for 30 s or a third of the call's time: one failed start keeps the role off this
 * node for as long as failure-timeout, and much that forbids it lasts a moment only (a node unclean until its fencing
 * is known, an election, the last change of the configuration on its way, a ConfD that comes up after us). What
 * forbids it at the end is the answer.
 */
export async function askPermission(
  context: ActionContext,
  ssconf: Ssconf,
  me: string,
  oldMaster: string,
  deadline: Deadline,
): Promise<Permission> {
  const { env, simulations } = context;
  const end = env.clock.monotonic() + Math.min(PATIENCE_MS, deadline.left() / 3);
  for (;;) {
    const permission = await askOnce(context, ssconf, me, oldMaster);
    if (permission.kind === 'granted') return permission;
    const final = simulations.active('fencing-unproven') !== undefined;
    if (final || env.clock.monotonic() + POLL_MS > end) return permission;
    env.log('info', `not yet: ${permission.result.reason?.text ?? ''}`);
    await env.clock.sleep(POLL_MS);
  }
}

async function askOnce(
  context: ActionContext,
  ssconf: Ssconf,
  me: string,
  oldMaster: string,
): Promise<Permission> {
  const view = await agentLook(context, ssconf);
  if (!hasQuorum(view)) {
    const why =
      view.answer.kind === 'unavailable'
        ? `Pacemaker did not answer: ${view.answer.message}`
        : 'this partition has no quorum';
    const text = `${why}; the master role was not taken from ${oldMaster}. Bring nodes back; check: crm_mon -1`;
    return { kind: 'refused', result: failure('GNH102', text) };
  }
  const override = await askOverride(context, view, ssconf, me);
  if (override.kind === 'refused')
    return { kind: 'refused', result: failure(override.reason.code, override.reason.text) };
  const unfenced = refuseUnfenced(view, oldMaster);
  if (unfenced !== undefined) return { kind: 'refused', result: unfenced };
  const older = await refuseOlderConfiguration(context, ssconf, me, view.verdicts);
  return older === undefined ? { kind: 'granted', view, override } : { kind: 'refused', result: older };
}

/**
 * Pacemaker fences before it starts; but a start that was ordered a moment before the old master was lost comes first,
 * with both halves of a cut network between them. Without fencing the role moves by Ganeti's vote alone.
 */
function refuseUnfenced({ answer, verdicts }: ClusterView, oldMaster: string): ActionResult | undefined {
  const verdict = verdicts.find(({ node }) => node === oldMaster);
  if (answer.kind !== 'ok' || !answer.state.stonithEnabled || verdict?.verdict !== 'lost') return undefined;
  const why = verdict.reasons.map(({ text }) => text).join('; ');
  return failure(
    'GNH105',
    `${why}; the master role was not taken from ${oldMaster} without proof that it was fenced. Check its fencing: pcs stonith history show`,
  );
}
