// No hand-over leaves the queue drained: in a random story nobody drains it but our own agent.
import { isInMaintenance } from './orders-truth.ts';
import { QUEUE, type Violation, type Watched } from './violation.ts';

/** Longer than two monitors of the promoted instance, each of which ends a drain that it finds. */
const BOUND_MS = 150_000;

/** After these the next monitor has yet to come; a promotion of who had the role already does not start luxid anew. */
const BEGINS = ['luxid up', 'pacemaker: ganeti-master promoted'];

const DRAIN_FILE = '/var/lib/ganeti/queue/drain';

/** Returns what is to be called at the end of a story; it judges where one master had the role for long enough. */
export function watchQueue({ stage }: Watched): () => readonly Violation[] {
  const { world, ganeti, pacemaker } = stage;
  const handsOver = new Set<string>();
  const handedOverMs = new Map<string, number>();
  const { faults } = pacemaker;
  const { began, ended } = faults;
  faults.began = (call) => {
    began?.(call);
    if (call.resource !== 'ganeti-master') return;
    if (call.action === 'demote') handsOver.add(call.node);
    // It died with its host.
    else handsOver.delete(call.node);
  };
  faults.ended = (call) => {
    ended?.(call);
    if (call.action !== 'demote') return;
    handsOver.delete(call.node);
    handedOverMs.set(call.node, world.clock.now());
  };

  function calmSinceMs(name: string): number {
    const line = world.lines.findLast(({ host, text }) => host === name && BEGINS.includes(text));
    return Math.max(line?.ms ?? 0, handedOverMs.get(name) ?? 0);
  }

  return () => {
    const atMs = world.clock.now();
    const [master, another] = ganeti.luxidUp();
    if (master === undefined || another !== undefined || !pacemaker.hasQuorum(master.name)) return [];
    const { name, disk } = master;
    if (!pacemaker.masterOn().includes(name) || isInMaintenance(master)) return [];
    // Running jobs are waited for as long as the call may take.
    if (handsOver.has(name) || atMs - calmSinceMs(name) < BOUND_MS) return [];
    if (disk.stat(DRAIN_FILE).kind === 'missing') return [];
    return [{ invariant: QUEUE, atMs, text: `the queue of ${name} is drained, and nobody hands over` }];
  };
}
