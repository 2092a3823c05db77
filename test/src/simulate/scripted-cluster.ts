import assert from 'node:assert/strict';
import type { Env } from '../../../src/env/env.ts';
import type { Agent } from '../../../src/ocf/dispatch.ts';
import { ExitCode } from '../../../src/ocf/exit-codes.ts';
import { NOT_RUNNING, SUCCESS } from '../../../src/ocf/result.ts';
import { makeWorld } from '../../../src/simulate/make-world.ts';
import { addPacemaker, type PacemakerOptions, type SimPacemaker } from '../../../src/simulate/pacemaker.ts';
import type { SimHost, World } from '../../../src/simulate/world.ts';

/** One call of an agent as it saw it. */
export interface SeenCall {
  readonly ms: number;
  readonly node: string;
  readonly resource: string;
  readonly action: string;
  readonly vars: Readonly<Record<string, string | undefined>>;
}

/** A simulated Pacemaker with agents that do nothing but remember that they run. */
export interface ScriptedCluster {
  readonly world: World;
  readonly pacemaker: SimPacemaker;
  readonly calls: SeenCall[];
  /** Exit codes of what is to fail: `h3 ganeti-node stop` to code. */
  readonly fails: Map<string, 1 | 2 | 5 | 6 | 9>;
  /** How long an action takes, milliseconds. */
  readonly takes: Map<string, number>;
  host(name: string): SimHost;
  run(ms: number): Promise<void>;
  /** `ms node type/operation [start names] [stop names] key` of the notifications since. */
  notifies(since: number): readonly string[];
  /** `node resource action` of the other calls since, without recurring monitors. */
  actions(since: number): readonly string[];
}

/** Long enough for the first DC, the join, the probes and the starts. */
const FORMED_MS = 15_000;

export async function scriptedCluster(
  size: number,
  options: PacemakerOptions = {},
): Promise<ScriptedCluster> {
  const world = makeWorld(
    Array.from({ length: size }, (_, index) => ({
      name: `h${index + 1}`,
      ganetiName: `h${index + 1}.lab.test`,
      address: `192.0.2.${11 + index}`,
    })),
  );
  const calls: SeenCall[] = [];
  const fails = new Map<string, 1 | 2 | 5 | 6 | 9>();
  const takes = new Map<string, number>();
  const agents = { 'ganeti-node': agentOf('ganeti-node'), 'ganeti-master': agentOf('ganeti-master') };
  const pacemaker = addPacemaker(world, { agents, ...options });
  for (const host of world.hosts) world.powerOn(host);
  const cluster: ScriptedCluster = {
    world,
    pacemaker,
    calls,
    fails,
    takes,
    host: (name) => world.host(name) ?? assert.fail(`no host ${name}`),
    run: (ms) => world.runUntil(world.clock.now() + ms),
    notifies: (since) => calls.filter(({ ms, action }) => ms >= since && action === 'notify').map(notifyText),
    actions: (since) =>
      calls
        .filter(({ ms, action, vars }) => ms >= since && action !== 'notify' && !isRecurring(vars))
        .map(({ node, resource, action }) => `${node} ${resource} ${action}`),
  };
  await cluster.run(FORMED_MS);
  return cluster;

  function agentOf(resource: string): Pick<Agent, 'actions' | 'giveUp'> {
    const action = (name: string) => async () => async (context: { readonly env: Env }) => {
      const { env } = context;
      const node = env.vars.OCF_RESKEY_CRM_meta_on_node ?? '';
      calls.push({ ms: world.clock.now(), node, resource, action: name, vars: env.vars });
      const key = `${node} ${resource} ${name}`;
      await env.clock.sleep(takes.get(key) ?? 5);
      const code = fails.get(key);
      if (code !== undefined) return { code, reason: { code: 'GNH009', text: 'scripted failure' } } as const;
      const file = `/run/${resource}`;
      const promoted = `${file}.promoted`;
      if (name === 'start') env.files.write(file, '1\n');
      if (name === 'promote') env.files.write(promoted, '1\n');
      if (name === 'stop') env.files.remove(file);
      if (name === 'demote') env.files.remove(promoted);
      if (name !== 'monitor') return SUCCESS;
      if (env.files.read(file).kind !== 'text') return NOT_RUNNING;
      return env.files.read(promoted).kind === 'text' ? { code: ExitCode.runningPromoted } : SUCCESS;
    };
    const names = ['start', 'promote', 'demote', 'stop', 'monitor', 'notify'];
    const actions = Object.fromEntries(names.map((name) => [name, action(name)]));
    return { actions, giveUp: async () => () => ({ kind: 'done' }) };
  }
}

function isRecurring(vars: SeenCall['vars']): boolean {
  return Number(vars.OCF_RESKEY_CRM_meta_interval ?? '0') > 0;
}

function notifyText({ node, vars }: SeenCall): string {
  const of = (name: string): string => vars[`OCF_RESKEY_CRM_meta_notify_${name}`] ?? '';
  return `${node} ${of('type')}/${of('operation')} start=[${of('start_uname')}] stop=[${of('stop_uname')}] ${of('key_operation')}`;
}
