import { masterFailover } from '../ganeti/failover.ts';
import { forgetOffline } from '../ganeti/known-offline.ts';
import { askLuxid } from '../ganeti/luxid.ts';
import { startMasterDaemons, stopStrayMasterDaemons } from '../ganeti/master-daemons.ts';
import { voteAgain } from '../ganeti/no-voting-marker.ts';
import { readMasterNode, type Ssconf } from '../ganeti/ssconf.ts';
import type { Deadline } from '../ocf/deadline.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { type ActionResult, failure } from '../ocf/result.ts';
import { openJournal } from '../sweep/journal.ts';
import { noteMasterIp } from '../sweep/master-ip.ts';
import { noteTaken } from '../sweep/role-taken.ts';
import { shunFenced, withdrawShuns } from '../sweep/shunning.ts';
import { verdictOf } from './cluster-view.ts';
import { notWhole, waitUntilComplete } from './confirm.ts';
import { withEarlySweep } from './early-sweep.ts';
import { luxidDisagrees } from './luxid-agrees.ts';
import { lastingFrom } from './override.ts';
import { askPermission } from './permission.ts';
import { withShunWatch } from './shun-watch.ts';

export interface Succession {
  readonly me: string;
  readonly ssconf: Ssconf;
  readonly oldMaster: string;
}

const STRAY_BUDGET_MS = 15_000;
/** What the failover leaves of the call's time, for starting the daemons it left down. */
const RESERVE_MS = 20_000;
/** With less than this left nothing is torn down any more: a luxid may only be waiting for the master IP. */
const TEAR_DOWN_MS = 15_000;
const LUXID_TIMEOUT_MS = 2_000;

/**
 * Takes the master role from another node. Everything that can forbid it is asked first; then Ganeti's own
 * failover runs, and the state it left decides, not its exit code (it returns 1 after a successful move when the
 * master IP is slow, lib/bootstrap.py). Undefined where this node is master at the end.
 */
export async function takeOver(
  context: ActionContext,
  succession: Succession,
  deadline: Deadline,
): Promise<ActionResult | undefined> {
  const { env, parameters, simulations } = context;
  const { me, ssconf, oldMaster } = succession;
  const notCandidate = simulations.active('not-candidate');
  if (notCandidate !== undefined) return failure('GNH101', notCandidate);
  if (!ssconf.masterCandidates.includes(me)) {
    return failure(
      'GNH101',
      `${me} is no master candidate; the role was not taken. Run on the master: gnt-node modify -C yes NODE`,
    );
  }
  const permission = await askPermission(context, ssconf, me, oldMaster, deadline);
  if (permission.kind === 'refused') return permission.result;
  const { view, override } = permission;
  const journal = openJournal(env, 'master-start');
  await withdrawShuns(env, view.verdicts, ssconf, journal);
  await shunFenced(env, parameters.dataDir, view.verdicts, ssconf, journal);
  // One left-over rapi makes Debian's start-master fail, and luxid is then never started.
  const stray = await stopStrayMasterDaemons(env, parameters.runDir, deadline.cap(STRAY_BUDGET_MS));
  if (stray.kind === 'failed') env.log('warning', `stray master daemons: ${stray.message}`);
  const noVoting = override.kind === 'needed';
  // Before the failover: under systemd its `start-master` passes on no arguments.
  if (noVoting) await lastingFrom(context, override);
  env.log(
    'info',
    `taking the master role from ${oldMaster} (${verdictOf(view, oldMaster)})${noVoting ? ' without a vote' : ''}`,
  );
  const timeoutMs = Math.max(deadline.left() - RESERVE_MS, deadline.left() / 2);
  const run = await withEarlySweep(context, me, deadline, () =>
    withShunWatch(context, ssconf, journal, () => masterFailover(env, { noVoting, timeoutMs })),
  );
  const outcome = run.kind === 'exited' ? `exit ${run.code}` : run.kind;
  const output = 'output' in run ? run.output.trim() : run.message;
  if (output !== '') env.log('info', `gnt-cluster master-failover, ${outcome}: ${output}`);
  const now = readMasterNode(env.files, parameters.dataDir);
  if (now.kind !== 'ok' || now.name !== me) {
    voteAgain(env);
    return failure(
      'GNH106',
      `${lastWords(output)} (gnt-cluster master-failover, ${outcome}); ${oldMaster} is still master. Then: pcs resource cleanup ganeti-master`,
    );
  }
  const incomplete = await complete(context, ssconf, noVoting, deadline);
  if (incomplete !== undefined) return incomplete;
  const disagrees = await luxidDisagrees(context, me);
  if (disagrees !== undefined) return disagrees;
  noteMasterIp(env, ssconf);
  noteTaken(env, oldMaster);
  // By parameter it was taken in spite of that; from now on this configuration is the one that counts.
  forgetOffline(env);
  journal.note({
    event: 'master-taken',
    from: oldMaster,
    to: me,
    text: `${outcome}${noVoting ? ', without a vote' : ''}`,
  });
  return undefined;
}

/** The configuration names this node now; its daemons must follow, by our hand where the failover left them down. */
async function complete(
  context: ActionContext,
  ssconf: Ssconf,
  noVoting: boolean,
  deadline: Deadline,
): Promise<ActionResult | undefined> {
  const { env, parameters } = context;
  const luxid = await askLuxid(env, parameters.runDir, LUXID_TIMEOUT_MS);
  if (luxid.kind === 'answers') return undefined;
  if (deadline.left() >= TEAR_DOWN_MS) {
    env.log(
      'warning',
      `the role has moved here, but luxid is silent (${luxid.message}); starting the master daemons`,
    );
    const budgetMs = deadline.cap(60_000);
    const started = await startMasterDaemons(env, parameters, { noVoting, budgetMs });
    if (started.kind === 'failed') env.log('warning', started.message);
  }
  const missing = await waitUntilComplete(context, ssconf, deadline);
  return missing.vital.length === 0 ? undefined : notWhole(missing);
}

/** The end of what the command said: its last words tell why. */
function lastWords(output: string): string {
  const words =
    output
      .replace(/^"|"$/g, '')
      .split(' | ')
      .at(-1)
      ?.replace(/[.;]+$/, '') ?? '';
  return words === '' ? 'No word why' : words;
}
