// Invariants 3, 4, 5 and 7: of each action of an agent, when it has ended.
import { MASTER_RELEASED } from '../../src/env/paths.ts';
import type { CallFacts, EndedCall } from '../../src/simulate/pacemaker-model.ts';
import type { SimHost } from '../../src/simulate/world.ts';
import type { Watched } from './violation.ts';
import { QUIET_MS } from './watch-masters.ts';

const FINE = [0, 8, 190, 191];
const PROMOTED = [8, 191];
const NOT_RUNNING = 7;
/** Of a stop that has no daemons to stop, neither such that are still starting. */
const QUICK_MS = 1_000;
/** So long after the role has moved an answer may still be of before; ConfD reads its file anew after 5 s. */
const MOVED_MS = 20_000;
/** So long after it a failover may still wait for nodes that hang, two to four minutes each time; then it has died. */
const FAILOVER_MS = 300_000;
const SSCONF_MASTER = '/var/lib/ganeti/ssconf_master_node';
const MASTER_DAEMONS = ['ganeti-luxid', 'ganeti-wconfd', 'ganeti-rapi'];

/** Returns when an action has last ended on a host by itself. */
export function watchCalls({ stage, rules, tell }: Watched): (name: string) => number | undefined {
  const { world, ganeti, pacemaker } = stage;
  /** What was true when the call began, by node and resource; a node has one call of a resource at a time. */
  const truth = new Map<string, Truth>();
  /** Hosts whose clone instance was started, with the boot it was in; some were before the story began. */
  const started = new Map<string, number>(
    pacemaker.cloneOn().map((name) => [name, world.host(name)?.boot ?? 0]),
  );
  const endedMs = new Map<string, number>();
  const bootedMs = new Map<SimHost, number>();
  world.hooks.push({ booted: (host) => void bootedMs.set(host, world.clock.now()) });
  const isUpFor = (host: SimHost, ms: number): boolean =>
    world.clock.now() - (bootedMs.get(host) ?? Number.NEGATIVE_INFINITY) >= ms;
  let master = ganeti.masterByConfig();
  /** As of the call that found it so. */
  let movedMs = -FAILOVER_MS;
  /** When the configuration of the last move was sent out. */
  let pushedMs = -FAILOVER_MS;
  let seen = world.lines.length;

  interface Truth {
    readonly daemons: boolean;
    readonly holds: boolean;
    /** By its own configuration; a newer one may lie on the disk of who is off. */
    readonly names: boolean;
    readonly works: boolean;
  }

  /** Also a move that an old master's next job has overtaken, with a serial as new as its own. */
  function noteMoves(): void {
    const now = ganeti.masterByConfig();
    if (now !== master) movedMs = world.clock.now();
    master = now;
    for (; seen < world.lines.length; seen++) {
      const line = world.lines[seen];
      if (line?.text.startsWith('master by configuration: ')) {
        movedMs = Math.max(movedMs, line.ms);
        pushedMs = line.ms;
      }
    }
  }

  function truthOf(host: SimHost): Truth {
    noteMoves();
    const own = ganeti.configOf(host.name);
    return {
      daemons:
        ganeti.isStarting(host.name) ||
        MASTER_DAEMONS.some((daemon) => ganeti.daemonState(host.name, daemon) !== 'stopped'),
      holds: master === host.ganetiName,
      names: own?.nodes[own.cluster.master_node]?.name === host.ganetiName,
      works: ganeti.luxidUp().includes(host),
    };
  }

  const keyOf = ({ node, resource, action }: CallFacts): string => `${node} ${resource} ${action}`;
  const { faults } = pacemaker;
  faults.began = (call) => {
    const host = world.host(call.node);
    if (host !== undefined) truth.set(keyOf(call), truthOf(host));
  };
  faults.ended = (call) => {
    const host = world.host(call.node);
    const before = truth.get(keyOf(call));
    if (host === undefined || before === undefined || !host.on) return;
    const { node, resource, action, how, code, reason } = call;
    const what = `${resource} ${action} on ${node}`;
    if (how === 'timed-out') return tell(7, `${what} was killed at its time limit`);
    // What is killed at a step, or with its Pacemaker, has no result of its own.
    if (how === 'killed') return;
    endedMs.set(node, world.clock.now());
    const after = truthOf(host);
    switch (action) {
      case 'stop':
        stop(call, what, before);
        if (resource === 'ganeti-node') started.delete(node);
        return;
      case 'start':
      case 'promote':
        if (!FINE.includes(code)) return;
        if (resource === 'ganeti-node') started.set(node, host.boot);
        else if (action === 'promote' || !isPromotable()) success(call, what, after);
        return;
      case 'monitor':
        if (resource === 'ganeti-node') nodeMonitor(call, what, host);
        else masterMonitor(call, `${what} (${reason})`, host, before, after);
        return;
    }
  };

  function isPromotable(): boolean {
    return rules.masterForm === 'promotable';
  }

  function stop({ code, reason, beganMs }: EndedCall, what: string, before: Truth): void {
    if (code !== 0) tell(3, `${what} failed: ${code} ${reason}`);
    const tookMs = world.clock.now() - beganMs;
    if (tookMs > QUICK_MS && !before.daemons)
      tell(3, `${what} took ${tookMs} ms, and there was no daemon to stop`);
  }

  function success({ beganMs }: EndedCall, what: string, after: Truth): void {
    // A failover that goes on elsewhere may get so far between the last look and the answer, and has stopped luxid here.
    // A start that failed for it would ban the node; the next monitor sees it.
    if (!after.names && movedMs >= beganMs) return;
    if (!after.works) tell(5, `${what} succeeded, and no luxid works there`);
    if (!after.names) tell(5, `${what} succeeded, and Ganeti there says that another is master`);
  }

  function nodeMonitor({ code, intervalMs }: EndedCall, what: string, { name, boot }: SimHost): void {
    const isStarted = started.get(name) === boot;
    if (code === NOT_RUNNING && intervalMs > 0) tell(4, `${what} says 7, and it was started`);
    if (FINE.includes(code) && intervalMs === 0 && !isStarted)
      tell(4, `${what} says ${code}, and it was not started in this boot`);
  }

  /** What a result says of the role; an unpromoted instance that is fine is none. */
  function claimOf(code: number): 'master' | 'none' | 'doubt' {
    if ((isPromotable() ? PROMOTED : FINE).includes(code)) return 'master';
    return code === NOT_RUNNING || FINE.includes(code) ? 'none' : 'doubt';
  }

  function masterMonitor(
    { code }: EndedCall,
    what: string,
    host: SimHost,
    before: Truth,
    after: Truth,
  ): void {
    // Who is outside the quorum knows nothing newer, and is stopped for that.
    const sinceMovedMs = world.clock.now() - movedMs;
    if (!pacemaker.hasQuorum(host.name) || sinceMovedMs < MOVED_MS) return;
    // Nobody can write to this disk that the role has moved.
    if (host.disk.fault !== undefined) return;
    const released = host.disk.stat(MASTER_RELEASED).kind === 'file';
    // Ganeti's vote may be for the one whose serial is lower, where a failover was lost half-way; and one that waits
    // for a node that hangs has its configuration everywhere minutes before it stops the old master.
    const isMoving = sinceMovedMs < FAILOVER_MS;
    const isMeant = after.names || (isMoving && isByFiles(host, host));
    const isAlone = (): boolean => after.works && isMeant && ganeti.luxidUp().length === 1;
    // No news reaches its files without noded; its node agent asks the others at each monitor, and tells it then.
    const isDeaf = ganeti.daemonState(host.name, 'ganeti-noded') !== 'running';
    // Nor where its disk took nothing then; its node agent takes that look once a minute.
    const healedMs = healedSinceMove(host);
    const isUntold =
      (isDeaf && sinceMovedMs < MOVED_MS + rules.monitorMs) ||
      (healedMs !== undefined && world.clock.now() - healedMs < QUIET_MS + rules.monitorMs);
    // Rarely so, and a standoff is looked for in the whole log.
    const isFalse = claimOf(code) === 'master' && !before.holds && !after.holds;
    if (isFalse && !isUntold && !isAlone() && isToldBySome(host) && !isStandoff(host))
      tell(4, `${what} says ${code}, and Ganeti's master is ${master}`);
    const running = before.holds && after.holds && before.works && after.works;
    // What was released is Pacemaker's to place anew; its daemons go on for the successor. Of two failovers at once,
    // each of which has its configuration on some nodes, neither has won where Ganeti's files here name another.
    const isContested = (): boolean =>
      isMoving && world.hosts.some((other) => other !== host && isByFiles(host, other));
    if (claimOf(code) === 'none' && running && !released && !isContested())
      tell(4, `${what} says ${code}, and the role is held there, with a luxid that works`);
  }

  /** When the disk could be written again that could not when the role moved, or since; undefined where it could. */
  function healedSinceMove({ name }: SimHost): number | undefined {
    let isWell = true;
    let healedMs: number | undefined;
    for (const { ms, text } of world.lines) {
      if (!/^> disk-/.test(text) || !text.split(' ').includes(name)) continue;
      const isHealed = text.startsWith('> disk-well');
      if (isHealed && !isWell && ms >= pushedMs) healedMs = ms;
      isWell = isHealed;
    }
    return healedMs;
  }

  /**
   * Of two that each name themselves neither wins Ganeti's vote, and no luxid works anywhere: an administrator's move
   * that failed half-way. Partial mode looks at no daemons; the node role there says what is wrong, or that of the other
   * where its ConfD is silent, be it that Pacemaker does not answer there. It says so at its next look, which a quiet
   * monitor takes each minute where no news reached the node, as with a full disk.
   */
  function isStandoff(host: SimHost): boolean {
    if (!isByFiles(host, host) || ganeti.luxidUp().length > 0) return false;
    if (world.clock.now() - movedMs < QUIET_MS + rules.monitorMs) return true;
    return world.lines.some(
      ({ ms, text, host: by }) =>
        ms >= movedMs && (by === host.name ? text.includes('GNH109') : /GNH(?:109|30[12])/.test(text)),
    );
  }

  /**
   * Who took the role may be dead, and with it all that its configuration ever reached; or its ConfD not be up yet; or
   * its failover was killed before it wrote the files that Ganeti votes by.
   */
  function isToldBySome(host: SimHost): boolean {
    const holder = world.hosts.find(({ ganetiName }) => ganetiName === master);
    return world.hosts.some((other) => {
      const config = ganeti.configOf(other.name);
      const names = config?.nodes[config.cluster.master_node]?.name;
      const speaks = other === host || (world.connected(host, other) && isUpFor(other, MOVED_MS));
      const votes = holder !== undefined && isByFiles(other, holder);
      return other.on && names === master && votes && speaks;
    });
  }

  return (name) => endedMs.get(name);
}

/** Ganeti's files on the host name this one as master. */
function isByFiles({ disk }: SimHost, { ganetiName }: SimHost): boolean {
  const file = disk.read(SSCONF_MASTER);
  return file.kind === 'text' && file.text.trim() === ganetiName;
}
