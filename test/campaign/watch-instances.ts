// Invariant 8, and that nothing runs twice: by where instances are in the simulated world, whatever Ganeti says of it.

import type { SimGaneti } from '../../src/simulate/ganeti.ts';
import { DATA, type Watched } from './violation.ts';

type Truth = ReturnType<SimGaneti['instances']>[number];

/** Lines of the log with which the whereabouts of an instance or of its data change. */
const CHANGE = /^(\S+?):? (?:runs here|empty disks|installed anew|the copy here is removed)/;

export function watchInstances({ stage, tell }: Watched): (text: string) => void {
  const { ganeti, world } = stage;
  const known = new Map<string, Truth>();
  const now = (): readonly Truth[] => ganeti.instances();
  for (const one of now()) known.set(one.entry.name, one);
  return (text) => {
    const [, name] = CHANGE.exec(text) ?? [];
    if (name === undefined || !known.has(name)) return;
    const instance = now().find(({ entry }) => entry.name === name);
    const before = known.get(name);
    if (instance === undefined || before === undefined) return;
    known.set(name, instance);
    if (instance.runsOn.length > 1) tell(DATA, `${name} runs on ${instance.runsOn.join(' and ')}`);
    const kept = goodCopies(instance);
    const lost = goodCopies(before).filter((on) => !kept.includes(on));
    if (lost.length > 0 && kept.length === 0)
      tell(DATA, `${name}: its last good copy, on ${lost.join(' ')}, is gone`);
    if (!text.endsWith('empty disks')) return;
    // What is left elsewhere is no copy of Ganeti's any more.
    const living = goodCopies(before).filter((on) => on === 'shared' || world.host(on)?.on === true);
    if (living.length > 0) tell(DATA, `${name} gets empty disks while ${living.join(' ')} holds a good copy`);
  };
}

/** Where the data is that the instance had at first, or since it was last installed anew. */
function goodCopies({ copies }: Truth): readonly string[] {
  const good = copies.filter(({ copy }) => copy.state === 'good');
  const newest = Math.max(...good.map(({ copy }) => copy.installation));
  return good.filter(({ copy }) => copy.installation === newest).map(({ on }) => on);
}
