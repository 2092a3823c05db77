import type { Option } from 'commander';
import { VERBS } from '../../src/cli/command-line.ts';
import { REPAIR_USAGE } from '../../src/cli/repair-outcome.ts';
import { USAGE_ERROR, type Verb } from '../../src/cli/verb.ts';
import { LEDGER_FILE } from '../../src/env/paths.ts';
import type { Edition } from './agent-page.ts';
import { entry, heading, page, paragraph, subheading, title } from './roff.ts';

/** gnt-ha(8), made of what the program's own help is made of. */
export function gntHaPage({ version, date }: Edition): string {
  return page([
    title({
      name: 'gnt-ha',
      section: 8,
      manual: 'System administration',
      date,
      source: `ganeti-ha ${version}`,
    }),
    heading('NAME'),
    'gnt\\-ha \\- shows and steers what the Ganeti resource agents do\n',
    heading('SYNOPSIS'),
    '.B gnt\\-ha\n.I command\n[\n.I options\n]\n[\n.I arguments\n]\n',
    heading('DESCRIPTION'),
    paragraph(
      'The command line of ganeti-ha, to be run as root. What the agents decided and did, and did not do and why, is on the Ganeti master; the commands say so where they are run on another node and what they cannot know there.',
    ),
    heading('COMMANDS'),
    ...VERBS.flatMap((verb) => sections(verb, 'gnt-ha')),
    heading('EXIT STATUS'),
    paragraph('Of status:'),
    entry('0', ['The cluster is healthy.']),
    entry('1', ['It is degraded.']),
    entry('2', ['The agents are acting on it.']),
    entry('3', ['Its state is unknown.']),
    paragraph('Of repair and repair status:'),
    entry('0', ['Nothing is to be done, or all went well.']),
    entry('1', [
      'Something has failed, now or earlier, or was not done; or the round was left while something was under way.',
    ]),
    entry(`${REPAIR_USAGE}`, ['The command line was wrong, and nothing was done.']),
    paragraph('Of harep:'),
    entry('0', ['The round was made, whatever became of the repairs.']),
    entry('1', ['Nothing could be done, or there was a word too much.']),
    entry('2', ['An option was wrong.']),
    paragraph('Of the other commands:'),
    entry('0', ['It is done, or told.']),
    entry('1', ['It was not done; standard error says why and what to do.']),
    entry('3', ['Nothing can be told.']),
    entry(`${USAGE_ERROR}`, ['The command line was wrong, and nothing was done.']),
    heading('FILES'),
    entry(LEDGER_FILE, [
      'What was seen, decided and done, and what was not done and why; one JSON object per line.',
    ]),
    heading('SEE ALSO'),
    paragraph('ocf_ganeti_ganeti-master(7), ocf_ganeti_ganeti-node(7), crm_mon(8), gnt-node(8), harep(1)'),
  ]);
}

/** Of a verb, and of those below it. */
function sections(verb: Verb, above: string): readonly string[] {
  const command = verb.describe();
  const name = `${above} ${command.name()}`;
  const words = command.registeredArguments.map((argument) => {
    const word = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? ` ${word}` : ` [${word}]`;
  });
  const options = command.options.length === 0 ? '' : ' [options]';
  const parts = [
    subheading(`${name}${options}${words.join('')}`),
    paragraph(sentence(command.description())),
    ...command.registeredArguments.map((argument) =>
      entry(`${argument.name()}`, [sentence(argument.description)]),
    ),
    ...command.options.map((option) => entry(option.flags, [sentence(optionText(option))])),
  ];
  return [...parts, ...(verb.verbs ?? []).flatMap((below) => sections(below, name))];
}

function optionText({ description, argChoices, defaultValue }: Option): string {
  const choices = argChoices === undefined ? '' : ` (${argChoices.join(' or ')})`;
  const fallback = defaultValue === undefined ? '' : `; default ${String(defaultValue)}`;
  return `${description}${choices}${fallback}`;
}

function sentence(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;
}
