import type { Env, WriteResult } from '../env/env.ts';
import { type OcfCall, readCall } from './environment.ts';
import { ExitCode } from './exit-codes.ts';
import { type Parameters, readParameters } from './parameters.ts';
import { type ActionResult, exitReasonLine, failure, isCutShort, SUCCESS, wholeReason } from './result.ts';
import { NO_SIMULATIONS, readSimulations, type Simulations } from './simulation.ts';

/** What a handler gets: the world, the call, the checked parameters, the simulations in force. */
export interface ActionContext {
  readonly env: Env;
  readonly call: OcfCall;
  readonly parameters: Parameters;
  readonly simulations: Simulations;
}

export type ActionHandler = (context: ActionContext) => Promise<ActionResult>;

/** One agent: its name, its metadata, and its actions, each loaded only when it is called. */
export interface Agent {
  readonly name: string;
  metadata(): Promise<string>;
  readonly actions: Readonly<Record<string, () => Promise<ActionHandler>>>;
  /** The least a `stop` has to do: the role counts as not running here. Used where the handler fails. */
  readonly giveUp: () => Promise<(env: Env) => WriteResult>;
}

/** What the process prints and returns. Standard output is for `meta-data` and usage only. */
export interface Answer {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs one action of an agent. Never throws for an action; a programming error becomes GNH011, so that Pacemaker
 * sees a soft failure with a reason and not a code without meaning. In `stop` it is logged only.
 */
export async function runAgent(agent: Agent, env: Env, args: readonly string[]): Promise<Answer> {
  const call = readCall(agent.name, args, env.vars);
  switch (call.action) {
    case 'meta-data':
      return { code: ExitCode.success, stdout: await agent.metadata(), stderr: '' };
    case 'usage':
    case 'help':
    case '--help':
    case '-h':
      return { code: ExitCode.success, stdout: usage(agent), stderr: '' };
    default:
      return answerOf(env, await act(agent, env, call));
  }
}

async function act(agent: Agent, env: Env, call: OcfCall): Promise<ActionResult> {
  const load = Object.hasOwn(agent.actions, call.action) ? agent.actions[call.action] : undefined;
  if (load === undefined) {
    const named = call.action === '' ? 'No action was given' : `The action ${call.action} is not implemented`;
    return failure('GNH001', `${named}; nothing was done. ${usage(agent).trim()}`, ExitCode.unimplemented);
  }
  const stopping = call.action === 'stop';
  const parsed = readParameters(call.parameters);
  if (parsed.kind === 'invalid') {
    const text = `${parsed.message}; nothing was done. Correct the parameter of the resource ${call.instance}.`;
    if (!stopping) return failure('GNH002', text, ExitCode.configured);
    env.log('warning', `${text} This stop goes on with the default.`);
  }
  if (env.host.uid !== 0 && env.vars.GANETI_HA_ROOT === undefined && call.action !== 'validate-all') {
    return failure(
      'GNH003',
      `${call.action} needs root; nothing was done. Run it as root.`,
      ExitCode.permission,
    );
  }
  const simulations = readSimulations(env, agent.name);
  for (const file of simulations.refused) env.log('warning', `GNH010 simulation file refused: ${file}`);
  const context = { env, call, parameters: parsed.parameters, simulations };
  try {
    return await (await load())(context);
  } catch (error) {
    const result = internalError(env, call, error);
    return stopping ? await stopAnyway(agent, load, context) : result;
  }
}

/** A failed stop gets the node fenced, so an error of ours must never be one. It is in the log. */
async function stopAnyway(
  agent: Agent,
  load: () => Promise<ActionHandler>,
  context: ActionContext,
): Promise<ActionResult> {
  const { env, call } = context;
  try {
    // Once more: without quorum the master daemons may still have to be stopped.
    return await (await load())({ ...context, simulations: NO_SIMULATIONS });
  } catch (error) {
    internalError(env, call, error);
  }
  try {
    const given = (await agent.giveUp())(env);
    if (given.kind === 'failed') env.log('warning', `GNH116 stopped, but not recorded: ${given.message}`);
  } catch (error) {
    internalError(env, call, error);
  }
  return SUCCESS;
}

function internalError(env: Env, call: OcfCall, error: unknown): ActionResult {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  env.log('error', `GNH011 internal error in ${call.action}: ${text}`);
  // Pacemaker's commands take the name of a clone's resource, not of one instance of it.
  const resource = call.instance.replace(/:\d+$/, '');
  return failure(
    'GNH011',
    `Internal error in ${call.action} (${error instanceof Error ? error.message : text}); it was not completed. See the log, then run: pcs resource cleanup ${resource}`,
  );
}

function answerOf(env: Env, { code, reason }: ActionResult): Answer {
  if (reason === undefined) return { code, stdout: '', stderr: '' };
  if (isCutShort(reason)) env.log('warning', wholeReason(reason));
  return { code, stdout: '', stderr: `${exitReasonLine(reason)}\n` };
}

function usage(agent: Agent): string {
  return `usage: ${agent.name} {${[...Object.keys(agent.actions), 'meta-data', 'usage'].join('|')}}\n`;
}
