import { isAtWork } from '../ganeti/daemon-process.ts';
import { ganetiPresence } from '../ganeti/presence.ts';
import { readMasterNode } from '../ganeti/ssconf.ts';
import { deadlineIn } from '../ocf/deadline.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { notInstalled } from '../ocf/not-installed.ts';
import {
  type ActionResult,
  degraded,
  failure,
  NOT_RUNNING,
  type Reason,
  SUCCESS,
  withAlso,
} from '../ocf/result.ts';
import { isAlertConfigured } from '../pacemaker/cib-file.ts';
import { hasNewAlerts, standingReasons } from '../sweep/quiet.ts';
import { isStarted, runStateTrouble } from './run-state.ts';

/** What the last probe of a daemon and our own end may take once no time is left. */
const MARGIN_MS = 4_000;

/**
 * Says whether the node role is started here, and on the master runs the sweep. In partial mode nothing but the
 * run state decides; a trouble is shown as degraded. When nothing has changed since the last look no process is
 * started and no other module loaded.
 */
export async function monitor(context: ActionContext): Promise<ActionResult> {
  const { env, call, parameters, simulations } = context;
  const deadline = deadlineIn(env.clock, call.timeoutMs, MARGIN_MS);
  const trouble = runStateTrouble(env);
  if (trouble !== undefined) {
    return failure(
      'GNH008',
      `The run state cannot be read (${trouble}); it is not known whether the role is started. See: ls -la /run/ganeti-ha`,
    );
  }
  if (!isStarted(env)) return absent(context);
  const simulated = simulations.active('monitor-fails');
  if (simulated !== undefined) return failure('GNH009', simulated);
  const own = ownTroubles(context);
  // Without noded no news reaches this node: neither a newer ssconf, nor a failover's order to stop its luxid.
  const hears = isAtWork(env, parameters.runDir, 'ganeti-noded');
  const quiet = own.length === 0 && hears ? standingReasons(env) : undefined;
  const { fullCheck } = await import('./full-check.ts');
  // Side by side: a look that takes all the time there is must not make sound daemons look hung.
  const [seen, daemons] = await Promise.all([quiet ?? lookAnew(context), fullCheck(context, deadline)]);
  if (daemons.failed !== undefined) return daemons.failed;
  // Nothing reaches a node that is offline in Ganeti, so its ConfD is out of date by nature.
  const offline = seen.some(({ code }) => code === 'GNH206');
  const lesser = daemons.lesser.filter(({ code }) => !(offline && code === 'GNH366'));
  return worst([...seen, ...own, ...lesser, ...notifyMissing(context)]);
}

async function lookAnew(context: ActionContext): Promise<readonly Reason[]> {
  const { look } = await import('./look.ts');
  const trigger = hasNewAlerts(context.env) ? 'alert' : 'monitor';
  return await look(context, { trigger, notifiedFenced: [], sweepWaitMs: 0 });
}

function absent({ env, parameters }: ActionContext): ActionResult {
  if (ganetiPresence(env, parameters.dataDir) !== 'not-installed') return NOT_RUNNING;
  return notInstalled('the role cannot run here');
}

/** The one ssconf read of a quiet monitor. */
function ownTroubles({ env, parameters }: ActionContext): readonly Reason[] {
  const master = readMasterNode(env.files, parameters.dataDir);
  switch (master.kind) {
    case 'ok':
      return [];
    case 'missing':
      return [
        {
          code: 'GNH005',
          text: `No ssconf_master_node below ${parameters.dataDir}; this node takes no part in decisions. Add it to a cluster, or set data_dir.`,
        },
      ];
    case 'unreadable':
    case 'garbage':
      return [
        {
          code: 'GNH006',
          text: `${master.message}; this node takes no part in decisions. Run on the master: gnt-cluster redist-conf`,
        },
      ];
    default:
      return master satisfies never;
  }
}

/** Without it, and without an alert, a failed node is found by the next monitor only, not at once. */
function notifyMissing({ env, call }: ActionContext): readonly Reason[] {
  if (!call.clone || call.notify || call.probe || isAlertConfigured(env)) return [];
  return [
    {
      code: 'GNH204',
      text: `The clone of ${call.instance} lacks notify=true; failed nodes are noticed by the next monitor only. Run: pcs resource meta ${call.instance}-clone notify=true`,
    },
  ];
}

function worst(reasons: readonly Reason[]): ActionResult {
  // What is simulated is shown first: nobody shall take it for the real thing.
  const [first, ...more] = [...reasons].sort((a, b) => Number(isSimulated(b)) - Number(isSimulated(a)));
  if (first === undefined) return SUCCESS;
  const codes = [...new Set(more.map(({ code }) => code))].filter((code) => code !== first.code);
  return degraded({ code: first.code, text: withAlso(first.text, codes) });
}

function isSimulated({ text }: Reason): boolean {
  return text.includes('SIMULATED');
}
