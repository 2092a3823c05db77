import {
  type Configuration,
  configText,
  masterOf,
  type NodeEntry,
  parseConfig,
} from './ganeti-configuration.ts';
import { callNode, LIMIT_MS } from './ganeti-rpc.ts';
import { ssconfOf } from './ganeti-ssconf.ts';
import { DATA_DIR, type Errand, errandOn, type Ganeti, type GanetiHost, goAside } from './ganeti-state.ts';

/** The copy that lies on a host's disk; undefined where there is none that can be used. */
export function configOn({ host }: GanetiHost): Configuration | undefined {
  const read = host.disk.read(`${DATA_DIR}/config.data`);
  return read.kind === 'text' ? parseConfig(read.text) : undefined;
}

/** Whom this host's ssconf names. */
export function ssconfMaster({ host }: GanetiHost): string | undefined {
  const read = host.disk.read(`${DATA_DIR}/ssconf_master_node`);
  return read.kind === 'text' ? read.text.trim() : undefined;
}

/** Past all faults, for the state in which a story begins and for a node that is added anew. */
export function putEverything(at: GanetiHost, config: Configuration): void {
  putSsconf(at, config);
  if (config.nodes[`uuid-${at.host.ganetiName}`]?.master_candidate === true) {
    at.host.disk.put(`${DATA_DIR}/config.data`, configText(config), { mode: 0o640 });
  }
}

/** Past all faults, everywhere where the old one is known: as if it had always been so. */
export function replaceCopies(ganeti: Ganeti, old: Configuration, config: Configuration): void {
  for (const at of ganeti.hosts) {
    if (configOn(at)?.serial_no === old.serial_no)
      at.host.disk.put(`${DATA_DIR}/config.data`, configText(config), { mode: 0o640 });
    if (at.memory?.serial_no === old.serial_no) at.memory = config;
  }
}

function putSsconf({ host: { disk } }: GanetiHost, config: Configuration): void {
  for (const [key, text] of ssconfOf(config).set) {
    disk.put(`${DATA_DIR}/ssconf_${key}`, text, { mode: 0o444 });
  }
}

/**
 * Makes this the configuration of the wconfd on `at`: on its own disk at once, then to the others. `failed` where the
 * own disk takes nothing; nothing has changed then.
 */
export function commit(
  ganeti: Ganeti,
  at: GanetiHost,
  config: Configuration,
): { readonly kind: 'done' } | { readonly kind: 'failed'; readonly message: string } {
  const written = at.host.disk.write(`${DATA_DIR}/config.data`, configText(config), 0o640);
  if (written.kind === 'failed') return written;
  const before = at.memory;
  at.memory = config;
  tellChanges(ganeti, at, before, config);
  distribute(ganeti, at);
  return written;
}

/** Sends what wconfd has now; one round at a time, a change meanwhile makes another one. */
export function distribute(ganeti: Ganeti, at: GanetiHost): void {
  if (at.distributing !== undefined) return;
  const errand = errandOn(ganeti, at, () => at.memory !== undefined);
  at.distributing = rounds(ganeti, errand).finally(() => {
    at.distributing = undefined;
  });
  goAside(at.distributing);
}

async function rounds(ganeti: Ganeti, errand: Errand): Promise<void> {
  for (;;) {
    const config = errand.at.memory;
    if (config === undefined) return;
    await sendConfig(ganeti, errand, config);
    await sendSsconf(ganeti, errand, config);
    if (errand.at.memory === config) return;
  }
}

/** To the other candidates (src/Ganeti/WConfd/ConfigWriter.hs:181). */
async function sendConfig(ganeti: Ganeti, errand: Errand, config: Configuration): Promise<void> {
  const text = configText(config);
  const others = Object.values(config.nodes).filter(
    (node) => node.master_candidate && !node.offline && node.name !== errand.at.host.ganetiName,
  );
  await Promise.all(
    others.map((node) =>
      callNode(
        ganeti,
        errand,
        ganeti.named(node.name),
        ({ host }) => host.disk.write(`${DATA_DIR}/config.data`, text, 0o640),
        LIMIT_MS.normal,
      ),
    ),
  );
}

/**
 * To all that are not offline, its own noded included, and only where the set differs from the last that reached all
 * of them: after a failure it is sent again with the next change, not before (ConfigWriter.hs:131-142, 201-220).
 */
async function sendSsconf(ganeti: Ganeti, errand: Errand, config: Configuration): Promise<void> {
  const { text, set } = ssconfOf(config);
  if (errand.at.pushed === text) return;
  const nodes = Object.values(config.nodes).filter(({ offline }) => !offline);
  const answers = await Promise.all(
    nodes.map((node) =>
      callNode(
        ganeti,
        errand,
        ganeti.named(node.name),
        ({ host }) =>
          set.every(([key, content]) => {
            const path = `${DATA_DIR}/ssconf_${key}`;
            const old = host.disk.read(path);
            if (old.kind === 'text' && old.text === content) return true;
            return host.disk.write(path, content, 0o444).kind === 'done';
          }),
        LIMIT_MS.fast,
      ),
    ),
  );
  const reachedAll = answers.every((answer) => answer.kind === 'ok' && answer.value);
  errand.at.pushed = reachedAll ? text : undefined;
}

function tellChanges(
  { world }: Ganeti,
  { host }: GanetiHost,
  before: Configuration | undefined,
  after: Configuration,
): void {
  if (before === undefined) return;
  const master = masterOf(after)?.name;
  if (masterOf(before)?.name !== master) world.log(host, `master by configuration: ${master}`);
  for (const node of Object.values(after.nodes)) {
    const old = before.nodes[node.uuid];
    if (old === undefined || old === node) continue;
    const changes = [
      change(old, node, 'offline', 'offline', 'no longer offline'),
      change(old, node, 'drained', 'drained', 'no longer drained'),
      change(old, node, 'master_candidate', 'candidate', 'no longer candidate'),
    ].filter((word) => word !== undefined);
    for (const word of changes) world.log(host, `${word}: ${node.name}`);
  }
}

function change(
  old: NodeEntry,
  now: NodeEntry,
  flag: 'offline' | 'drained' | 'master_candidate',
  on: string,
  off: string,
): string | undefined {
  return old[flag] === now[flag] ? undefined : now[flag] ? on : off;
}
