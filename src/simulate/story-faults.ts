import type { SimGaneti } from './ganeti.ts';
import type { SimPacemaker } from './pacemaker.ts';

export interface Crash {
  readonly step: number;
  /** Only such an action; any where it is not said. */
  readonly action: string | undefined;
}

/** What is made to go wrong in a story, until it is taken back. */
export interface StoryFaults {
  /** Hosts whose fence device fails. */
  readonly fencingFails: Set<string>;
  /** Hosts whose fence device says that it has switched the power, and has not. */
  readonly fencingLies: Set<string>;
  /** How long a host's fence device takes, where that is not the cluster's own time; milliseconds. */
  readonly fencingTakes: Map<string, number>;
  notifies: 'delivered' | 'lost' | 'twice';
  /** The next action on this host dies instead of its n-th step. */
  readonly crash: Map<string, Crash>;
  /** Hosts whose crm_mon and other questions to Pacemaker are not answered. */
  readonly deafPacemaker: Set<string>;
  /** Hosts whose cibadmin alone is not answered. */
  readonly deafConfiguration: Set<string>;
  /** What becomes of jobs that begin from now on. */
  jobs: 'normal' | 'slow' | 'failing' | 'stuck';
  /** What becomes of jobs that do something to an instance and begin from now on; what they do to its tags goes well. */
  instanceJobs: 'normal' | 'slow' | 'failing' | 'stuck' | 'waiting' | 'without-room';
  /** How `gnt-cluster master-failover` ends: as it does, with 1 although it has moved the role, or dying on the way. */
  failover: 'normal' | 'exit-1-after' | 'dies';
}

const DELIVERY = { delivered: 'deliver', lost: 'lose', twice: 'twice' } as const;
const JOB_FAULTS = {
  normal: undefined,
  slow: { slowMs: 60_000 },
  failing: { error: ['OpExecError', ['simulated failure']] },
  stuck: { stuck: true },
  waiting: undefined,
  'without-room': {
    error: [
      'OpPrereqError',
      ["Can't compute nodes using iallocator 'hail': simulated", 'insufficient_resources'],
    ],
  },
} as const;
const FAILING_MS = 1_000;

/** Hangs a story's faults into the simulated Pacemaker; `fenceMs` is what a healthy device takes. */
export function storyFaults(pacemaker: SimPacemaker, ganeti: SimGaneti, fenceMs: number): StoryFaults {
  const story: StoryFaults = {
    fencingFails: new Set(),
    fencingLies: new Set(),
    fencingTakes: new Map(),
    notifies: 'delivered',
    crash: new Map(),
    deafPacemaker: new Set(),
    deafConfiguration: new Set(),
    jobs: 'normal',
    instanceJobs: 'normal',
    failover: 'normal',
  };
  const { faults } = pacemaker;
  faults.notify = () => DELIVERY[story.notifies];
  faults.dieAtStep = ({ node, action }) => {
    const crash = story.crash.get(node);
    if (crash === undefined || (crash.action ?? action) !== action) return undefined;
    story.crash.delete(node);
    return crash.step;
  };
  faults.program = ({ name }, program) => {
    const deaf =
      story.deafPacemaker.has(name) || (program === 'cibadmin' && story.deafConfiguration.has(name));
    return deaf ? 'hang' : undefined;
  };
  faults.fence = (target) => {
    const ms = story.fencingTakes.get(target);
    if (story.fencingFails.has(target)) return { ok: false, ms: ms ?? FAILING_MS };
    const effect = !story.fencingLies.has(target);
    return { ok: true, effect, ms: Math.max(ms ?? fenceMs, fenceMs) };
  };
  ganeti.faults.job = ({ OP_ID: opId }) =>
    JOB_FAULTS[opId.startsWith('OP_INSTANCE_') && story.jobs === 'normal' ? story.instanceJobs : story.jobs];
  ganeti.faults.waits = ({ OP_ID: opId }) =>
    opId.startsWith('OP_INSTANCE_') && story.instanceJobs === 'waiting';
  ganeti.faults.failover = () => (story.failover === 'normal' ? undefined : story.failover);
  return story;
}
