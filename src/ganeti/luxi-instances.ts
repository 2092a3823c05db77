import * as v from 'valibot';
import type { LuxiCall } from './luxi.ts';
import { parseAnswer } from './luxi-parse.ts';
import { query, rowValues } from './luxi-query2.ts';

const ROW = v.object({
  name: v.pipe(v.string(), v.nonEmpty()),
  pnode: v.pipe(v.string(), v.nonEmpty()),
});

/** Which node is the primary of each instance, by the configuration. Throws LuxiError. */
export async function queryPrimaries(call: LuxiCall): Promise<ReadonlyMap<string, string>> {
  const rows = await query(call, 'instance', ['name', 'pnode'], null);
  return new Map(
    rows.map((row) => {
      const { name, pnode } = rowValues(row, ROW);
      return [name, pnode] as const;
    }),
  );
}

/** What a noded has to be told to list its instances. */
export interface Hypervisors {
  readonly enabled: readonly string[];
  /** The cluster's parameters of each, as Ganeti has them. */
  readonly parameters: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const INFO = v.object({
  enabled_hypervisors: v.array(v.string()),
  hvparams: v.record(v.string(), v.record(v.string(), v.unknown())),
});

/** Throws LuxiError. */
export async function queryHypervisors(call: LuxiCall): Promise<Hypervisors> {
  const info = parseAnswer('QueryClusterInfo', INFO, await call('QueryClusterInfo', []));
  return { enabled: info.enabled_hypervisors, parameters: info.hvparams };
}
