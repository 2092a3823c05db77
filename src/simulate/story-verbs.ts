import { faultVerbs } from './story-verbs-fault.ts';
import { ganetiVerbs } from './story-verbs-ganeti.ts';
import { hostVerbs } from './story-verbs-host.ts';
import { instanceVerbs } from './story-verbs-instance.ts';
import { pacemakerVerbs } from './story-verbs-pacemaker.ts';
import { durationOf, type Verb, VerbError, type Verbs } from './story-words.ts';

export { type Stage, VerbError } from './story-words.ts';

/** For what has to happen at a moment that only the log knows, whatever made it a little earlier or later. */
const when: Verb = {
  usage: 'DURATION TEXT… then COMMAND WORD…',
  does: 'once, so long after the next line of the log with this text',
  act: (stage, [delay = '', ...words]) => {
    const { world } = stage;
    const at = words.indexOf('then');
    const [verb = '', ...rest] = words.slice(at + 1);
    const known = at > 0 && Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
    if (known === undefined)
      throw new VerbError(`"${words.join(' ')}" has no text, or no command after "then"`);
    const ms = durationOf(delay);
    const wanted = words.slice(0, at).join(' ');
    const { log } = world;
    let waits = true;
    world.log = (host, text, entry) => {
      log(host, text, entry);
      if (!waits || !text.includes(wanted)) return;
      waits = false;
      world.clock.after(ms, () => {
        world.log(undefined, `> ${verb} ${rest.join(' ')}`);
        known.act(stage, rest);
      });
    };
  },
};

/** What can happen in a story. */
export const VERBS: Verbs = {
  ...hostVerbs,
  ...pacemakerVerbs,
  ...ganetiVerbs,
  ...instanceVerbs,
  ...faultVerbs,
  when,
};
