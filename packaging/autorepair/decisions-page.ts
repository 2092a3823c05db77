// docs/autorepair-decisions.md: what is wrong by where an instance is, and what is done about it by its tags.

import { diagnose } from '../../src/repair/diagnose.ts';
import { type AdminState, type RepairInstance, TEMPLATES, type Template } from '../../src/repair/facts.ts';
import { NODE_STATES, type NodeState } from '../../src/repair/node-state.ts';
import type { Diagnosis } from '../../src/repair/plan-types.ts';
import { STORAGE, type Storage } from '../../src/repair/storage.ts';
import { compact } from './compact.ts';
import { TAGGED_COLUMNS, taggedRow, withoutNodes } from './decisions.ts';
import { casesAt } from './every-case.ts';

const HEAD = `# What autorepair decides

Generated from the code by \`npm run generate\`; do not edit.
Every combination, with its reason, is in \`test/src/repair/decision-table.golden\`, which a test compares with the code.

## What is wrong

By the states of an instance's nodes: \`online\`; \`drained\` and \`not-vm-capable\` are alive, hold good copies, and nothing
shall stay there; \`offline\` is marked so and silent; \`offline-alive\` is marked so and answers; \`unknown\` might be either.
In a cell stands the next step, and in brackets the policy that the whole repair needs. *Held* means that nothing is done.
`;

const ADMIN = `An instance whose admin state is \`offline\` is never repaired. One that is down is repaired as one that is up, and stays
down; a move of it needs only \`migrate\`, since nothing is stopped for it.
An instance of a disk template that this version does not know is held as soon as one of its nodes is not online.
`;

const DONE = `## What is done

For an instance whose nodes ask for a failover; others differ in the step and in the policy that is needed. A result
\`failure\` and a suspension hold every instance, also a healthy one; pending tags of a healthy one become \`success\`.
A row stands for all combinations of its cells, \`*\` is any. \`+\` sets a tag, \`-\` removes one; \`wait\` looks again in the next
pass.
`;

export function decisionsPage(): string {
  const kinds: readonly Storage[] = ['mirrored', 'shared', 'local'];
  return [
    HEAD,
    ...kinds.map((storage) => storageSection(storage)),
    ADMIN,
    DONE,
    markdownTable([...TAGGED_COLUMNS, 'state', 'what is done', 'reason'], failoverRows()),
  ].join('\n');
}

function storageSection(storage: Storage): string {
  const templates = TEMPLATES.filter((template) => STORAGE[template] === storage);
  const [template] = templates;
  if (template === undefined) return '';
  const head = `### ${templates.join(', ')}\n`;
  const secondaries = storage === 'mirrored' ? NODE_STATES : [undefined];
  const cells = NODE_STATES.map((primary) =>
    secondaries.map((secondary) => found(template, primary, secondary)),
  );
  const columns =
    storage === 'mirrored' ? NODE_STATES.map((state) => `secondary ${state}`) : ['what is wrong'];
  const rows = cells.map((row, index) => [NODE_STATES[index] ?? '', ...row.map(cellWords)]);
  const reasons = new Set(cells.flat().map((its) => `- ${cellWords(its)}: ${withoutNodes(its.because)}\n`));
  return `${head}\n${markdownTable(['primary', ...columns], rows)}\n${[...reasons].join('')}`;
}

function found(template: Template, primary: NodeState, secondary: NodeState | undefined): Diagnosis {
  const node = (name: string, state: NodeState) => ({ name, group: 'uuid', state, because: 'WHY' });
  const instance: RepairInstance = {
    name: 'web1',
    template,
    adminState: 'up' satisfies AdminState,
    primary: 'P-node',
    secondary: secondary && 'S-node',
    tags: [],
    memory: 0,
    disk: 0,
  };
  return diagnose(instance, {
    primary: node('P-node', primary),
    secondary: secondary && node('S-node', secondary),
    elsewhere: true,
  });
}

function cellWords(diagnosis: Diagnosis): string {
  switch (diagnosis.kind) {
    case 'healthy':
      return 'healthy';
    case 'broken':
      return `${diagnosis.step} (\`${diagnosis.type}\`)`;
    case 'held':
      return `*held: ${diagnosis.hold}*`;
    default:
      return diagnosis satisfies never;
  }
}

function failoverRows(): readonly (readonly string[])[] {
  const cases = casesAt({ template: 'drbd', primary: 'offline', secondary: 'online', admin: 'up' });
  // That one was up before matters to a reinstallation only.
  const rows = cases.filter(({ tagged }) => !tagged.tags.tag.includes('was up')).map(taggedRow);
  const every = TAGGED_COLUMNS.map((_, index) => new Set(rows.map(({ cells }) => cells[index])).size);
  return compact(rows).map(({ cells, outcome }) => [
    ...cells.map((values, index) => (values.length === every[index] ? '*' : values.join(', '))),
    ...outcome.split(' | '),
  ]);
}

function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return line(columns) + line(columns.map(() => '---')) + rows.map(line).join('');
}
