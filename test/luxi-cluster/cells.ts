/** One cell of Query (Constants.hs:3836). */
export type Cell = readonly [status: 0 | 1 | 2 | 3 | 4, value: unknown];

/** What a field is for one object; undefined for a field that Ganeti does not know. */
export type FieldOf<T> = (object: T) => Cell;

export const UNKNOWN_FIELD: Cell = [1, null];
/** Nobody could be asked. */
export const NO_DATA: Cell = [2, null];
export const UNAVAILABLE: Cell = [3, null];
/** The node is marked offline, so it was not asked. */
export const OFFLINE: Cell = [4, null];

export function normal(value: unknown): Cell {
  return [0, value];
}
