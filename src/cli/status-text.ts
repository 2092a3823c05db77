import { pauseText } from '../policy/pause.ts';
import { entryText } from './entry-text.ts';
import type { BrakeStatus, NodeStatus, Status } from './status.ts';
import { repairsText } from './status-repairs.ts';
import { section, table } from './table.ts';
import { decisionWords } from './why-text.ts';

const ENTRY_WIDTH = 118;

/** One screen of text: the cluster, a line for each node, what is wrong, the last entries of the ledger. */
export function statusText(status: Status): string {
  const { health, trouble, quorum, master, nodes, brake, pauses, jobs, repairs, gaps, last } = status;
  return [
    `cluster  ${health}, quorum: ${quorum === null ? 'unknown' : quorum ? 'yes' : 'NO'}`,
    `master   ${masterText(master)}`,
    `brake    ${brake === null ? 'unknown' : brakeText(brake)}`,
    `pause    ${pauses === null ? 'unknown' : pauseText(pauses) || 'none'}`,
    `jobs     ${jobsText(jobs)}`,
    `repairs  ${repairs === null ? 'unknown' : repairsText(repairs)}`,
    '',
    ...table([
      ['node', 'Pacemaker', 'Ganeti', 'verdict', 'pending'],
      ...nodes.map(({ node, pacemaker, ganeti, verdict, pending }: NodeStatus) => [
        node,
        pacemaker,
        ganeti,
        verdict,
        decisionWords(pending),
      ]),
    ]),
    ...section('trouble', trouble),
    ...section('not known here', gaps),
    ...section("last in this host's ledger", last.length === 0 ? ['nothing'] : last.map(shortEntry)),
    '',
  ].join('\n');
}

/** The whole is in `gnt-ha history`; the screen has room for a line of each. */
function shortEntry(entry: Status['last'][number]): string {
  const text = entryText(entry);
  return text.length <= ENTRY_WIDTH ? text : `${text.slice(0, ENTRY_WIDTH - 3)}...`;
}

function masterText({ ganeti, pacemaker, agree }: Status['master']): string {
  const theirs = pacemaker === null ? 'unknown' : pacemaker.join(', ') || 'none';
  const verdict = agree === null ? '' : agree ? ': they agree' : ': THEY DO NOT AGREE';
  return `Ganeti ${ganeti ?? 'unknown'}, Pacemaker ${theirs}${verdict}`;
}

function brakeText({ places, taken, windowMs, storm }: BrakeStatus): string {
  const who = taken.length === 0 ? '' : ` (${taken.join(', ')})`;
  const stormy = { none: '', on: '; more died than that', over: '; after a storm' }[storm];
  return `${taken.length} of ${places} places taken${who} in ${windowMs / 60_000} minutes${stormy}`;
}

function jobsText(jobs: Status['jobs']): string {
  if (jobs === null) return 'unknown';
  return jobs.map(({ id, status, summary }) => `${id} ${status} ${summary}`).join('; ') || 'none of ours';
}
