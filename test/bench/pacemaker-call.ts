/** The environment of an agent that Pacemaker calls. */
export type CallEnv = Readonly<Record<string, string>>;

/** As pacemaker-execd 2.1.5 of Debian 12 has it in a lab host, whatever the resource. */
const EXECUTOR: CallEnv = {
  PWD: '/',
  HOME: '/root',
  LANG: 'C.UTF-8',
  VALGRIND_OPTS:
    '--leak-check=full --trace-children=no --vgdb=no --num-callers=25 --log-file=/var/lib/pacemaker/valgrind-%p --suppressions=/usr/share/pacemaker/tests/valgrind-pcmk.suppressions --gen-suppressions=all',
  TERM: 'dumb',
  SHLVL: '1',
  PATH: '/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin',
  OLDPWD: '/',
  _: '/usr/bin/setsid',
  LC_ALL: 'C',
  PCMK_service: 'pacemaker-execd',
  OCF_OUTPUT_FORMAT: 'text',
  PCMK_mcp: 'true',
  HA_mcp: 'true',
  PCMK_logfacility: 'daemon',
  HA_logfacility: 'daemon',
  PCMK_logfile: '/var/log/pacemaker/pacemaker.log',
  HA_logfile: '/var/log/pacemaker/pacemaker.log',
  PCMK_cluster_type: 'corosync',
  HA_cluster_type: 'corosync',
  PCMK_quorum_type: 'corosync',
  HA_quorum_type: 'corosync',
  PCMK_debug: '0',
  HA_debug: '0',
  HA_LOGFACILITY: 'daemon',
  PCMK_watchdog: 'false',
  HA_LOGFILE: '/var/log/pacemaker/pacemaker.log',
  OCF_RA_VERSION_MAJOR: '1',
  OCF_RA_VERSION_MINOR: '1',
  OCF_ROOT: '/usr/lib/ocf',
  OCF_EXIT_REASON_PREFIX: 'ocf-exit-reason:',
  OCF_RESKEY_crm_feature_set: '3.16.1',
};

/** What every recurring monitor of a plain resource on `host` gets, with the README's interval and timeout. */
export function monitorCall(host: string, resource: string, provider: string, type = resource): CallEnv {
  return {
    ...EXECUTOR,
    OCF_RESOURCE_INSTANCE: resource,
    OCF_RESOURCE_TYPE: type,
    OCF_RESOURCE_PROVIDER: provider,
    OCF_RESKEY_CRM_meta_name: 'monitor',
    OCF_RESKEY_CRM_meta_interval: '20000',
    OCF_RESKEY_CRM_meta_timeout: '30000',
    OCF_RESKEY_CRM_meta_on_node: host,
    OCF_RESKEY_CRM_meta_on_node_uuid: host.replace(/^h/, ''),
  };
}

/** What the instances of a clone with notify=true get besides. */
export function cloneCall(hosts: number): CallEnv {
  return {
    OCF_RESKEY_CRM_meta_clone: '1',
    OCF_RESKEY_CRM_meta_clone_max: String(hosts),
    OCF_RESKEY_CRM_meta_clone_node_max: '1',
    OCF_RESKEY_CRM_meta_globally_unique: 'false',
    OCF_RESKEY_CRM_meta_notify: 'true',
  };
}

/** Where the resource does not run, Pacemaker asks once, with interval 0. */
export const PROBE: CallEnv = { OCF_RESKEY_CRM_meta_interval: '0' };
