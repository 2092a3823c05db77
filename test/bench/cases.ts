import { QUIET_FILE } from '../../src/env/paths.ts';
import { type CallEnv, cloneCall, monitorCall, PROBE } from './pacemaker-call.ts';

/** One command that is measured on one host of the lab. */
export interface Case {
  readonly title: string;
  readonly host: string;
  readonly argv: readonly string[];
  readonly env: CallEnv;
  /** Removed before each run. */
  readonly forget: readonly string[];
  /** The exit code of every run; another one means that something else was measured. */
  readonly code: number;
  readonly budget: Budget;
}

/** `none`: printed for comparison. `upstream`: the title of the case whose CPU is divided by this one's. */
export type Budget =
  | { readonly kind: 'none' }
  | { readonly kind: 'compared'; readonly upstream: string }
  | { readonly kind: 'kept'; readonly upstream: string };

const AGENTS = '/usr/lib/ocf/resource.d';
export const UPSTREAM_AGENT = '/lab/upstream-role';
const UPSTREAM_MASTER = 'upstream master role';
const UPSTREAM_NODE = 'upstream, asks who is master';

/** A look at the whole cluster comes at most once in 60 s, or when something has changed; the others are quiet. */
export function casesOf(master: string, other: string, hosts: number): readonly Case[] {
  return [
    ...nodeCases(master, hosts, 'on the master'),
    ...nodeCases(other, hosts, 'elsewhere'),
    {
      ...agentCase(master, 'ganeti-master'),
      title: 'ganeti-master on the master',
      budget: { kind: 'kept', upstream: UPSTREAM_MASTER },
    },
    {
      ...agentCase(other, 'ganeti-master', PROBE),
      title: 'ganeti-master elsewhere (probe)',
      code: 7,
      budget: { kind: 'kept', upstream: UPSTREAM_MASTER },
    },
    ...[master, other].flatMap((host) => comparisons(host, host === master)),
  ];
}

function nodeCases(host: string, hosts: number, where: string): readonly Case[] {
  const agent = agentCase(host, 'ganeti-node', cloneCall(hosts));
  // The look comes first in each round: it leaves the quiet for the next one.
  return [
    {
      ...agent,
      title: `ganeti-node ${where}, looking around`,
      forget: [QUIET_FILE],
      budget: { kind: 'compared', upstream: UPSTREAM_NODE },
    },
    { ...agent, title: `ganeti-node ${where}`, budget: { kind: 'kept', upstream: UPSTREAM_NODE } },
  ];
}

function agentCase(host: string, agent: string, more: CallEnv = {}): Omit<Case, 'title' | 'budget'> {
  return {
    host,
    argv: [`${AGENTS}/ganeti/${agent}`, 'monitor'],
    env: { ...monitorCall(host, agent, 'ganeti'), ...more },
    forget: [],
    code: 0,
  };
}

function comparisons(host: string, isMaster: boolean): readonly Case[] {
  const upstream = (role: string): Omit<Case, 'title'> => ({
    host,
    argv: [UPSTREAM_AGENT, role],
    env: monitorCall(host, `ganeti-${role}-role`, 'ganeti'),
    forget: [],
    code: 0,
    budget: { kind: 'none' },
  });
  return [
    { ...upstream('master'), title: UPSTREAM_MASTER, code: isMaster ? 0 : 7 },
    { ...upstream('node'), title: UPSTREAM_NODE },
    { ...upstream('alive'), title: 'upstream node role, answers blindly' },
    { ...dummy(host, 'monitor'), title: 'ocf:pacemaker:Dummy' },
  ];
}

/** Pacemaker's own agent that does nothing; its monitor succeeds only after its start. */
export function dummy(host: string, action: string): Omit<Case, 'title'> {
  return {
    host,
    argv: [`${AGENTS}/pacemaker/Dummy`, action],
    env: monitorCall(host, 'bench-dummy', 'pacemaker', 'Dummy'),
    forget: [],
    code: 0,
    budget: { kind: 'none' },
  };
}
