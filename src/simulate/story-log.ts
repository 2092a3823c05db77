import { LEDGER_FILE } from '../env/paths.ts';
import { parseEntry } from '../sweep/ledger.ts';
import type { LogLine, World } from './world.ts';

/** Makes each entry of a ledger a line of the story: what was decided, done, or not done and why. */
export function logLedgers(world: World): void {
  for (const host of world.hosts) {
    host.disk.appended = (path, text) => {
      if (path !== LEDGER_FILE) return;
      for (const line of text.split('\n'))
        if (line !== '') world.log(host, `ledger: ${ledgerLine(line)}`, parseEntry(line));
    };
  }
}

/** `trigger event node: the other facts`; a line that is no entry as it stands. */
function ledgerLine(line: string): string {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return line;
  }
  if (typeof entry !== 'object' || entry === null) return line;
  const {
    at: _at,
    trigger,
    event,
    node,
    evidence: _evidence,
    ...facts
  } = entry as Readonly<Record<string, unknown>>;
  const told = Object.entries(facts).map(([key, value]) =>
    key === 'text' || key === 'because'
      ? String(value)
      : `${key}=${Array.isArray(value) ? value.join(',') : String(value)}`,
  );
  const head = [trigger, event, node].filter((word) => word !== undefined).join(' ');
  return told.length === 0 ? head : `${head}: ${told.join(' ')}`;
}

/** The golden text: a line each, with seconds since the story began. */
export function storyText(lines: readonly LogLine[], beganMs: number): string {
  const lastWords = new Map<string, string>();
  const isNews = ({ host = '', text }: LogLine): boolean => {
    // What an agent logs at every monitor is news once.
    if (!/^(?:info|warning|error): /.test(text)) return true;
    if (lastWords.get(host) === text) return false;
    lastWords.set(host, text);
    return true;
  };
  return lines
    .filter(({ ms }) => ms >= beganMs)
    .filter(isNews)
    .map(
      ({ ms, host, text }) =>
        `${((ms - beganMs) / 1000).toFixed(1).padStart(7)}  ${(host ?? '-').padEnd(4)}  ${text}\n`,
    )
    .join('');
}

/** Ids of repairs are random and long; in a story they are `id-1`, `id-2` … as they appear. */
export function withShortIds(text: string): string {
  const short = new Map<string, string>();
  return text.replace(/[0-9a-f]{8}-0000-4000-8000-[0-9a-f]{12}/g, (id) => {
    const known = short.get(id) ?? `id-${short.size + 1}`;
    short.set(id, known);
    return known;
  });
}
