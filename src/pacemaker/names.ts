/** The node attribute by which an administrator says which Ganeti node a Pacemaker node is. */
export const GANETI_NAME_ATTRIBUTE = 'ganeti-name';

export interface NamedNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Which Pacemaker node a Ganeti node is; `none` and `ambiguous` mean that nothing may be done to it. */
export type NameMatch =
  | { readonly kind: 'mapped'; readonly pacemaker: string; readonly how: 'exact' | 'short' | 'attribute' }
  | { readonly kind: 'none'; readonly text: string }
  | { readonly kind: 'ambiguous'; readonly text: string };

export interface NameMap {
  readonly byGaneti: ReadonlyMap<string, NameMatch>;
  /** Pacemaker nodes that are no Ganeti node: allowed, e.g. a quorum-only host. */
  readonly notGanetis: readonly string[];
}

/**
 * Maps by exact name, then by unique short name, then by the node attribute `ganeti-name`; never by DNS,
 * which is down in the very disasters this is for. Case is ignored: Ganeti lower-cases its names
 * (netutils.Hostname), Pacemaker compares them without case. What is not unique is not mapped at all.
 */
export function mapNames(nodes: readonly NamedNode[], ganetiNames: readonly string[]): NameMap {
  const wanted = [...new Set(ganetiNames)].filter((name) => name !== '');
  const usable = nodes.filter(({ name }) => name !== '');
  const first = new Map<string, Candidates>(wanted.map((name) => [name, exactOf(usable, name)]));
  const exactly = new Set([...first.values()].flatMap(({ nodes: found }) => found.map(({ name }) => name)));
  const free = usable.filter((node) => !exactly.has(node.name));
  const open = wanted.filter((name) => first.get(name)?.nodes.length === 0);
  for (const name of open) first.set(name, looselyOf(free, name, open));
  const byGaneti = new Map(wanted.map((name) => [name, matchOf(name, first)]));
  const taken = new Set([...first.values()].flatMap(({ nodes: found }) => found.map(({ name }) => name)));
  return { byGaneti, notGanetis: usable.map(({ name }) => name).filter((name) => !taken.has(name)) };
}

interface Candidates {
  readonly how: 'exact' | 'short' | 'attribute';
  readonly nodes: readonly NamedNode[];
}

function exactOf(nodes: readonly NamedNode[], name: string): Candidates {
  return { how: 'exact', nodes: nodes.filter((node) => sameName(node.name, name)) };
}

/** A short name that fits several nodes of Ganeti decides nothing; the attribute then tells which one is meant. */
function looselyOf(free: readonly NamedNode[], name: string, open: readonly string[]): Candidates {
  const short = free.filter((node) => shortMatches(node.name, name));
  const byAttribute = free.filter((node) => sameName(attributeOf(node), name));
  if (short.length === 0) return { how: 'attribute', nodes: byAttribute };
  const rivals = open.filter(
    (other) => other !== name && short.some((node) => shortMatches(node.name, other)),
  );
  if (rivals.length === 0) return { how: 'short', nodes: short };
  if (byAttribute.length > 0) return { how: 'attribute', nodes: byAttribute };
  const meansRival = (node: NamedNode): boolean => rivals.some((other) => sameName(attributeOf(node), other));
  return { how: 'short', nodes: short.filter((node) => !meansRival(node)) };
}

function matchOf(name: string, all: ReadonlyMap<string, Candidates>): NameMatch {
  const found = all.get(name)?.nodes ?? [];
  const how = all.get(name)?.how ?? 'exact';
  const [node, ...others] = found;
  if (node === undefined) {
    return {
      kind: 'none',
      text: `no Pacemaker node is ${name}, by exact name, short name or attribute ${GANETI_NAME_ATTRIBUTE}`,
    };
  }
  if (others.length > 0) {
    const list = found.map((candidate) => candidate.name).join(', ');
    return { kind: 'ambiguous', text: `several Pacemaker nodes could be ${name} by ${how} name: ${list}` };
  }
  const claim = attributeOf(node);
  if (claim !== '' && !sameName(claim, name) && !shortMatches(claim, name)) {
    return {
      kind: 'ambiguous',
      text: `Pacemaker's ${node.name} matches ${name} by ${how} name, but its attribute ${GANETI_NAME_ATTRIBUTE} says ${claim}`,
    };
  }
  const rivals = [...all].filter(
    ([other, { nodes }]) => other !== name && nodes.some((rival) => sameName(rival.name, node.name)),
  );
  if (rivals.length > 0) {
    const list = rivals.map(([other]) => other).join(', ');
    return { kind: 'ambiguous', text: `Pacemaker's ${node.name} could be ${name} and also ${list}` };
  }
  return { kind: 'mapped', pacemaker: node.name, how };
}

function attributeOf(node: NamedNode): string {
  return node.attributes[GANETI_NAME_ATTRIBUTE]?.trim() ?? '';
}

function sameName(a: string, b: string): boolean {
  return a !== '' && a.length === b.length && a.toLowerCase() === b.toLowerCase();
}

/** Two full names of different domains are different hosts; one of the two must be short. */
function shortMatches(a: string, b: string): boolean {
  if (a.includes('.') === b.includes('.')) return false;
  const [full, short] = a.includes('.') ? [a, b] : [b, a];
  return full[short.length] === '.' && sameName(full.slice(0, short.length), short);
}

/** Pacemaker's name of a Ganeti node; undefined where it is not exactly one. */
export function pacemakerNameOf({ byGaneti }: Pick<NameMap, 'byGaneti'>, node: string): string | undefined {
  const match = byGaneti.get(node);
  return match?.kind === 'mapped' ? match.pacemaker : undefined;
}
