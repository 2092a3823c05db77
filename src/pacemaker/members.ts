import type { Env } from '../env/env.ts';
import { describeOutcome } from './outcome-text.ts';

export type MembersAnswer =
  | { readonly kind: 'ok'; readonly members: readonly string[] }
  | { readonly kind: 'unavailable'; readonly message: string };

/**
 * Pacemaker names of the nodes in corosync's membership right now, by `crm_node --list`.
 * A node whose Pacemaker is stopped or not yet up, but whose corosync runs, is a member: a living machine.
 */
export async function corosyncMembers(env: Env, timeoutMs: number): Promise<MembersAnswer> {
  const outcome = await env.run({ program: 'crm_node', args: ['--list'], timeoutMs });
  if (outcome.kind !== 'exited' || outcome.code !== 0) {
    return { kind: 'unavailable', message: `crm_node --list: ${describeOutcome(outcome)}` };
  }
  const members = parseNodeList(outcome.stdout);
  // This node runs Pacemaker, or crm_node had not answered: a list without any member is no list.
  return members === undefined || members.length === 0
    ? { kind: 'unavailable', message: 'crm_node --list printed no list of nodes' }
    : { kind: 'ok', members };
}

/** Lines are `ID NAME STATE` with the states `member` and `lost`; undefined for any other form. */
export function parseNodeList(text: string): readonly string[] | undefined {
  const members: string[] = [];
  for (const line of text.split('\n').filter((candidate) => candidate.trim() !== '')) {
    const [id, name, state, ...rest] = line.trim().split(/\s+/);
    if (id === undefined || name === undefined || !/^\d+$/.test(id) || rest.length > 0) return undefined;
    if (state === 'member') members.push(name);
    // Without a state: a Pacemaker Remote node, or one never seen in this membership.
    else if (state !== undefined && state !== 'lost') return undefined;
  }
  return members;
}
