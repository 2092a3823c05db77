/** Resource parameters of both agents, checked; what is undefined is left to the cluster tags and the defaults. */
export interface Parameters {
  readonly mode: 'partial' | 'full' | undefined;
  readonly evidence: 'fenced' | 'lost' | undefined;
  /** As written: a count or a fraction. */
  readonly maxOffline: string | undefined;
  readonly onReturn: 'hold' | 'readmit' | undefined;
  /** Seconds. */
  readonly readmitAfter: number | undefined;
  readonly stopMode: 'auto' | 'release' | 'daemons';
  readonly nonCandidate: 'stopped' | 'error';
  readonly staleConfig: 'refuse' | 'allow';
  readonly dataDir: string;
  readonly runDir: string;
}

export type ParsedParameters =
  | { readonly kind: 'ok'; readonly parameters: Parameters }
  | { readonly kind: 'invalid'; readonly message: string; readonly parameters: Parameters };

type Raw = Readonly<Record<string, string>>;

/**
 * Reads the parameters. An invalid one is named in `message`, and the default stands in its place, so that
 * `stop` can go on: a stop that fails gets the node fenced.
 */
export function readParameters(raw: Raw): ParsedParameters {
  const problems: string[] = [];
  const choice = <T extends string>(name: string, allowed: readonly T[]): T | undefined => {
    const value = raw[name];
    if (value === undefined) return undefined;
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) problems.push(`${name}=${value} is none of ${allowed.join(', ')}`);
    return found;
  };
  const path = (name: string, fallback: string): string => {
    const value = raw[name] ?? fallback;
    if (/^\/[^\0\n]*$/.test(value) && !value.split('/').includes('..'))
      return value.replace(/\/+$/, '') || '/';
    problems.push(`${name}=${value} is no absolute path`);
    return fallback;
  };
  const parameters: Parameters = {
    mode: choice('mode', ['partial', 'full']),
    evidence: choice('evidence', ['fenced', 'lost']),
    maxOffline: limitText(raw.max_offline, problems),
    onReturn: choice('on_return', ['hold', 'readmit']),
    readmitAfter: readmitSeconds(raw.readmit_after, problems),
    stopMode: choice('stop_mode', ['auto', 'release', 'daemons']) ?? 'auto',
    nonCandidate: choice('non_candidate', ['stopped', 'error']) ?? 'stopped',
    staleConfig: choice('stale_config', ['refuse', 'allow']) ?? 'refuse',
    dataDir: path('data_dir', '/var/lib/ganeti'),
    runDir: path('run_dir', '/var/run/ganeti'),
  };
  if (problems.length === 0) return { kind: 'ok', parameters };
  return { kind: 'invalid', message: problems.join('; '), parameters };
}

function limitText(value: string | undefined, problems: string[]): string | undefined {
  if (value === undefined) return undefined;
  const fraction = /^(\d{1,4})\/(\d{1,4})$/.exec(value);
  const valid =
    /^\d{1,4}$/.test(value) ||
    (fraction !== null && Number(fraction[2]) > 0 && Number(fraction[1]) <= Number(fraction[2]));
  if (valid) return value;
  problems.push(`max_offline=${value} is neither a count such as 2 nor a fraction such as 1/3`);
  return undefined;
}

function readmitSeconds(value: string | undefined, problems: string[]): number | undefined {
  if (value === undefined) return undefined;
  const seconds = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (seconds >= 60 && seconds <= 86_400) return seconds;
  problems.push(`readmit_after=${value} is not 60 to 86400 seconds`);
  return undefined;
}
