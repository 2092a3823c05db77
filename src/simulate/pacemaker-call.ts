import { masterActions } from '../master/actions.ts';
import { nodeActions } from '../node/actions.ts';
import { runAgent } from '../ocf/dispatch.ts';
import { promotableActions } from '../promotable/actions.ts';
import type { CallFacts, Cluster, Member, ResourceId } from './pacemaker-model.ts';
import { agentName, callVariables, type NotifyLists, notifyVariables } from './pacemaker-variables.ts';
import type { SimProcess } from './world.ts';

/** How a call of an agent ended. */
export interface CallResult {
  readonly code: number;
  /** Exit reason, or how the process was ended. */
  readonly reason: string;
}

export function realAgents(masterForm: Cluster['configuration']['masterForm']): Cluster['agents'] {
  return {
    'ganeti-node': nodeActions,
    'ganeti-master': masterForm === 'promotable' ? promotableActions : masterActions,
  };
}
const metadata = (): Promise<string> => Promise.resolve('');

/** The documented configuration's. */
const NODE_TIMEOUTS_MS: Timeouts = { start: 60_000, stop: 60_000, monitor: 30_000, notify: 60_000 };
const MASTER_TIMEOUTS_MS = {
  primitive: { start: 300_000, stop: 60_000, monitor: 30_000 },
  promotable: { start: 60_000, stop: 60_000, promote: 300_000, demote: 300_000, monitor: 30_000 },
} as const satisfies Readonly<Record<string, Timeouts>>;
type Timeouts = Readonly<Record<string, number>>;
const DEFAULT_TIMEOUT_MS = 20_000;

/** From the DC over the node's executor to a new process. */
const DISPATCH_MS = 10;
const GENERIC = 1;

export interface CallOptions {
  readonly intervalMs?: number;
  readonly lists?: NotifyLists;
  /** Given the process, for who may have to kill it. */
  readonly began?: (process: SimProcess) => void;
}

/** Runs one action of a real agent on a host, with the variables that Pacemaker would set. */
export async function callAgent(
  cluster: Cluster,
  member: Member,
  resource: ResourceId,
  action: string,
  { intervalMs = 0, lists, began }: CallOptions = {},
): Promise<CallResult> {
  const { world, configuration, faults, agents } = cluster;
  const { run } = member;
  await world.clock.sleep(DISPATCH_MS);
  if (!member.host.on || member.run !== run) return { code: GENERIC, reason: 'Pacemaker is gone here' };
  const { masterForm } = configuration;
  const timeouts: Timeouts = resource === 'ganeti-node' ? NODE_TIMEOUTS_MS : MASTER_TIMEOUTS_MS[masterForm];
  const timeoutMs = timeouts[action] ?? DEFAULT_TIMEOUT_MS;
  const facts: CallFacts = { node: member.name, resource, action, intervalMs };
  const dieAtStep = faults.dieAtStep?.(facts);
  const name = agentName(resource, masterForm);
  let result: CallResult | undefined;
  const beganMs = world.clock.now();
  faults.began?.(facts);
  const handle = world.start(member.host, {
    vars: {
      ...callVariables(member, resource, configuration, { action, intervalMs, timeoutMs }),
      ...(lists === undefined ? {} : notifyVariables(lists, (node) => instanceOf(cluster, resource, node))),
    },
    timeoutMs,
    ...(dieAtStep === undefined ? {} : { dieAtStep }),
    run: async (env) => {
      const answer = await runAgent({ name, metadata, ...agents[resource] }, env, [action]);
      await env.sendLog();
      const reason = /(?:.*^ocf-exit-reason:)([^\n]*)/ms.exec(answer.stderr)?.[1] ?? '';
      result = { code: answer.code, reason };
    },
  });
  began?.(handle);
  const how = await handle.ended;
  const reason = how === 'timed-out' ? 'timed out' : 'the agent died';
  const ended = how === 'finished' && result !== undefined ? result : { code: GENERIC, reason };
  faults.ended?.({ ...facts, ...ended, how, beganMs });
  return ended;
}

/** The instances of an anonymous clone are numbered in lists only. */
function instanceOf({ members }: Cluster, resource: ResourceId, node: string): string {
  const id = members.find(({ name }) => name === node)?.id ?? 0;
  return `${resource}:${id - 1}`;
}
