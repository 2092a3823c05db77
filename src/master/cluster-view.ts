import type { ClusterView } from '../sweep/view.ts';

/** The Ganeti nodes that are members of Pacemaker's cluster now. */
export function livingNodes(view: ClusterView): readonly string[] {
  return view.verdicts.filter(({ verdict }) => verdict === 'alive').map(({ node }) => node);
}

export function hasQuorum(view: ClusterView): boolean {
  return view.answer.kind === 'ok' && view.answer.state.quorum;
}

export function verdictOf(view: ClusterView, node: string): string {
  return view.verdicts.find((verdict) => verdict.node === node)?.verdict ?? 'unknown';
}
