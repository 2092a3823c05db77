import type { Command, Outcome } from '../env/env.ts';
import { crmConfigXml, setProperty, writeCib } from './cib-xml.ts';
import { crmMonResourcesXml } from './crm-mon-resources.ts';
import { crmMonXml, DISCONNECTED, historyXml } from './crm-mon-xml.ts';
import { type Cluster, type Member, type Partition, running } from './pacemaker-model.ts';
import type { SimHost } from './world.ts';

/** CRM_EX_DISCONNECT, CRM_EX_QUORUM, CRM_EX_USAGE. */
const EXIT_DISCONNECTED = 102;
const EXIT_NO_QUORUM = 106;
const EXIT_USAGE = 64;
/** What these programs take on a machine with nothing else to do. */
const CRM_MON_MS = 25;
const SMALL_PROGRAM_MS = 10;

/** Pacemaker's command line programs, as far as src calls them. */
export function addCrmPrograms(
  cluster: Cluster,
  changed: (partition: Partition) => void,
  rerunMonitor: (member: Member) => void,
): void {
  const { world, members, configuration, faults } = cluster;
  const memberOf = (host: SimHost): Member | undefined =>
    members.find((one) => one.host === host && one.pacemaker === 'running');

  const program = (
    name: string,
    takesMs: number,
    answer: (member: Member, partition: Partition, command: Command) => Outcome,
    disconnected = '',
  ): void => {
    world.programs.set(name, async (host, command) => {
      const fault = faults.program?.(host, name);
      if (fault === 'hang') return await new Promise<never>(() => {});
      await world.clock.sleep(takesMs);
      if (fault === 'fail') return exited(1, '', `${name}: Connection timed out`);
      const member = memberOf(host);
      if (member?.partition === undefined)
        return exited(EXIT_DISCONNECTED, disconnected, `error: ${name}: Not connected`);
      return answer(member, member.partition, command);
    });
  };

  program(
    'crm_mon',
    CRM_MON_MS,
    (member, partition, { args }) =>
      exited(
        0,
        args.includes('--include=resources')
          ? crmMonResourcesXml(partition, configuration)
          : crmMonText(cluster, partition, member),
      ),
    DISCONNECTED,
  );

  program('crm_node', SMALL_PROGRAM_MS, (member, partition, { args }) => {
    switch (args[0]) {
      case '--list':
      case '-l':
        return exited(0, members.map((one) => nodeLine(partition, one)).join(''));
      case '--quorum':
      case '-q':
        return exited(partition.quorate ? 0 : EXIT_NO_QUORUM, partition.quorate ? '1\n' : '0\n');
      case '--name':
      case '-n':
        return exited(0, `${member.name}\n`);
      default:
        return exited(EXIT_USAGE, '', `crm_node: unknown option ${args[0] ?? ''}`);
    }
  });

  program('attrd_updater', SMALL_PROGRAM_MS, (member, partition, { args }) => {
    const options = optionsOf(args);
    const name = options.get('--name') ?? options.get('-n');
    const node = options.get('--node') ?? options.get('-N') ?? member.name;
    const value = options.get('--update') ?? options.get('-U');
    const deleting = args.includes('--delete') || args.includes('-D');
    if (name === undefined || (value === undefined && !deleting)) return exited(EXIT_USAGE, '', 'usage');
    change(partition, node, name, deleting ? undefined : value);
    return exited(0, '');
  });

  program('crm_attribute', SMALL_PROGRAM_MS, (member, partition, { args }) => {
    const options = optionsOf(args);
    const promotion = options.get('--promotion');
    const name = promotion === undefined ? options.get('--name') : `master-${promotion}`;
    const value = options.get('--update');
    const deleting = args.includes('--delete');
    if (name === undefined || (value === undefined && !deleting)) return exited(EXIT_USAGE, '', 'usage');
    if (options.get('--type') === 'crm_config') {
      const set = options.get('--set-name') ?? 'cib-bootstrap-options';
      const now = member.partition ?? partition;
      const sharing = running(now, members);
      setProperty(sharing, set, name, value);
      for (const one of sharing) writeCib(cluster, one);
      changed(now);
    } else change(partition, options.get('--node') ?? member.name, name, value);
    return exited(0, '');
  });

  program('cibadmin', SMALL_PROGRAM_MS, (member, _, { args }) => {
    if (args.includes('--query')) return exited(0, crmConfigXml(configuration, member));
    const target = /node_state\[@uname='([^']+)'\].*@type='ganeti-node'/.exec(
      optionsOf(args).get('--xpath') ?? '',
    );
    const found = members.find(({ name }) => name === target?.[1]);
    if (!args.includes('--delete-all') || found === undefined) return exited(EXIT_USAGE, '', 'usage');
    if (found.partition === member.partition) rerunMonitor(found);
    return exited(0, '');
  });

  program('stonith_admin', SMALL_PROGRAM_MS, ({ fencings }, _, { args }) =>
    args.includes('--history')
      ? exited(0, `<pacemaker-result>\n${historyXml(fencings)}</pacemaker-result>\n`)
      : exited(EXIT_USAGE, '', 'usage'),
  );

  /** Of a node that is not in this partition attrd keeps nothing. */
  function change(partition: Partition, node: string, name: string, value: string | undefined): void {
    const target = members.find((one) => one.name === node);
    if (target?.partition !== partition || target.attributes.get(name) === value) return;
    if (value === undefined) target.attributes.delete(name);
    else target.attributes.set(name, value);
    changed(partition);
  }
}

/** The picture of a member, computed once for each state of the cluster that it shows. */
export function crmMonText(cluster: Cluster, partition: Partition, member: Member): string {
  const { configuration, world } = cluster;
  const newest = member.fencings.at(-1);
  const key = `${partition.version} ${configuration.epoch} ${member.fencings.length} ${newest?.status} ${newest?.completedMs}`;
  if (partition.crmMon?.key !== key) {
    const text = crmMonXml(partition, configuration, member, world.clock.now());
    partition.crmMon = { key, text };
  }
  return partition.crmMon.text;
}

function nodeLine(partition: Partition, { id, name, host }: Member): string {
  return `${id} ${name} ${partition.hosts.includes(host) ? 'member' : 'lost'}\n`;
}

/** `--name value` and `--name=value`. */
function optionsOf(args: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  args.forEach((word, index) => {
    const equals = word.indexOf('=');
    const next = args[index + 1];
    if (word.startsWith('--') && equals > 0) found.set(word.slice(0, equals), word.slice(equals + 1));
    else if (word.startsWith('-') && next?.startsWith('-') === false) found.set(word, next);
  });
  return found;
}

function exited(code: number, stdout: string, stderr = ''): Outcome {
  return { kind: 'exited', code, stdout, stderr, durationMs: 0 };
}
