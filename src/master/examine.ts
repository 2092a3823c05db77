import { runningDaemon } from '../ganeti/daemon-process.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { ExitCode } from '../ocf/exit-codes.ts';
import { notInstalled } from '../ocf/not-installed.ts';
import { type ActionResult, failure, NOT_RUNNING, notRunning } from '../ocf/result.ts';
import { namedBy } from '../sweep/named-by.ts';
import { roleOf } from './role.ts';
import { markStarted, type RunState } from './run-state.ts';

const QUORUM_TIMEOUT_MS = 1_500;

/** Either the answer of the monitor, or the word that the role is surely held here. */
export type Examination =
  | { readonly kind: 'answer'; readonly result: ActionResult }
  | { readonly kind: 'held' };

/** The careful way of a monitor: a probe, a role moved by hand, an unreadable file, a returning old master. */
export async function examine(context: ActionContext, state: RunState): Promise<Examination> {
  // At a probe a luxid may have won its vote while the role was on its way to another node, whose answers do not come
  // here, as with a clock set wrong by more than ConfD's five minutes (found in the simulator).
  const role = await roleOf(context, context.call.probe);
  const { env } = context;
  if (state === 'started' && (role.kind === 'not-installed' || role.kind === 'no-cluster')) {
    return answer(vanished(context.parameters.dataDir));
  }
  switch (role.kind) {
    case 'not-installed':
      return answer(notInstalled('the master role cannot run here'));
    case 'no-cluster':
      return answer(NOT_RUNNING);
    case 'unreadable':
      return answer(
        failure(
          'GNH006',
          `${role.message}; whether this node is master cannot be told. Run on the master: gnt-cluster redist-conf`,
        ),
      );
    case 'nameless':
      return answer(failure('GNH007', role.message));
    case 'elsewhere':
      return answer(await elsewhere(context, role.me, role.ssconf, state));
    case 'stale':
      // A luxid works here, so the role is running here, wherever else it is: never 7.
      if (role.luxidWorks) {
        return answer(
          failure(
            'GNH109',
            `${namedBy(role)} as master; luxid works here too, and a restart of this resource stops it. See: gnt-cluster getmaster (on each candidate)`,
          ),
        );
      }
      env.log('warning', `GNH109 ${role.me}: ssconf here names this node as master, ${namedBy(role)}`);
      return answer(
        notRunning(
          'GNH109',
          `ssconf here names this node, but ${namedBy(role)} as master; this node is not master. If it stays, run on ${role.master}: gnt-cluster redist-conf`,
        ),
      );
    case 'doubtful':
      if (state === 'released') return answer(NOT_RUNNING);
      return answer(
        failure(
          'GNH110',
          `Nobody confirms that this node is master (${role.message}); it is not counted as running. Run on the other candidates: daemon-util start ganeti-confd`,
        ),
      );
    case 'held': {
      if (state === 'released' && !(await isCutOff(context))) return answer(NOT_RUNNING);
      // Found running at a probe, so no start will follow: recorded here, for the next monitors to be quick.
      const marked = markStarted(env);
      if (marked.kind === 'failed') env.log('warning', `GNH008 run state not written: ${marked.message}`);
      return { kind: 'held' };
    }
    default:
      return role satisfies never;
  }
}

/**
 * What was released goes on for a successor, and none comes without quorum: where Pacemaker was stopped and started
 * meanwhile, it must find the role here to stop it.
 */
async function isCutOff({ env, parameters }: ActionContext): Promise<boolean> {
  if (runningDaemon(env, parameters.runDir, 'ganeti-luxid').kind !== 'running') return false;
  const { queryQuorum } = await import('../pacemaker/quorum.ts');
  const quorum = await queryQuorum(env, QUORUM_TIMEOUT_MS);
  return quorum.kind === 'ok' && !quorum.quorum;
}

function answer(result: ActionResult): Examination {
  return { kind: 'answer', result };
}

/** This agent took the role in this boot: its daemons may work on from a file system that is gone. */
function vanished(dataDir: string): ActionResult {
  return failure(
    'GNH006',
    `This node took the master role, and now ${dataDir} holds no Ganeti cluster; whether it is still master cannot be told. Check that ${dataDir} is mounted.`,
  );
}

async function elsewhere(
  context: ActionContext,
  me: string,
  ssconf: Ssconf,
  state: RunState,
): Promise<ActionResult> {
  if (state === 'started' && !context.call.probe) {
    const { noteMove } = await import('./ongoing-move.ts');
    noteMove(context.env);
    const { pointPacemakerTo } = await import('./moved-by-hand.ts');
    await pointPacemakerTo(context, ssconf);
    return notRunning(
      'GNH108',
      `The master role was moved to ${ssconf.masterNode} by hand; this node no longer holds it. Next time let Pacemaker move it: pcs resource move ${context.call.instance}`,
    );
  }
  const candidate = ssconf.masterCandidates.includes(me);
  const simulated = context.simulations.active('not-candidate');
  if ((!candidate || simulated !== undefined) && context.parameters.nonCandidate === 'error') {
    return failure(
      'GNH101',
      simulated ??
        'This node is no master candidate, and non_candidate=error asks for an error. Run on the master: gnt-node modify -C yes NODE',
      ExitCode.installed,
    );
  }
  return NOT_RUNNING;
}
