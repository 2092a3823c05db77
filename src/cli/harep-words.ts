import { type GetoptOption, getopt } from './getopt.ts';

/** What harep's command line asks for. */
export type HarepOrder =
  | {
      readonly kind: 'run';
      /** Undefined: the cluster's own. */
      readonly socket: string | undefined;
      /** Before each repair job; 0 is none. */
      readonly delaySeconds: number;
      readonly reason: string | undefined;
      readonly dryRun: boolean;
    }
  | { readonly kind: 'help' | 'version' | 'completion' }
  | { readonly kind: 'wrong'; readonly code: 1 | 2; readonly text: string };

/** As harep has it (Ganeti's CLI.hs:250). */
export const DEFAULT_DELAY_SECONDS = 10;

interface HarepOption extends GetoptOption {
  readonly says: string;
  /** For `--help-completion`. */
  readonly completes: 'file' | 'float' | 'none';
}

export const HAREP_OPTIONS: readonly HarepOption[] = [
  {
    ...{ short: 'L', long: 'luxi', value: 'optional', called: 'SOCKET', completes: 'file' },
    says: "ask luxid at this SOCKET, which has to be glued to the option; without one at the cluster's own",
  },
  {
    ...{ long: 'job-delay', value: 'required', called: 'SECONDS', completes: 'float' },
    says: `put this much delay before the first step of each repair job; default ${DEFAULT_DELAY_SECONDS}, 0 is none`,
  },
  {
    ...{ long: 'reason', value: 'required', called: 'REASON', completes: 'none' },
    says: 'the reason to pass to the submitted jobs',
  },
  {
    ...{ long: 'dry-run', value: 'none', completes: 'none' },
    says: 'submit nothing and only report what would be done',
  },
  { short: 'V', long: 'version', value: 'none', completes: 'none', says: 'say which program this is' },
  { short: 'h', long: 'help', value: 'none', completes: 'none', says: 'show help' },
  { long: 'help-completion', value: 'none', completes: 'none', says: 'show the options for completion' },
];

/** Reads harep's words with harep's answers: 2 for a wrong option, 1 for a wrong value or any other word. */
export function readHarepWords(words: readonly string[]): HarepOrder {
  const { options, positional, errors } = getopt(HAREP_OPTIONS, words);
  if (errors.length > 0)
    return { kind: 'wrong', code: 2, text: `Command line error: ${errors.join('\n')}\n\n${harepUsage()}` };
  const last = (long: string): string | undefined => options.findLast((one) => one.long === long)?.value;
  const has = (long: string): boolean => options.some((one) => one.long === long);
  const delay = last('job-delay') ?? String(DEFAULT_DELAY_SECONDS);
  if (!/^\s*-?\d+(\.\d+)?([eE][-+]?\d+)?\s*$/.test(delay) || !Number.isFinite(Number(delay))) {
    const text = `Error while parsing command line arguments:\njob delay: cannot parse string '${delay}'\n`;
    return { kind: 'wrong', code: 1, text };
  }
  if (has('help')) return { kind: 'help' };
  if (has('version')) return { kind: 'version' };
  if (has('help-completion')) return { kind: 'completion' };
  if (positional.length > 0)
    return { kind: 'wrong', code: 1, text: "Error: this program doesn't take any arguments.\n" };
  return {
    kind: 'run',
    socket: last('luxi'),
    delaySeconds: Math.max(0, Number(delay)),
    reason: last('reason'),
    dryRun: has('dry-run'),
  };
}

export function harepUsage(): string {
  const rows = HAREP_OPTIONS.map(({ short, long, value, called = '', says }) => {
    const glued = value === 'optional' ? `[${called}]` : '';
    const equals = value === 'none' ? '' : value === 'optional' ? `[=${called}]` : `=${called}`;
    const letter = short === undefined ? '' : `-${short}${glued}`;
    return `  ${letter.padEnd(10)}  ${`--${long}${equals}`.padEnd(19)}  ${says}\n`;
  });
  return `Usage: gnt-ha harep [OPTION...]\n${rows.join('')}`;
}

/** As harep's, which its own completion script is made of. */
export function harepCompletion(): string {
  return HAREP_OPTIONS.map(({ short, long, completes }) => {
    const names = short === undefined ? `--${long}` : `-${short},--${long}`;
    return `${names} ${completes}\n`;
  }).join('');
}
