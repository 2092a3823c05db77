import { dirname } from 'node:path';
import { AGENTS } from '../../ocf-metadata/agents.ts';
import { LEDGER_FILE, NODE_STARTED, SIMULATE_DIR } from '../../src/env/paths.ts';
import type { ActionDescription, AgentDescription, ParameterDescription } from '../../src/ocf/metadata.ts';
import { REASONS } from '../../src/ocf/reasons.ts';
import { CONDITIONS } from '../../src/ocf/simulation.ts';
import { entry, heading, page, paragraph, paragraphs, title, verbatim } from './roff.ts';

export interface Edition {
  readonly version: string;
  /** YYYY-MM-DD */
  readonly date: string;
}

/** The man page of an agent, section 7, with the sections that the pages of resource-agents have. */
export function agentPage(agent: AgentDescription, { version, date }: Edition): string {
  const name = `ocf_ganeti_${agent.name}`;
  const others = AGENTS.map((other) => other.name).filter((other) => other !== agent.name);
  return page([
    title({ name, section: 7, manual: 'OCF resource agents', date, source: `ganeti-ha ${version}` }),
    heading('NAME'),
    `${name.replaceAll('-', '\\-')} \\- ${agent.shortdesc}\n`,
    heading('SYNOPSIS'),
    paragraph(`${agent.name} {${[...new Set(agent.actions.map((action) => action.name))].join('|')}|usage}`),
    heading('DESCRIPTION'),
    paragraphs(agent.longdesc),
    heading('SUPPORTED PARAMETERS'),
    ...agent.parameters.map(parameter),
    heading('SUPPORTED ACTIONS'),
    paragraph('The timeouts are suggested minimums.'),
    ...agent.actions.map(action),
    heading('EXAMPLE CRM SHELL'),
    verbatim(agent.examples.crmsh),
    heading('EXAMPLE PCS'),
    verbatim(agent.examples.pcs),
    heading('EXIT REASONS'),
    paragraph(
      'A failure or a degraded state is explained by one line in the output of crm_mon and pcs status. It begins with one of these codes.',
    ),
    ...reasonsOf(agent.name).map(([code, words]) => entry(code, [`${words}.`])),
    heading('SIMULATION'),
    paragraph(
      `A file in ${SIMULATE_DIR} makes the agent behave as if something were wrong, to try what the cluster does then. Its name is one of the conditions below, or ${agent.name}. followed by one of them for this agent alone. It must belong to root and be writable by nobody else. It ends ten minutes after it was made, or as a line in it says: "for 30m" or "until 2026-01-31T12:00:00Z". Every simulated result says SIMULATED in its reason. The death of a node cannot be simulated.`,
    ),
    paragraph(`${CONDITIONS.join(', ')}`),
    heading('FILES'),
    entry(LEDGER_FILE, [
      'What was seen, decided and done, and what was not done and why; one JSON object per line.',
    ]),
    entry(dirname(NODE_STARTED), ['The run state of the resources on this node.']),
    entry(SIMULATE_DIR, ['Simulation files.']),
    heading('SEE ALSO'),
    paragraph(
      [
        ...others.map((other) => `ocf_ganeti_${other}(7)`),
        'gnt-ha(8)',
        'gnt-node(8)',
        'gnt-cluster(8)',
        'crm_mon(8)',
      ].join(', '),
    ),
  ]);
}

function parameter({ name, type, default: fallback, longdesc, shortdesc }: ParameterDescription): string {
  const kind = fallback === undefined ? type : `${type}, default ${fallback}`;
  return entry(name, [`${shortdesc} (optional, ${kind}).`, ...longdesc]);
}

function action({ name, timeoutSeconds, intervalSeconds, role, depth }: ActionDescription): string {
  const facts = [`${role === undefined ? 'Timeout' : `Role ${role}, timeout`} ${timeoutSeconds} s`];
  if (intervalSeconds !== undefined) facts.push(`interval ${intervalSeconds} s`);
  if (depth !== undefined) facts.push(`check level ${depth}`);
  return entry(name, [`${facts.join(', ')}.`]);
}

/** The codes an agent can give: general and sweep for both, and its own hundred. */
function reasonsOf(agent: string): [string, string][] {
  const foreign = agent === 'ganeti-node' ? 'GNH1' : 'GNH2';
  const handOver = agent === 'ganeti-master-promotable' ? undefined : 'GNH35';
  return Object.entries(REASONS).filter(
    ([code]) => !code.startsWith(foreign) && (handOver === undefined || !code.startsWith(handOver)),
  );
}
