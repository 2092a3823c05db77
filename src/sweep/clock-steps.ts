import type { Env } from '../env/env.ts';
import { CLOCK_FILE } from '../env/paths.ts';
import { BRAKE_WINDOW_MS } from '../policy/brake.ts';

/** What the wall clock was ahead of the time since boot, and when it was last so, milliseconds since boot. */
interface Offset {
  readonly offsetMs: number;
  readonly lastUpMs: number;
}

/** Less is a clock that is being slewed. */
const STEP_MS = 1_000;
/** What is remembered of the same clock is written anew after this. */
const REWRITTEN_MS = 60_000;

/**
 * How far this host's clock has been set forward within the brake's window, milliseconds: what the ledger and Ganeti
 * dated before that looks older than it is by as much. 0 where that is not known. One that was set back makes
 * everything look younger, which the brake bears.
 */
export function clockSetForward(env: Env): { readonly ms: number; remember(): void } {
  const upMs = uptimeMs(env);
  if (upMs === undefined) return { ms: 0, remember: () => {} };
  const offsetMs = env.clock.now() - upMs;
  const young = stored(env).filter(({ lastUpMs }) => upMs - lastUpMs < BRAKE_WINDOW_MS + REWRITTEN_MS);
  const same = young.filter((one) => Math.abs(one.offsetMs - offsetMs) < STEP_MS);
  const now = { offsetMs: Math.min(offsetMs, ...same.map((one) => one.offsetMs)), lastUpMs: upMs };
  const kept = [...young.filter((one) => !same.includes(one)), now];
  return {
    ms: offsetMs - Math.min(...kept.map((one) => one.offsetMs)),
    remember: () => {
      if (same.some(({ lastUpMs }) => upMs - lastUpMs < REWRITTEN_MS)) return;
      env.files.write(CLOCK_FILE, JSON.stringify(kept));
    },
  };
}

function uptimeMs({ files }: Env): number | undefined {
  const uptime = files.read('/proc/uptime');
  const seconds = uptime.kind === 'text' ? Number.parseFloat(uptime.text) : Number.NaN;
  return Number.isFinite(seconds) ? 1000 * seconds : undefined;
}

function stored({ files }: Env): readonly Offset[] {
  const read = files.read(CLOCK_FILE);
  if (read.kind !== 'text') return [];
  try {
    const value: unknown = JSON.parse(read.text);
    return Array.isArray(value) ? value.filter(isOffset) : [];
  } catch {
    return [];
  }
}

/** The file is ours; a torn one counts for nothing. */
function isOffset(value: unknown): value is Offset {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'offsetMs' in value &&
    Number.isFinite(value.offsetMs) &&
    'lastUpMs' in value &&
    Number.isFinite(value.lastUpMs)
  );
}
