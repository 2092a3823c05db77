import type { Env } from '../env/env.ts';
import { CIB_FILE } from './cib-file.ts';
import { childOf, childrenOf, parseXml, type XmlElement } from './xml-element.ts';

/** How the roles are configured, as far as it decides what happens when a node fails. */
export interface RoleConfiguration {
  /** `notify=true` on the clone of ganeti-node. */
  readonly notify: boolean;
  readonly alert: boolean;
  /** Between two monitors of ganeti-node. */
  readonly monitorSeconds: number | undefined;
  readonly stonithEnabled: boolean;
  readonly stonithAction: 'off' | 'reboot';
  readonly concurrentFencing: boolean;
  readonly promotable: boolean;
  /** Of the master role; undefined where nobody has set one, so that no failure moves it for good. */
  readonly migrationThreshold: number | undefined;
  readonly nodeParameters: Readonly<Record<string, string>>;
  readonly masterParameters: Readonly<Record<string, string>>;
}

/** Read from the configuration on disk; undefined where there is none or it has no ganeti-node. Rules are not followed. */
export async function roleConfiguration(env: Env): Promise<RoleConfiguration | undefined> {
  const file = env.files.read(CIB_FILE);
  if (file.kind !== 'text') return undefined;
  const configuration = childOf(await parseXml(file.text), 'configuration');
  const agents = placesOf(childOf(configuration, 'resources'), []);
  const node = agents.find(({ primitive }) => primitive.attributes.type === 'ganeti-node');
  if (node === undefined) return undefined;
  const master = agents.find(({ primitive }) => primitive.attributes.type?.startsWith('ganeti-master'));
  const properties = pairsOf(childOf(configuration, 'crm_config'), 'cluster_property_set');
  const alerts = childrenOf(childOf(configuration, 'alerts'), 'alert');
  const monitor = childrenOf(childOf(node.primitive, 'operations'), 'op').find(
    ({ attributes }) => attributes.name === 'monitor',
  );
  return {
    notify: node.around.some((one) => isTrue(pairsOf(one, 'meta_attributes').notify)),
    alert: alerts.some(({ attributes }) => attributes.path?.endsWith('/alert_ganeti') === true),
    monitorSeconds: secondsOf(monitor?.attributes.interval),
    stonithEnabled: properties['stonith-enabled'] === undefined || isTrue(properties['stonith-enabled']),
    stonithAction: properties['stonith-action'] === 'off' ? 'off' : 'reboot',
    concurrentFencing: isTrue(properties['concurrent-fencing']),
    promotable: master?.primitive.attributes.type === 'ganeti-master-promotable',
    migrationThreshold: wholeNumber(
      master === undefined
        ? undefined
        : metaOf(master, childOf(configuration, 'rsc_defaults'))['migration-threshold'],
    ),
    nodeParameters: pairsOf(node.primitive, 'instance_attributes'),
    masterParameters: master === undefined ? {} : pairsOf(master.primitive, 'instance_attributes'),
  };
}

interface Place {
  readonly primitive: XmlElement;
  /** The clones and groups it stands in. */
  readonly around: readonly XmlElement[];
}

function placesOf(element: XmlElement | undefined, around: readonly XmlElement[]): readonly Place[] {
  return (element?.children ?? []).flatMap((child): readonly Place[] => {
    if (child.name !== 'primitive') return placesOf(child, [...around, child]);
    return child.attributes.provider === 'ganeti' ? [{ primitive: child, around }] : [];
  });
}

/** The innermost has the last word, as Pacemaker has it. */
function metaOf(
  { primitive, around }: Place,
  defaults: XmlElement | undefined,
): Readonly<Record<string, string>> {
  const sets = [defaults, ...around, primitive].map((one) => pairsOf(one, 'meta_attributes'));
  return Object.assign({}, ...sets);
}

function pairsOf(element: XmlElement | undefined, set: string): Readonly<Record<string, string>> {
  const pairs = childrenOf(element, set).flatMap((one) => childrenOf(one, 'nvpair'));
  return Object.fromEntries(
    pairs.flatMap(({ attributes: { name, value } }) =>
      name === undefined || value === undefined ? [] : [[name, value]],
    ),
  );
}

/** Pacemaker's words for true. */
function isTrue(value: string | undefined): boolean {
  return value !== undefined && /^(?:true|on|yes|y|1)$/i.test(value);
}

/** 0 switches the threshold off. */
function wholeNumber(value: string | undefined): number | undefined {
  return value !== undefined && /^[1-9]\d*$/.test(value) ? Number(value) : undefined;
}

/** `20`, `20s`, `1min`; undefined for what is written in another way. */
function secondsOf(interval: string | undefined): number | undefined {
  const [, number, unit = 's'] = /^(\d+)(s|sec|m|min)?$/.exec(interval ?? '') ?? [];
  return number === undefined ? undefined : Number(number) * (unit.startsWith('m') ? 60 : 1);
}
