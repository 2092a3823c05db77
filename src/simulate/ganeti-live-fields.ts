import { type Configuration, nodeNamed } from './ganeti-configuration.ts';
import { freeDisk, freeMemory } from './ganeti-instances.ts';
import { CONNECT_MS } from './ganeti-rpc.ts';
import { type Ganeti, type GanetiHost, works } from './ganeti-state.ts';

/** Fields for which luxid asks the nodes themselves. */
export const LIVE_FIELDS = ['mtotal', 'mfree', 'dtotal', 'dfree'] as const;

export type LiveField = (typeof LIVE_FIELDS)[number];

/** A cell of Query that a node's own word fills: it is offline, silent, or has said so much. */
export type LiveNode = (node: string, field: LiveField) => 'offline' | 'no-data' | number;

/** Ganeti's time limit for an answer on a connection that stands. */
const ANSWER_MS = 60_000;

export function liveNode(ganeti: Ganeti, from: GanetiHost, config: Configuration): LiveNode {
  return (name, field) => {
    if (nodeNamed(config, name)?.offline === true) return 'offline';
    const at = ganeti.named(name);
    if (at === undefined || !answers(ganeti, from, at)) return 'no-data';
    switch (field) {
      case 'mtotal':
        return ganeti.nodeMemory;
      case 'mfree':
        return freeMemory(ganeti, config, at);
      case 'dtotal':
        return ganeti.nodeDisk;
      case 'dfree':
        return freeDisk(ganeti, at);
    }
  };
}

/**
 * How long luxid waits for nodes before it can answer this request, milliseconds. It asks those that the filter
 * leaves, of which only names are understood here.
 */
export function liveDelayMs(ganeti: Ganeti, from: GanetiHost, config: Configuration, frame: string): number {
  if (!LIVE_FIELDS.some((field) => frame.includes(`"${field}"`))) return 0;
  const asked = Object.values(config.nodes).filter(
    ({ name, offline }) => !offline && (frame.includes(`"${name}"`) || !frame.includes('"=="')),
  );
  const waits = asked.map(({ name }) => {
    const at = ganeti.named(name);
    if (at === undefined || !ganeti.world.connected(from.host, at.host)) return CONNECT_MS;
    return at.daemons.has('ganeti-noded') && !works(at, 'ganeti-noded') ? ANSWER_MS : 0;
  });
  return Math.max(0, ...waits);
}

function answers({ world }: Ganeti, from: GanetiHost, to: GanetiHost): boolean {
  return world.connected(from.host, to.host) && works(to, 'ganeti-noded');
}
