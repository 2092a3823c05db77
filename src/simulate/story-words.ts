import type { SimGaneti } from './ganeti.ts';
import type { SimPacemaker } from './pacemaker.ts';
import { parseDuration } from './story-commands.ts';
import type { StoryFaults } from './story-faults.ts';
import type { SimHost, World } from './world.ts';

/** Where a story is played. */
export interface Stage {
  readonly world: World;
  readonly pacemaker: SimPacemaker;
  readonly ganeti: SimGaneti;
  readonly faults: StoryFaults;
  /** Runs `gnt-ha` on a host; what it prints goes to the story's log. */
  readonly gntHa: (host: SimHost, args: readonly string[]) => void;
}

/** Words that fit no verb, in the words of the verb's usage. */
export class VerbError extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'VerbError';
  }
}

export interface Verb {
  readonly usage: string;
  readonly does: string;
  readonly act: (stage: Stage, words: readonly string[]) => void;
}

export type Verbs = Readonly<Record<string, Verb>>;

export function each(usage: string, does: string, act: (stage: Stage, host: SimHost) => void): Verb {
  return many(usage, does, (stage, hosts) => {
    for (const host of hosts) act(stage, host);
  });
}

export function many(
  usage: string,
  does: string,
  act: (stage: Stage, hosts: readonly SimHost[]) => void,
): Verb {
  return {
    usage,
    does,
    act: (stage, words) => {
      if (words.length === 0) throw new VerbError('no host is named');
      act(
        stage,
        words.map((word) => hostOf(stage.world, word)),
      );
    },
  };
}

export function onOff(does: string, act: (stage: Stage, on: boolean) => void): Verb {
  return {
    usage: 'on|off',
    does,
    act: (stage, [word]) => {
      if (word !== 'on' && word !== 'off') throw new VerbError(`"${word ?? ''}" is neither on nor off`);
      act(stage, word === 'on');
    },
  };
}

export function hostOf(world: World, name: string | undefined): SimHost {
  const host = world.hosts.find((one) => one.name === name);
  if (host === undefined) throw new VerbError(`"${name ?? ''}" is none of the hosts`);
  return host;
}

export function durationOf(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new VerbError(`"${text}" is no duration such as 90s`);
  return ms;
}

export function wordOf(word: string): string {
  if (!/^[\w.-]+$/.test(word)) throw new VerbError(`"${word}" is no name of a condition`);
  return word;
}
