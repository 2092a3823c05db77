/** What is known of a node that shall be taken back into service. Undefined: it could not be learned. */
export interface ReadmitFacts {
  /** Ganeti's name. */
  readonly node: string;
  readonly quorum: boolean;
  readonly verdict:
    | {
        readonly verdict: string;
        readonly reasons: readonly { readonly rule: string; readonly text: string }[];
      }
    | undefined;
  /** What the fencing history has of a fencing of this node that runs at this moment. */
  readonly fencingUnderWay: boolean;
  readonly offlineInGaneti: boolean;
  /** An unfinished job marks it offline. */
  readonly offlining: boolean;
  readonly queueDrained: boolean;
  /** Why nothing new may be done now. */
  readonly paused: string | undefined;
  /** What its own daemons say. */
  readonly daemons:
    | {
        readonly kind: 'answered';
        /** Its clock against this host's, milliseconds. */
        readonly clockMs: number;
        /** Instances that run there. */
        readonly running: readonly string[];
      }
    | { readonly kind: 'failed'; readonly message: string };
  readonly confd: boolean;
  /** Where Ganeti wants each instance; an instance that it does not have is not in it. */
  readonly primaries: ReadonlyMap<string, string>;
}

/** Why the node cannot be taken back now, and what to do about it. */
export interface Objection {
  readonly text: string;
  readonly remedy: string;
}

/** Ganeti refuses to work with clocks further apart (constants.NODE_MAX_CLOCK_SKEW). */
const MOST_CLOCK_SKEW_MS = 150_000;

/** Everything that speaks against it, the most serious first; empty where nothing does. */
export function objections(facts: ReadmitFacts): readonly Objection[] {
  return [...ofPacemaker(facts), ...ofGaneti(facts), ...ofTheNode(facts)];
}

function ofPacemaker({ node, quorum, verdict, fencingUnderWay }: ReadmitFacts): readonly Objection[] {
  const found: Objection[] = [];
  const rules = verdict?.reasons.map(({ rule }) => rule) ?? [];
  const because = verdict?.reasons.map(({ text }) => text).join('; ') ?? 'nothing is known of it';
  if (verdict?.verdict !== 'alive' || !rules.includes('online') || rules.includes('pending'))
    found.push({ text: `${node} is no member of the cluster: ${because}`, remedy: 'See: crm_mon -1' });
  if (rules.includes('unclean-online') || fencingUnderWay)
    found.push({ text: `${node} is about to be fenced`, remedy: 'See: pcs stonith history' });
  if (!quorum) found.push({ text: 'this partition has no quorum', remedy: 'See: crm_mon -1' });
  return found;
}

function ofGaneti({ node, offlineInGaneti, ...facts }: ReadmitFacts): readonly Objection[] {
  const found: Objection[] = [];
  if (!offlineInGaneti) found.push({ text: `${node} is not offline in Ganeti`, remedy: 'Nothing to do' });
  if (facts.offlining)
    found.push({ text: `a job is about to mark ${node} offline`, remedy: 'See: gnt-job list' });
  if (facts.queueDrained)
    found.push({ text: 'the job queue is drained', remedy: 'Run: gnt-cluster queue undrain' });
  if (facts.paused !== undefined) found.push({ text: facts.paused, remedy: 'Run: gnt-ha resume' });
  return found;
}

function ofTheNode({ node, daemons, confd, primaries }: ReadmitFacts): readonly Objection[] {
  if (daemons.kind === 'failed') {
    return [
      {
        text: `noded on ${node} did not answer this master: ${daemons.message}`,
        remedy: `If it runs and only refuses this master: gnt-node add --readd ${node}`,
      },
    ];
  }
  const found: Objection[] = [];
  const twice = daemons.running.filter((name) => primaries.has(name) && primaries.get(name) !== node);
  if (twice.length > 0) {
    const where = twice.map((name) => `${name} (its primary is ${primaries.get(name)})`).join(', ');
    found.push({
      text: `${node} runs what belongs to other nodes: ${where}`,
      remedy: `Stop them on ${node}, not by Ganeti, or reboot it`,
    });
  }
  if (!(Math.abs(daemons.clockMs) <= MOST_CLOCK_SKEW_MS)) {
    const seconds = Math.round(daemons.clockMs / 1000);
    found.push({ text: `the clock of ${node} is ${seconds} s off`, remedy: 'Set it' });
  }
  if (!confd) {
    found.push({
      text: `ConfD on ${node} is silent`,
      remedy: `Run there: /usr/lib/ganeti/daemon-util start ganeti-confd`,
    });
  }
  return found;
}
