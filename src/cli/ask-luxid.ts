import type { Env } from '../env/env.ts';
import { type LuxiOptions, luxiSocket, withLuxi } from '../ganeti/luxi.ts';
import { type MarkedNode, queryMarkedNodes } from '../ganeti/luxi-marks.ts';
import { queryConfigValues } from '../ganeti/luxi-queries.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import { type Objection, objections } from '../policy/readmit.ts';
import { askGaneti, type GanetiFacts } from '../sweep/ganeti-facts.ts';
import { type ReadmitRequest, readmitFacts } from '../sweep/readmit.ts';

/** What the luxid of this host tells of the cluster. */
export interface LuxidTold {
  readonly facts: GanetiFacts;
  readonly marked: readonly MarkedNode[];
  readonly queueDrained: boolean;
}

export interface LuxidAsked {
  /** Undefined where it could not be asked, or names another master than ssconf. */
  readonly told: LuxidTold | undefined;
  readonly luxid: 'here' | 'elsewhere';
  /** What this host cannot know because of it, in a sentence. */
  readonly gap: string | undefined;
}

const CONNECT_TIMEOUT_MS = 1_000;
const REQUEST_TIMEOUT_MS = 5_000;

function optionsFor(runDir: string): LuxiOptions {
  return {
    socket: luxiSocket(runDir),
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
  };
}

/** Asks for what stands in the configuration, and for jobs. Changes nothing. */
export async function askLuxid(
  env: Env,
  runDir: string,
  { masterNode: master }: Ssconf,
): Promise<LuxidAsked> {
  const asked = await withLuxi(env, optionsFor(runDir), async (call): Promise<LuxidTold | string> => {
    const { masterNode, queueDrained } = await queryConfigValues(call);
    if (masterNode !== master) return masterNode;
    const [facts, marked] = await Promise.all([askGaneti(call, env.clock.now()), queryMarkedNodes(call)]);
    return { facts, marked, queueDrained };
  });
  if (asked.kind === 'failed') {
    const { kind } = asked.error.failure;
    const elsewhere = kind === 'no-socket' || kind === 'refused';
    const gap = elsewhere
      ? `This host is not the Ganeti master (${master} by ssconf), or its luxid is down: jobs, nodes just marked offline and the master's own ledger are not known here. Ask there.`
      : `Ganeti's jobs and flags are not known: ${asked.error.message}`;
    return { told: undefined, luxid: elsewhere ? 'elsewhere' : 'here', gap };
  }
  if (typeof asked.value !== 'string') return { told: asked.value, luxid: 'here', gap: undefined };
  const gap = `luxid names ${asked.value} as master, ssconf ${master}: the sweep submits nothing.`;
  return { told: undefined, luxid: 'here', gap };
}

/** What speaks against taking a node back at this moment, the most serious first; asks the node itself. Changes nothing. */
export async function askObjections(
  request: ReadmitRequest,
  runDir: string,
): Promise<readonly Objection[] | undefined> {
  const asked = await withLuxi(request.env, optionsFor(runDir), (call) => readmitFacts(call, request));
  return asked.kind === 'ok' ? objections(asked.value) : undefined;
}
