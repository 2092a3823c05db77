import { ganetiPresence } from '../ganeti/presence.ts';
import { readSsconf } from '../ganeti/ssconf.ts';
import { settingsFromTags } from '../ganeti/tags.ts';
import { deadlineIn } from '../ocf/deadline.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { notInstalled } from '../ocf/not-installed.ts';
import { type ActionResult, failure, SUCCESS } from '../ocf/result.ts';
import { modeOf } from '../ocf/settings.ts';
import { ownName } from '../sweep/own-name.ts';
import { forgetQuiet } from '../sweep/quiet.ts';
import { look } from './look.ts';
import { markStarted } from './run-state.ts';
import { ensureSpool } from './spool-folder.ts';

/** Takes the node role: in full mode dead or hung daemons are restarted first, then the cluster is looked at. */
export async function start(context: ActionContext): Promise<ActionResult> {
  const { env, call, parameters, simulations } = context;
  const simulated = simulations.active('start-fails');
  if (simulated !== undefined) return failure('GNH009', simulated);
  if (ganetiPresence(env, parameters.dataDir) === 'not-installed') {
    return notInstalled('the role was not started');
  }
  const deadline = deadlineIn(env.clock, call.timeoutMs);
  const read = readSsconf(env.files, parameters.dataDir);
  if (read.kind === 'ok') {
    const { ssconf } = read;
    const mode = modeOf(
      parameters,
      call.checkLevel,
      () => settingsFromTags(ssconf.clusterTags, ssconf.nodeList.length).nodeMode,
    );
    if (mode === 'full') {
      const me = await ownName(env, call, ssconf.nodeList);
      const { repairDaemons } = await import('./daemons.ts');
      const failed =
        me.kind === 'known'
          ? await repairDaemons(env, parameters, ssconf.primaryIps.get(me.name), deadline)
          : undefined;
      if (failed !== undefined) return failed;
    }
  }
  const marked = markStarted(env);
  if (marked.kind === 'failed') {
    return failure(
      'GNH008',
      `The run state could not be written (${marked.message}); the role was not started. Make room under /run.`,
    );
  }
  await ensureSpool(env);
  forgetQuiet(env);
  await look(context, { trigger: 'start', notifiedFenced: [], sweepWaitMs: 0, deadline });
  return SUCCESS;
}
