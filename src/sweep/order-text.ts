import type { Release } from '../policy/orders.ts';
import { LONGEST_PAUSE_MS, type Pause } from '../policy/pause.ts';

// An order is one cluster property, so that two people's never overwrite each other; its value is
// `UNTIL SINCE WHO WHY…`, readable in `pcs property`.

const PAUSE = 'ganeti-ha-pause-';
const RELEASE = 'ganeti-ha-release-';
const WORDS = /^(\S+) (\S+) (\S+)(?: (.*))?$/;

export function pauseProperty(id: string): string {
  return PAUSE + id;
}

export function releaseProperty(node: string): string {
  return RELEASE + node;
}

export function orderValue(order: {
  readonly untilMs: number;
  readonly sinceMs: number;
  readonly who: string;
  readonly why: string;
}): string {
  const { untilMs, sinceMs, who, why } = order;
  return [iso(untilMs), iso(sinceMs), who, toAscii(why)].join(' ').trim();
}

/**
 * The pause that a property holds; undefined for another property. One that makes no sense stands until it is removed:
 * somebody meant something by it. One for longer than a day ends after a day.
 */
export function pauseOf(name: string, value: string): Pause | undefined {
  if (!name.startsWith(PAUSE)) return undefined;
  const id = name.slice(PAUSE.length);
  const order = parse(value);
  if (order === undefined) return { id, who: 'an unreadable order', why: value, untilMs: undefined };
  const { who, why, sinceMs, untilMs } = order;
  return { id, who, why, untilMs: Math.min(untilMs, sinceMs + LONGEST_PAUSE_MS) };
}

/** The release that a property holds; one that makes no sense releases nobody, and is over. */
export function releaseOf(name: string, value: string): Release | undefined {
  if (!name.startsWith(RELEASE)) return undefined;
  const { who = '', untilMs = 0 } = parse(value) ?? {};
  return { node: name.slice(RELEASE.length), who, untilMs };
}

interface Order {
  readonly untilMs: number;
  readonly sinceMs: number;
  readonly who: string;
  readonly why: string;
}

function parse(value: string): Order | undefined {
  const [, until = '', since = '', who = '', why = ''] = WORDS.exec(value) ?? [];
  const [untilMs, sinceMs] = [Date.parse(until), Date.parse(since)];
  if (Number.isNaN(untilMs) || Number.isNaN(sinceMs)) return undefined;
  return { untilMs, sinceMs, who, why: fromAscii(why) };
}

function iso(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Pacemaker's tools in the C locale take ASCII only; the rest as in a URL. */
function toAscii(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]|%/gu, (character) => encodeURIComponent(character.toWellFormed()));
}

function fromAscii(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Written by hand.
    return text;
  }
}
