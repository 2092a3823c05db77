import type { Env } from '../env/env.ts';
import { describeOutcome } from './outcome-text.ts';

export type Rerun = { readonly kind: 'asked' } | { readonly kind: 'failed'; readonly message: string };

/**
 * Makes Pacemaker run the recurring monitor of `ocf:ganeti:ganeti-node` on a node at once, as root, asked by whoever
 * may write the CIB: the record of that monitor is taken out of the status section, and the scheduler, finding a
 * running resource without it, orders it anew (12 to 24 ms later, Pacemaker 2.1.5). `crm_resource --refresh` does as
 * much in 1.3 s, with a probe first, and forgets fail counts.
 *
 * A monitor of that resource that runs at this moment is killed by it, and a transition under way is computed anew.
 * Where there is no such record (no recurring monitor, or the node is in maintenance mode) nothing happens.
 */
export async function rerunNodeMonitor(env: Env, node: string, timeoutMs: number): Promise<Rerun> {
  // The name goes into an XPath expression between quotes.
  if (!/^[A-Za-z0-9._-]+$/.test(node)) return { kind: 'failed', message: `${node} is no name for a query` };
  const resource = "lrm_resource[@class='ocf' and @provider='ganeti' and @type='ganeti-node']";
  // A failure is left alone: Pacemaker is recovering from it. A degraded monitor is recorded as a failure, too.
  const monitor = "lrm_rsc_op[@operation='monitor' and @interval!='0' and (@rc-code='0' or @rc-code='190')]";
  const outcome = await env.run({
    program: 'cibadmin',
    args: ['--delete-all', '--force', '--xpath', `//node_state[@uname='${node}']//${resource}/${monitor}`],
    timeoutMs,
  });
  if (outcome.kind === 'exited' && outcome.code === 0) return { kind: 'asked' };
  return { kind: 'failed', message: `cibadmin: ${describeOutcome(outcome)}` };
}

/** Whether the fencer has something in hand, by its history; undefined where it does not say. */
export async function isFencingUnderWay(env: Env, timeoutMs: number): Promise<boolean | undefined> {
  const outcome = await env.run({
    program: 'stonith_admin',
    args: ['--history', '*', '--output-as=xml'],
    timeoutMs,
  });
  if (outcome.kind !== 'exited' || outcome.code !== 0) return undefined;
  return /<fence_event [^>]*status="pending"/.test(outcome.stdout);
}

/** Pacemaker's name of this node, which may be another than `uname -n`. */
export async function ownPacemakerName(env: Env, timeoutMs: number): Promise<string | undefined> {
  const outcome = await env.run({ program: 'crm_node', args: ['--name'], timeoutMs });
  const name = outcome.kind === 'exited' && outcome.code === 0 ? outcome.stdout.trim() : '';
  return name === '' ? undefined : name;
}
