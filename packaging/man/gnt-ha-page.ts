import type { Command, Option } from 'commander';
import { VERBS } from '../../src/cli/command-line.ts';
import { USAGE_ERROR } from '../../src/cli/verb.ts';
import { LEDGER_FILE } from '../../src/env/paths.ts';
import type { Edition } from './agent-page.ts';
import { entry, heading, page, paragraph, subheading, title } from './roff.ts';

/** gnt-ha(8), made of what the program's own help is made of. */
export function gntHaPage({ version, date }: Edition): string {
  const commands = VERBS.map((verb) => verb.describe());
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
    ...commands.map(section),
    heading('EXIT STATUS'),
    paragraph('Of status:'),
    entry('0', ['The cluster is healthy.']),
    entry('1', ['It is degraded.']),
    entry('2', ['The agents are acting on it.']),
    entry('3', ['Its state is unknown.']),
    paragraph('Of the other commands:'),
    entry('0', ['It is done, or told.']),
    entry('1', ['It was not done; standard error says why and what to do.']),
    entry('3', ['Nothing can be told.']),
    paragraph('Of all:'),
    entry(`${USAGE_ERROR}`, ['The command line was wrong, and nothing was done.']),
    heading('FILES'),
    entry(LEDGER_FILE, [
      'What was seen, decided and done, and what was not done and why; one JSON object per line.',
    ]),
    heading('SEE ALSO'),
    paragraph('ocf_ganeti_ganeti-master(7), ocf_ganeti_ganeti-node(7), crm_mon(8), gnt-node(8)'),
  ]);
}

function section(command: Command): string {
  const words = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? ` ${name}` : ` [${name}]`;
  });
  const options = command.options.length === 0 ? '' : ' [options]';
  return [
    subheading(`gnt-ha ${command.name()}${options}${words.join('')}`),
    paragraph(sentence(command.description())),
    ...command.registeredArguments.map((argument) =>
      entry(`${argument.name()}`, [sentence(argument.description)]),
    ),
    ...command.options.map((option) => entry(option.flags, [sentence(optionText(option))])),
  ].join('');
}

function optionText({ description, argChoices, defaultValue }: Option): string {
  const choices = argChoices === undefined ? '' : ` (${argChoices.join(' or ')})`;
  const fallback = defaultValue === undefined ? '' : `; default ${String(defaultValue)}`;
  return `${description}${choices}${fallback}`;
}

function sentence(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;
}
