import type { Status } from './status.ts';

/** One screen of text: the cluster, a line for each node with its reasons, the last entries of the ledger. */
export function statusText(status: Status): string {
  const quorum = status.quorum === undefined ? 'unknown' : status.quorum ? 'yes' : 'NO';
  const head = [
    `cluster: ${status.health}, quorum: ${quorum}, Ganeti master: ${status.master ?? 'unknown'}`,
    ...(status.trouble === undefined ? [] : [`trouble: ${status.trouble}`]),
  ];
  const width = Math.max(4, ...status.nodes.map(({ node }) => node.length));
  const nodes = status.nodes.map(
    ({ node, ganeti, verdict, reasons }) =>
      `  ${node.padEnd(width)}  ${ganeti.padEnd(9)}  ${verdict.padEnd(8)}  ${reasons.join('; ')}`,
  );
  const last = status.last.map(({ at, trigger, event, ...facts }) => {
    const text = Object.entries(facts).map(
      ([key, value]) => `${key}=${Array.isArray(value) ? value.join(',') : String(value)}`,
    );
    return `  ${new Date(at).toISOString()}  ${trigger}  ${event}  ${text.join(' ')}`;
  });
  return [...head, '', 'nodes:', ...nodes, '', "last entries of this host's ledger:", ...last, ''].join('\n');
}
