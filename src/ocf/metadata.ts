/**
 * The typed description of an OCF agent: the one source of its metadata (metadata-xml.ts) and of its man page
 * (packaging/man). Text is plain: paragraphs of whole sentences, no markup.
 */
export interface AgentDescription {
  /** Equal to the agent's file name, or Pacemaker and pcs do not find it. */
  readonly name: string;
  readonly shortdesc: string;
  readonly longdesc: readonly string[];
  readonly parameters: readonly ParameterDescription[];
  readonly actions: readonly ActionDescription[];
  readonly examples: { readonly crmsh: string; readonly pcs: string };
}

export interface ParameterDescription {
  readonly name: string;
  readonly shortdesc: string;
  /**
   * Says the values and the default too: `pcs resource describe` prints nothing else of them, and `select`, the
   * OCF 1.1 type for a choice, is refused by the DTD that ocf-tester validates against.
   */
  readonly longdesc: readonly string[];
  readonly type: 'string' | 'boolean' | 'integer';
  /** Undefined where the default comes from a cluster tag. */
  readonly default?: string;
}

/** An action as advised to the user. pcs copies every one of them into the resource's configuration. */
export interface ActionDescription {
  readonly name:
    | 'start'
    | 'stop'
    | 'promote'
    | 'demote'
    | 'monitor'
    | 'notify'
    | 'meta-data'
    | 'validate-all';
  /** Seconds. The advised minimum. */
  readonly timeoutSeconds: number;
  /** Seconds. For recurring actions. */
  readonly intervalSeconds?: number;
  /** For the monitors of a promotable agent, which needs one for each role, with different intervals. */
  readonly role?: 'Promoted' | 'Unpromoted';
  readonly depth?: number;
}
