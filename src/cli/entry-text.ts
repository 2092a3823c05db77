import type { LedgerEntry } from '../sweep/ledger.ts';
import { moment } from './moment.ts';
import { OUTCOME_WORDS, stepWords } from './repair-words.ts';

/** One entry of the ledger in words: when, what, and what woke the sweep. */
export function entryText(entry: LedgerEntry): string {
  return `${moment(entry.at)}  ${eventText(entry)}  [${entry.trigger}]`;
}

function eventText(entry: LedgerEntry): string {
  switch (entry.event) {
    case 'decided':
      return `${entry.node}: to be marked ${entry.decision}: ${entry.text}`;
    case 'held':
      return `${entry.node}: held (${entry.hold}): ${entry.text}`;
    case 'offline-submitted':
      return `${entry.node}: job ${entry.job} to mark it offline: ${entry.because}`;
    case 'power-submitted':
      return `${entry.node}: job ${entry.job}, ${entry.power}`;
    case 'drain-submitted':
    case 'undrain-submitted':
    case 'readmit-submitted':
      return `${entry.node}: job ${entry.job}, ${entry.event.replace('-submitted', '')}: ${entry.because}`;
    case 'job-ended':
      return `${entry.node}: job ${entry.job} (${entry.what}) ended: ${withText(entry.outcome, entry.text)}`;
    case 'stuck':
      return `${entry.node}: job ${entry.job} waited for job ${entry.holder}, ${entry.did}: ${entry.text}`;
    case 'connections-ended':
      return `${entry.nodes.join(', ')}: connections: ${entry.result}`;
    case 'shun':
      return `${entry.nodes.join(', ')}: shun: ${entry.result}`;
    case 'redist-submitted':
      return `${entry.nodes.join(', ')}: job ${entry.job}, redist-conf: ${entry.text}`;
    case 'master-ip-submitted':
      return `${entry.node}: job ${entry.job}, master IP: ${entry.text}`;
    case 'master-taken':
      return `master role from ${entry.from} to ${entry.to}: ${entry.text}`;
    case 'alert':
      return `${entry.node}: alert ${withText(entry.said, entry.words === entry.said ? '' : entry.words)}`;
    case 'storm':
      return entry.state === 'on'
        ? `more died than the brake allows, held: ${entry.held.join(', ')}`
        : 'the storm is over: the places under the brake suffice';
    case 'repair-begun':
      return `${several(entry)}: to be repaired (${entry.type}): ${entry.text}`;
    case 'repair-submitted':
      return `${entry.instance}: job ${entry.job}: ${stepWords(entry.step)}`;
    case 'repair-ended':
      return `${entry.instance}: ${OUTCOME_WORDS[entry.outcome]}: ${entry.text}`;
    case 'repair-withdrawn':
      return `${entry.instance}: job ${entry.job} ${entry.done ? 'taken back' : 'could not be taken back'}: ${entry.text}`;
    case 'repair-held':
      return `${several(entry)}: not repaired (${entry.hold}): ${entry.text}`;
    case 'trouble':
      return `${entry.code} ${entry.text}`;
    default:
      return otherText(entry);
  }
}

/** Of many instances the ledger names only the first. */
function several({
  instances,
  count,
}: {
  readonly instances: readonly string[];
  readonly count: number;
}): string {
  const more = count - instances.length;
  return `${instances.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function withText(word: string, text: string): string {
  return text === '' ? word : `${word} (${text})`;
}

/** Also what a newer version has written into the same file. */
function otherText({ at: _at, trigger: _trigger, event, ...facts }: LedgerEntry): string {
  const told = Object.entries(facts).map(([key, value]) =>
    key === 'text' ? String(value) : `${key}=${JSON.stringify(value)}`,
  );
  return [event, ...told].join(' ');
}
