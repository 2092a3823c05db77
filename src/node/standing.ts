import { askNodeRole, confdPing } from '../ganeti/confd.ts';
import { forgetOffline, knownOfflineSince, rememberOffline } from '../ganeti/known-offline.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import { settingsFromTags } from '../ganeti/tags.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import type { Reason } from '../ocf/result.ts';
import { pacemakerNameOf } from '../pacemaker/names.ts';
import { sufficientEvidence } from '../sweep/settings.ts';
import type { ClusterView } from '../sweep/view.ts';

/** An offline node gets no ssconf any more, so its own copy cannot tell; the candidates' ConfD can, or once could. */
export async function offlineHere(
  context: ActionContext,
  ssconf: Ssconf,
  me: string,
): Promise<readonly Reason[]> {
  const { env, parameters } = context;
  const others = ssconf.masterCandidates.flatMap((node) =>
    node === me ? [] : (ssconf.primaryIps.get(node) ?? []),
  );
  const answer = await askNodeRole(env, parameters.dataDir, others, me);
  if (answer.kind === 'known' && answer.role === 'offline') rememberOffline(env, answer.serial);
  else if (answer.kind === 'known') forgetOffline(env);
  const offline =
    answer.kind === 'known'
      ? answer.role === 'offline'
      : ssconf.offlineNodes.includes(me) || knownOfflineSince(env, parameters.dataDir) !== undefined;
  if (!offline) return [];
  return [
    {
      code: 'GNH206',
      text: `${me} is marked offline in Ganeti and stays so. When it is sound, run on the master: gnt-ha readmit ${me}`,
    },
  ];
}

/**
 * A candidate whose ConfD is silent keeps the others from taking the master role (GNH104), and nobody would notice
 * before the night it is needed: `gnt-node add` leaves it stopped on the new node.
 */
export async function confdSilent(
  context: ActionContext,
  address: string | undefined,
): Promise<readonly Reason[]> {
  const { env, parameters } = context;
  if (address === undefined) return [];
  const answer = await confdPing(env, parameters.dataDir, address);
  if (answer.kind === 'answered') return [];
  return [
    {
      code: 'GNH202',
      text: `ganeti-confd on this candidate is silent (${answer.reason}); no other can become master. Run: /usr/lib/ganeti/daemon-util start ganeti-confd`,
    },
  ];
}

/**
 * The master is gone and its fencing fails: the role waits for it, and no master is there to say so. Without fencing
 * the role moves by Ganeti's vote alone.
 */
export function masterUnfenced(ssconf: Ssconf, view: ClusterView | undefined): readonly Reason[] {
  if (view?.answer.kind !== 'ok' || !view.answer.state.stonithEnabled) return [];
  const { masterNode } = ssconf;
  const verdict = view.verdicts.find(({ node }) => node === masterNode);
  if (verdict?.verdict !== 'lost') return [];
  if (verdict.reasons.some(({ rule }) => rule === 'fencing-under-way')) return [];
  const why = verdict.reasons.map(({ text }) => text).join('; ');
  const name = pacemakerNameOf(view.names, masterNode) ?? masterNode;
  return [
    {
      code: 'GNH303',
      text: `${why}; the master role is not taken from it without proof that it was fenced. Check its fencing: pcs stonith history show ${name}`,
    },
  ];
}

/** Without fencing and without the opt-in to `lost` nothing will ever be marked offline: said while all is well. */
export function fencingOff(
  context: ActionContext,
  ssconf: Ssconf,
  view: ClusterView | undefined,
): readonly Reason[] {
  if (view?.answer.kind !== 'ok' || view.answer.state.stonithEnabled) return [];
  const tagged = settingsFromTags(ssconf.clusterTags, ssconf.nodeList.length);
  if (sufficientEvidence(context.parameters.evidence, tagged) !== 'fenced') return [];
  return [
    {
      code: 'GNH205',
      text: 'Fencing is off; no failed node will be marked offline. Configure it, then: pcs property set stonith-enabled=true',
    },
  ];
}
