import type { LedgerEvent } from '../sweep/ledger.ts';

/** What a person who plans is told of something that these agents noted. */
export interface Told {
  readonly what: string;
  /** What an administrator would type for the same; undefined where nothing is done, or nobody has a command for it. */
  readonly command?: string;
}

/** Undefined for what other lines tell, or what is no step. */
export function toldOf(entry: LedgerEvent): Told | undefined {
  switch (entry.event) {
    case 'offline-submitted': {
      const promote = entry.autoPromote ? '--auto-promote ' : '';
      return {
        what: `${entry.node} is marked offline: ${entry.because}`,
        command: `gnt-node modify --offline=yes ${promote}${entry.node}`,
      };
    }
    case 'power-submitted':
      return powerTold(entry.power, entry.node);
    case 'drain-submitted':
      return {
        what: `${entry.node} is drained: ${entry.because}`,
        command: `gnt-node modify --drained=yes ${entry.node}`,
      };
    case 'undrain-submitted':
      return {
        what: `${entry.node} is undrained: ${entry.because}`,
        command: `gnt-node modify --drained=no ${entry.node}`,
      };
    case 'readmit-submitted':
      return {
        what: `${entry.node} is taken back: ${entry.because}`,
        command: `gnt-ha readmit ${entry.node}`,
      };
    case 'redist-submitted':
      return {
        what: `Ganeti's configuration is sent out again: ${entry.text}`,
        command: 'gnt-cluster redist-conf',
      };
    case 'master-ip-submitted':
      return {
        what: `the master IP is to come up: ${entry.text}`,
        command: 'gnt-cluster activate-master-ip',
      };
    case 'queue-drained':
      return { what: `the job queue is drained: ${entry.text}`, command: 'gnt-cluster queue drain' };
    case 'queue-undrained':
      return { what: `the job queue is undrained: ${entry.text}`, command: 'gnt-cluster queue undrain' };
    case 'shun':
      return { what: shunText(entry.nodes, entry.result) };
    case 'connections-ended':
      return { what: `connections to ${entry.nodes.join(', ')}: ${entry.result}` };
    case 'stuck': {
      const what = `the job to mark ${entry.node} offline waits for job ${entry.holder} (${entry.text})`;
      return entry.did === 'nothing' ? { what } : { what, command: `gnt-job cancel ${entry.holder}` };
    }
    case 'held':
      return { what: `${entry.node} is held: ${entry.text}` };
    case 'job-ended':
      return entry.outcome === 'success'
        ? undefined
        : { what: `${entry.node}: its ${entry.what} job ${END_WORDS[entry.outcome]}: ${entry.text}` };
    case 'master-released':
      return { what: `the master role is given up: ${entry.text}` };
    case 'storm':
      return entry.state === 'on'
        ? { what: `more died than the brake allows, held: ${entry.held.join(', ')}` }
        : { what: 'the places under the brake suffice again' };
    // Followed by its job, or by what is held.
    case 'decided':
    // Told by the failover that it notes.
    case 'master-taken':
    // Words about what other lines tell.
    case 'trouble':
    case 'alert':
    // The copy of a live cluster has no instances.
    case 'repair-begun':
    case 'repair-submitted':
    case 'repair-ended':
    case 'repair-withdrawn':
    case 'repair-held':
      return undefined;
    default:
      entry satisfies never;
      return undefined;
  }
}

const END_WORDS = { failed: 'failed', gone: 'is gone' } as const;

function powerTold(power: 'powercycle' | 'poweroff', node: string): Told {
  return power === 'poweroff'
    ? { what: `Ganeti is to cut the power of ${node}`, command: `gnt-node power off ${node}` }
    : { what: `Ganeti is to power-cycle ${node}`, command: `gnt-node powercycle ${node}` };
}

/** `result` names all that are shunned now, `nodes` those for which that has changed. */
function shunText(nodes: readonly string[], result: string): string {
  const now = result.replace(/^shunned now: /, '').split(', ');
  return nodes.some((node) => now.includes(node))
    ? `TCP to ${nodes.join(', ')} is refused here, so that Ganeti does not wait for the dead`
    : `TCP to ${nodes.join(', ')} is let through again`;
}
