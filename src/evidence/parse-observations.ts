import type { Observations } from './memory.ts';

/** Reads the JSON of `observe`. Garbage or another version is undefined: the caller starts afresh, which only weakens. */
export function parseObservations(text: string): Observations | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObservations(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObservations(value: unknown): value is Observations {
  return (
    isRecord(value) &&
    value.version === 1 &&
    isTime(value.atMs) &&
    (value.ring === undefined || isCount(value.ring)) &&
    isRecord(value.nodes) &&
    Object.values(value.nodes).every(isNodeMemory)
  );
}

function isNodeMemory(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value.member === 'boolean' &&
    Array.isArray(value.baseline) &&
    value.baseline.every((id) => typeof id === 'string') &&
    Array.isArray(value.events) &&
    value.events.every(isKnownEvent) &&
    (value.outlivedMs === undefined || isTime(value.outlivedMs))
  );
}

function isKnownEvent(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value.id === 'string' &&
    typeof value.action === 'string' &&
    isTime(value.firstSeenMs) &&
    typeof value.witnessed === 'boolean' &&
    (value.doubt === undefined || typeof value.doubt === 'string') &&
    typeof value.absentSince === 'boolean' &&
    (value.answeredMs === undefined || isTime(value.answeredMs))
  );
}

/** A moment that `Date` can write: it throws for any later one (ECMA-262, time values), and the look would end there. */
function isTime(value: unknown): boolean {
  return isCount(value) && Number(value) <= 8.64e15;
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
