import { Command, InvalidArgumentError } from 'commander';
import { LEDGER_FILE } from '../env/paths.ts';
import { recentEntries } from '../sweep/ledger.ts';
import { parseDuration, parseMoment } from './duration.ts';
import { entryText } from './entry-text.ts';
import { outputOption } from './options.ts';
import type { Verb } from './verb.ts';
import { isAbout } from './why.ts';

const SHOWN = 50;

interface Options {
  readonly output: string;
  readonly lines: number;
  readonly since?: { readonly kind: 'moment' | 'ago'; readonly ms: number };
}

export const historyVerb: Verb = {
  describe: () =>
    new Command('history')
      .description(
        "this host's ledger, oldest first: what was seen, decided and done, and what was not done and why; the master's has the decisions",
      )
      .argument(
        '[node]',
        "only what concerns this node, or this instance: Ganeti's name, or the part before the first dot",
      )
      .option('-n, --lines <number>', 'the last so many', countOf, SHOWN)
      .option('--since <time>', 'not older than this: 2h, 1d, or 2026-11-21T18:00Z', timeOf)
      .addOption(outputOption()),
  run: async (env, command, { print, complain }) => {
    const { output, lines, since } = command.opts<Options>();
    const [node] = command.args;
    const stat = env.files.stat(LEDGER_FILE);
    if (stat.kind === 'unreadable') {
      complain(`${LEDGER_FILE} cannot be read (${stat.message}). Nothing is shown. Run it as root.\n`);
      return 1;
    }
    const sinceMs =
      since === undefined
        ? Number.NEGATIVE_INFINITY
        : since.kind === 'moment'
          ? since.ms
          : env.clock.now() - since.ms;
    const entries = recentEntries(env, sinceMs).filter(
      (entry) => node === undefined || isAbout(entry, node) || isAboutShort(entry, node),
    );
    const shown = entries.slice(-lines);
    print(
      output === 'json'
        ? `${JSON.stringify(shown, null, 2)}\n`
        : shown.map((entry) => `${entryText(entry)}\n`).join(''),
    );
    return 0;
  },
};

/** The ledger outlives the node: its name may not be in Ganeti's list any more, so the ledger's own names are compared. */
function isAboutShort(entry: Parameters<typeof isAbout>[0], short: string): boolean {
  const names = JSON.stringify(entry).match(/[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+/g) ?? [];
  return names.some((name) => name.startsWith(`${short}.`) && isAbout(entry, name));
}

function countOf(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It is no number of lines.');
  return Number(text);
}

function timeOf(text: string): Options['since'] {
  const ago = parseDuration(text);
  if (ago !== undefined) return { kind: 'ago', ms: ago };
  const ms = parseMoment(text);
  if (ms === undefined)
    throw new InvalidArgumentError('Write 2h, 1d, or a moment such as 2026-11-21T18:00Z.');
  return { kind: 'moment', ms };
}
