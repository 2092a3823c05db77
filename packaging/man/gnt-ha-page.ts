import { LEDGER_FILE } from '../../src/env/paths.ts';
import type { Edition } from './agent-page.ts';
import { entry, heading, page, paragraph, title } from './roff.ts';

/** gnt-ha(8). */
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
    'gnt\\-ha \\- shows what the Ganeti resource agents see and do\n',
    heading('SYNOPSIS'),
    '.B gnt\\-ha status\n[\n.B \\-o\n.I format\n] [\n.B \\-\\-data\\-dir\n.I path\n]\n',
    heading('DESCRIPTION'),
    paragraph(
      "Shows each node of the Ganeti cluster as Pacemaker and Ganeti see it, the verdict on it with the reasons, and the last entries of this host's ledger: what the agents did, or did not do and why. Nothing is changed.",
    ),
    heading('OPTIONS'),
    entry('-o, --output format', ['text (default) or json.']),
    entry('--data-dir path', ["Ganeti's data directory. Default: /var/lib/ganeti."]),
    heading('EXIT STATUS'),
    entry('0', ['The cluster is healthy.']),
    entry('1', ['It is degraded.']),
    entry('2', ['The command line was wrong.']),
    entry('3', ['Its state is unknown.']),
    heading('FILES'),
    entry(LEDGER_FILE, [
      'What was seen, decided and done, and what was not done and why; one JSON object per line.',
    ]),
    heading('SEE ALSO'),
    paragraph('ocf_ganeti_ganeti-master(7), ocf_ganeti_ganeti-node(7), crm_mon(8), gnt-node(8)'),
  ]);
}
