// Pacemaker's resources as the README configures them, with the lab's fence device.
import type { Lab } from './cluster.ts';
import { commandsOf, type SnippetName, snippetText, withoutFencing } from './snippet.ts';
import { NotYet } from './wait.ts';

export interface ConfigureOptions {
  /** One fence_lab device per host and stonith-enabled (default); false: neither. */
  readonly fencing?: boolean;
  /** Instead of the snippet's own. */
  readonly stonithAction?: 'off' | 'reboot';
  /** Parameters and options for `pcs resource update NAME`, as `{ 'ganeti-node': ['mode=full'] }`. */
  readonly update?: Readonly<Record<string, readonly string[]>>;
  /** Do not wait until all resources run. */
  readonly wait?: boolean;
}

/** Runs a pcs snippet on one host, then waits until the clone runs everywhere and the master somewhere. */
export async function configurePcs(
  lab: Lab,
  options: ConfigureOptions = {},
  snippet: SnippetName = 'pcs',
): Promise<void> {
  const { fencing = true, stonithAction, update = {} } = options;
  const script = ['set -e'];
  if (fencing) {
    for (const host of lab.hosts)
      script.push(`pcs stonith create fence-${host} fence_lab pcmk_host_list=${host}`);
  }
  script.push(`pcs property set stonith-enabled=${fencing}`);
  script.push(...withoutFencing(commandsOf(snippetText(snippet))));
  if (stonithAction !== undefined) script.push(`pcs property set stonith-action=${stonithAction}`);
  for (const [name, settings] of Object.entries(update))
    script.push(`pcs resource update ${name} ${settings.join(' ')}`);
  await lab.exec(await lab.witness(), script.join('\n'), { timeoutMs: 120_000 });
  if (options.wait !== false) await waitForResources(lab);
}

/** The same with crmsh, in one `crm configure load update`. */
export async function configureCrmsh(lab: Lab, options: ConfigureOptions = {}): Promise<void> {
  const { fencing = true, stonithAction, update = {} } = options;
  if (Object.keys(update).length > 0) throw new Error('configureCrmsh: `update` is for pcs only');
  const lines: string[] = [];
  if (fencing) {
    for (const host of lab.hosts)
      lines.push(`primitive fence-${host} stonith:fence_lab params pcmk_host_list=${host}`);
  }
  const snippet = withoutFencing(commandsOf(snippetText('crmsh')));
  // crmsh takes a second `property` line in one file for a duplicate of the first.
  const isProperty = (line: string) => line.startsWith('property ');
  const properties = snippet.filter(isProperty).flatMap((line) => line.split(/\s+/).slice(1));
  const own = [
    `stonith-enabled=${fencing}`,
    ...(stonithAction === undefined ? [] : [`stonith-action=${stonithAction}`]),
  ];
  const kept = properties.filter(
    (setting) => !own.some((other) => setting.split('=')[0] === other.split('=')[0]),
  );
  lines.push(...snippet.filter((line) => !isProperty(line)), `property ${[...kept, ...own].join(' ')}`);
  const host = await lab.witness();
  await lab.exec(host, ['tee', '/root/ganeti.crm'], { input: `${lines.join('\n')}\n` });
  await lab.exec(host, ['crm', 'configure', 'load', 'update', '/root/ganeti.crm'], { timeoutMs: 120_000 });
  if (options.wait !== false) await waitForResources(lab);
}

/** Waits until ganeti-node runs on every member and ganeti-master on one of them. */
export async function waitForResources(lab: Lab, timeoutMs = 60_000): Promise<void> {
  await lab.waitFor(
    'ganeti-node started on every member and ganeti-master on one',
    async () => {
      const xml = await lab.crmMon();
      const members = [...xml.matchAll(/<node name="([^"]+)" id="[^"]*" online="true"/g)].map(
        ([, name]) => name,
      );
      const clones = startedOn(xml, 'ganeti-node');
      const masters = startedOn(xml, 'ganeti-master');
      const settled = clones.length === members.length && masters.length === 1;
      return (
        settled || new NotYet(`ganeti-node on [${clones.join(' ')}], ganeti-master on [${masters.join(' ')}]`)
      );
    },
    timeoutMs,
  );
}

/** Nodes on which crm_mon's XML shows a resource (or an instance of its clone) active as Started, or as Promoted. */
export function startedOn(crmMonXml: string, resource: string): readonly string[] {
  const instances = crmMonXml.matchAll(/<resource id="([^":]+)(?::\d+)?" ([^>]*)>\s*<node name="([^"]+)"/g);
  return [...instances].flatMap(([, id, attributes = '', node]) =>
    id === resource &&
    node !== undefined &&
    /role="(Started|Promoted)"/.test(attributes) &&
    attributes.includes('active="true"')
      ? [node]
      : [],
  );
}
