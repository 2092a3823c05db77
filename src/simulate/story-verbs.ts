import { faultVerbs } from './story-verbs-fault.ts';
import { ganetiVerbs } from './story-verbs-ganeti.ts';
import { hostVerbs } from './story-verbs-host.ts';
import { instanceVerbs } from './story-verbs-instance.ts';
import { pacemakerVerbs } from './story-verbs-pacemaker.ts';
import type { Verbs } from './story-words.ts';

export { type Stage, VerbError } from './story-words.ts';

/** What can happen in a story. */
export const VERBS: Verbs = {
  ...hostVerbs,
  ...pacemakerVerbs,
  ...ganetiVerbs,
  ...instanceVerbs,
  ...faultVerbs,
};
