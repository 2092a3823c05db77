import type { Limits } from './facts.ts';

/** Counts the repairs under way at the same time, those that this pass begins among them. */
export class UnderWay {
  readonly #limits: Limits;
  #all = 0;
  readonly #byNode = new Map<string, number>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** One that runs already: it counts whatever the limits are. */
  add(nodes: readonly string[]): void {
    this.#all += 1;
    for (const node of nodes) this.#byNode.set(node, this.#on(node) + 1);
  }

  /** Why one more would be too many; undefined where it may begin. */
  full(
    nodes: readonly string[],
  ): { readonly wait: 'limit-cluster' | 'limit-node'; readonly because: string } | undefined {
    if (this.#all >= this.#limits.cluster) {
      return { wait: 'limit-cluster', because: `${this.#all} repairs run in the cluster, as many as may` };
    }
    const node = nodes.find((name) => this.#on(name) >= this.#limits.node);
    if (node === undefined) return undefined;
    return { wait: 'limit-node', because: `${this.#on(node)} repairs concern ${node}, as many as may` };
  }

  #on(node: string): number {
    return this.#byNode.get(node) ?? 0;
  }
}
