const MS = { d: 86_400_000, h: 3_600_000, m: 60_000 } as const;

/** `2h`, `90m`, `1h30m`, `1d` in milliseconds; undefined for anything else, and for no time at all. */
export function parseDuration(text: string): number | undefined {
  const match = /^(?:(\d{1,4})d)?(?:(\d{1,4})h)?(?:(\d{1,4})m)?$/.exec(text);
  if (match === null) return undefined;
  const [, days = '0', hours = '0', minutes = '0'] = match;
  const ms = Number(days) * MS.d + Number(hours) * MS.h + Number(minutes) * MS.m;
  return ms > 0 ? ms : undefined;
}

/** A moment with its time zone, e.g. `2026-11-21T18:00Z` or `2026-11-21 18:00+01:00`; without one it would be a guess. */
export function parseMoment(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:?\d\d)$/.test(text)) return undefined;
  const ms = Date.parse(text.replace(' ', 'T'));
  return Number.isNaN(ms) ? undefined : ms;
}
