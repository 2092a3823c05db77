import * as v from 'valibot';
import type { Env } from '../env/env.ts';
import type { Hypervisors } from './luxi-instances.ts';
import type { MasterNetwork } from './luxi-master-network.ts';
import { NODED_PORT } from './probes.ts';

/** Each call took 0.1 s in the lab; a hypervisor's own tools may take seconds under load. */
const TIMEOUT_MS = 4_000;

/** What a node's own noded says of itself. `failed` also where it refuses this master's certificate. */
export type NodedSays =
  | {
      readonly kind: 'answered';
      /** The node's clock against this host's, milliseconds; as exact as the call was quick. */
      readonly clockMs: number;
      /** Names of the instances that run there, also of such as Ganeti does not expect there. */
      readonly running: readonly string[];
    }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Asks noded itself: luxid asks nothing of a node that is offline, which is the very one whose answer is needed. Two
 * calls that change nothing, with the certificate that Ganeti's own daemons use on this master; that noded takes it is
 * also what Ganeti needs to take the node back.
 */
export async function askNoded(
  env: Env,
  dataDir: string,
  address: string,
  { enabled, parameters }: Hypervisors,
): Promise<NodedSays> {
  const [clock, listed] = await Promise.all([
    askClock(env, dataDir, address),
    rpc(env, dataDir, address, 'instance_list', [enabled, parameters], v.array(v.string())),
  ]);
  if (clock.kind === 'failed') return clock;
  if (listed.kind === 'failed') return listed;
  return { kind: 'answered', clockMs: clock.clockMs, running: listed.value };
}

/** That node's clock against this host's, milliseconds; as exact as the call was quick. */
export async function askClock(
  env: Env,
  dataDir: string,
  address: string,
): Promise<
  { readonly kind: 'ok'; readonly clockMs: number } | { readonly kind: 'failed'; readonly message: string }
> {
  const sent = env.clock.now();
  const verified = await rpc(env, dataDir, address, 'node_verify', [{ time: null }, '', {}], TIME);
  if (verified.kind === 'failed') return verified;
  const [seconds, microseconds] = verified.value.time;
  const middle = (sent + verified.atMs) / 2;
  return { kind: 'ok', clockMs: Math.round(seconds * 1000 + microseconds / 1000 - middle) };
}

/** `refuses`: its noded answers with another status than 200, mostly as it does not take this node for a candidate. */
export type MasterWord =
  | { readonly kind: 'names'; readonly master: string }
  | { readonly kind: 'refuses' }
  | { readonly kind: 'silent' };

/** Whom the ssconf of the node at this address names as master, by its noded. */
export async function masterWordOfNoded(
  env: Env,
  dataDir: string,
  address: string,
  timeoutMs = TIMEOUT_MS,
): Promise<MasterWord> {
  const said = await rpc(env, dataDir, address, 'master_node_name', [], v.string(), timeoutMs);
  if (said.kind === 'ok') return { kind: 'names', master: said.value };
  return { kind: said.status === undefined ? 'silent' : 'refuses' };
}

/** The same; undefined where it did not say. */
export async function masterForNoded(
  env: Env,
  dataDir: string,
  address: string,
  timeoutMs = TIMEOUT_MS,
): Promise<string | undefined> {
  const word = await masterWordOfNoded(env, dataDir, address, timeoutMs);
  return word.kind === 'names' ? word.master : undefined;
}

/** As a failover tells the old master, and as harmless where nothing of the role runs. Words where it failed. */
export async function stopMasterOn(env: Env, dataDir: string, address: string): Promise<string | undefined> {
  const said = await rpc(env, dataDir, address, 'node_stop_master', [], v.unknown());
  return said.kind === 'ok' ? undefined : said.message;
}

/** The other half of it. */
export async function dropMasterIpOn(
  env: Env,
  dataDir: string,
  address: string,
  masterIp: string,
  { netdev, netmask, ip_family, externalScript }: MasterNetwork,
): Promise<string | undefined> {
  const args = [{ ip: masterIp, netdev, netmask, ip_family }, externalScript];
  const said = await rpc(env, dataDir, address, 'node_deactivate_master_ip', args, v.unknown());
  return said.kind === 'ok' ? undefined : said.message;
}

/** The size of a file there in bytes; `missing` where there is none. */
export async function sizeOn(
  env: Env,
  dataDir: string,
  address: string,
  path: string,
  timeoutMs = TIMEOUT_MS,
): Promise<number | 'missing' | { readonly kind: 'failed'; readonly message: string }> {
  const said = await rpc(env, dataDir, address, 'get_file_info', [path], FILE_INFO, timeoutMs);
  if (said.kind === 'failed') return said;
  const [exists, { size }] = said.value;
  return exists && size !== undefined ? size : 'missing';
}

/** Removes the flag there, which is all that luxid asks of it for each job; done also where there is none. */
export async function undrainQueueOn(
  env: Env,
  dataDir: string,
  address: string,
  timeoutMs = TIMEOUT_MS,
): Promise<string | undefined> {
  const said = await rpc(env, dataDir, address, 'jobqueue_set_drain_flag', [false], v.unknown(), timeoutMs);
  return said.kind === 'ok' ? undefined : said.message;
}

/** Whether it exists, and where it does what `stat` says of it: the size alone (lib/backend.py, GetFileInfo). */
const FILE_INFO = v.tuple([v.boolean(), v.object({ size: v.optional(v.number()) })]);
const TIME = v.object({ time: v.tuple([v.number(), v.number()]) });

type Said<T> =
  | { readonly kind: 'ok'; readonly value: T; readonly atMs: number }
  | {
      readonly kind: 'failed';
      readonly message: string;
      /** Of HTTP, where it was not 200. */
      readonly status?: number;
    };

/** `POST /FUNCTION` with a list, answered by `[true, payload]` or `[false, words]` (lib/server/noded.py:172). */
async function rpc<S extends v.GenericSchema>(
  env: Env,
  dataDir: string,
  address: string,
  name: string,
  args: readonly unknown[],
  schema: S,
  timeoutMs = TIMEOUT_MS,
): Promise<Said<v.InferOutput<S>>> {
  const identity = env.files.read(`${dataDir}/client.pem`);
  const authority = env.files.read(`${dataDir}/server.pem`);
  if (identity.kind !== 'text' || authority.kind !== 'text')
    return { kind: 'failed', message: `${dataDir}/client.pem or server.pem cannot be read` };
  const answer = await env.net.httpsPost({
    host: address,
    port: NODED_PORT,
    path: `/${name}`,
    body: JSON.stringify(args),
    identity: identity.text,
    authority: authority.text,
    timeoutMs,
  });
  if (answer.kind === 'failed') return { kind: 'failed', message: answer.message.trim() };
  const { status, body } = answer.value;
  if (status !== 200) return { kind: 'failed', message: `${name}: HTTP status ${status}`, status };
  return readAnswer(name, body, schema, env.clock.now());
}

function readAnswer<S extends v.GenericSchema>(
  name: string,
  body: string,
  schema: S,
  atMs: number,
): Said<v.InferOutput<S>> {
  try {
    const answer: unknown = JSON.parse(body);
    const [done, payload]: readonly unknown[] = Array.isArray(answer) ? answer : [];
    const read = v.safeParse(schema, payload);
    if (done === true && read.success) return { kind: 'ok', value: read.output, atMs };
    return { kind: 'failed', message: `${name}: ${done === false ? String(payload) : 'an unknown answer'}` };
  } catch {
    return { kind: 'failed', message: `${name}: no JSON` };
  }
}
