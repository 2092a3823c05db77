import type { LuxiCall } from './luxi.ts';
import { queryTable } from './luxi-table.ts';

/** What a node says is free, MiB. */
export interface FreeRoom {
  readonly memory: number;
  /** Of its volume group; infinite where it has none, since what needs none is not to wait for it. */
  readonly disk: number;
}

const FIELDS = ['name', 'mfree', 'dfree'] as const;

/**
 * What is free on these nodes; those that do not answer are left out. Live: luxid calls each of them, and waits for
 * one that is dead, so only those that are known to live may be asked. Throws LuxiError.
 */
export async function queryRoom(
  call: LuxiCall,
  nodes: readonly string[],
): Promise<ReadonlyMap<string, FreeRoom>> {
  // Without a name luxid would call every node.
  if (nodes.length === 0) return new Map();
  const filter = ['|', ...nodes.map((name) => ['==', 'name', name])];
  const rows = await queryTable(call, 'node', FIELDS, filter);
  return new Map(
    rows.flatMap((row): readonly (readonly [string, FreeRoom])[] => {
      const memory = row.value('mfree');
      const disk = row.value('dfree');
      if (typeof memory !== 'number') return [];
      return [
        [row.text('name'), { memory, disk: typeof disk === 'number' ? disk : Number.POSITIVE_INFINITY }],
      ];
    }),
  );
}
