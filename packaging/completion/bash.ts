import type { Command } from 'commander';
import { VERBS } from '../../src/cli/command-line.ts';
import type { Verb } from '../../src/cli/verb.ts';

/** Where a word of the command line comes from, by what the help calls it; no network is asked for any. */
const SOURCES: Readonly<Record<string, string>> = {
  node: '-W "$(cat /var/lib/ganeti/ssconf_node_list 2>/dev/null)"',
  instance: '-W "$(cat /var/lib/ganeti/ssconf_instance_list 2>/dev/null)"',
  folder: '-d',
  path: '-f',
  socket: '-f',
};

/** Completion of gnt-ha for bash, made of what the program's own help is made of. Needs nothing but bash. */
export function bashCompletion(): string {
  return `# bash completion for gnt-ha(8)
_gnt_ha() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} verb= word options= words= i
  # What follows "=" is a word of its own for bash.
  [[ $cur == "=" ]] && cur=
  [[ $prev == "=" ]] && prev=\${COMP_WORDS[COMP_CWORD-2]}
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case "$verb/$word" in
${paths(VERBS, '')
  .map(([path]) => `      ${quoted(path)}) verb=$verb/$word ;;\n`)
  .join('')}    esac
  done
  COMPREPLY=()
  case "$verb $prev" in
${paths(VERBS, '')
  .flatMap(([path, command]) => values(path, command))
  .join('')}  esac
  case "$verb" in
    '') words='${VERBS.map((verb) => verb.describe().name()).join(' ')}' ;;
${paths(VERBS, '')
  .map(([path, command, verb]) => offers(path, command, verb))
  .join('')}  esac
  if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "$options --help" -- "$cur"))
  else COMPREPLY+=($(compgen -W "$words" -- "$cur")); fi
}
complete -F _gnt_ha gnt-ha
`;
}

type Path = readonly [path: string, command: Command, verb: Verb];

/** Each verb with its way from the top: `/status`, `/repair`, `/repair/status`. */
function paths(verbs: readonly Verb[], above: string): readonly Path[] {
  return verbs.flatMap((verb) => {
    const command = verb.describe();
    const path = `${above}/${command.name()}`;
    return [[path, command, verb] as const, ...paths(verb.verbs ?? [], path)];
  });
}

/** What the value of an option may be; where nobody knows, nothing is offered. */
function values(path: string, command: Command): readonly string[] {
  return command.options
    .filter(({ required }) => required)
    .map(({ short, long, flags, argChoices }) => {
      const names = [short, long].flatMap((name) => (name === undefined ? [] : [quoted(`${path} ${name}`)]));
      const source = argChoices?.length ? `-W '${argChoices.join(' ')}'` : SOURCES[called(flags)];
      const reply = source === undefined ? '' : `COMPREPLY=($(compgen ${source} -- "$cur")); `;
      return `    ${names.join('|')}) ${reply}return ;;\n`;
    });
}

function offers(path: string, command: Command, { verbs = [] }: Verb): string {
  const options = command.options.flatMap(({ short, long }) => [short, long]).filter((name) => name);
  const below = verbs.map((verb) => verb.describe().name());
  const source = SOURCES[command.registeredArguments[0]?.name() ?? ''];
  const words = source === undefined ? '' : ` COMPREPLY=($(compgen ${source} -- "$cur"));`;
  return `    ${quoted(path)}) options='${options.join(' ')}' words='${below.join(' ')}';${words} ;;\n`;
}

/** `node` of `--fail <node...>`. */
function called(flags: string): string {
  return /[<[]([a-z-]+)/.exec(flags)?.[1] ?? '';
}

function quoted(words: string): string {
  return `'${words}'`;
}
