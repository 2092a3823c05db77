import type { Configuration, Member, ResourceId } from './pacemaker-model.ts';

/** What a notification lists; every list is of node names. */
export interface NotifyLists {
  readonly type: 'pre' | 'post';
  readonly operation: 'start' | 'stop';
  readonly key: 'start' | 'running' | 'stop' | 'stopped' | 'stonith';
  readonly start: readonly string[];
  readonly stop: readonly string[];
  readonly active: readonly string[];
  readonly inactive: readonly string[];
  readonly available: readonly string[];
  readonly all: readonly string[];
}

/** The environment of one call of an agent, as Pacemaker 2.1.5 sets it. */
export function callVariables(
  { name, id }: Member,
  resource: ResourceId,
  configuration: Configuration,
  call: { readonly action: string; readonly intervalMs: number; readonly timeoutMs: number },
): Record<string, string> {
  const meta: Record<string, string> = {
    name: call.action,
    timeout: String(call.timeoutMs),
    on_node: name,
    on_node_uuid: String(id),
    ...(call.intervalMs > 0 || call.action === 'monitor' ? { interval: String(call.intervalMs) } : {}),
  };
  const promotable = resource === 'ganeti-master' && configuration.masterForm === 'promotable';
  if (resource === 'ganeti-node' || promotable) {
    Object.assign(meta, {
      clone: String(id - 1),
      clone_max: String(configuration.permanent.size),
      clone_node_max: '1',
      notify: String(configuration.cloneNotify && !promotable),
      globally_unique: 'false',
      ...(promotable ? { promotable: 'true', promoted_max: '1', promoted_node_max: '1' } : {}),
    });
  }
  const parameters = Object.entries(configuration.parameters[resource]);
  return {
    OCF_ROOT: '/usr/lib/ocf',
    OCF_RA_VERSION_MAJOR: '1',
    OCF_RA_VERSION_MINOR: '1',
    OCF_RESOURCE_INSTANCE: resource,
    OCF_RESOURCE_TYPE: agentName(resource, configuration.masterForm),
    OCF_RESOURCE_PROVIDER: 'ganeti',
    OCF_RESKEY_crm_feature_set: '3.16.1',
    HA_LOGFACILITY: 'daemon',
    PCMK_service: 'pacemaker-execd',
    ...Object.fromEntries(parameters.map(([key, value]) => [`OCF_RESKEY_${key}`, value])),
    ...prefixed('', meta),
  };
}

/** Empty lists are one blank. The n-th name belongs to the n-th resource. */
export function notifyVariables(
  lists: NotifyLists,
  instanceOf: (node: string) => string,
): Record<string, string> {
  const { type, operation, key } = lists;
  const variables: Record<string, string> = {
    type,
    operation,
    key_type: type === 'pre' ? 'pre' : 'confirmed-post',
    key_operation: key,
    inactive_resource: joined(lists.inactive.map(instanceOf)),
    available_uname: joined(lists.available),
    all_uname: joined(lists.all),
  };
  const pairs = { start: lists.start, stop: lists.stop, active: lists.active, promote: [], demote: [] };
  const roles = { promoted: [], master: [], unpromoted: lists.active, slave: lists.active };
  for (const [list, nodes] of Object.entries({ ...pairs, ...roles })) {
    variables[`${list}_resource`] = joined(nodes.map(instanceOf));
    variables[`${list}_uname`] = joined(nodes);
  }
  return prefixed('notify_', variables);
}

function prefixed(what: string, values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [`OCF_RESKEY_CRM_meta_${what}${key}`, value]),
  );
}

function joined(words: readonly string[]): string {
  return words.length === 0 ? ' ' : words.join(' ');
}

export function agentName(resource: ResourceId, form: Configuration['masterForm']): string {
  return resource === 'ganeti-master' && form === 'promotable' ? 'ganeti-master-promotable' : resource;
}
