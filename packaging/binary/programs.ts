/** Where the one binary lives in an installed system. */
export const BINARY = 'usr/lib/ganeti-ha/ganeti-ha';

/** The names it is called by, each a relative symbolic link to it; agents/main.ts dispatches on them. */
export const PROGRAMS: readonly string[] = [
  'usr/lib/ocf/resource.d/ganeti/ganeti-master',
  'usr/lib/ocf/resource.d/ganeti/ganeti-master-promotable',
  'usr/lib/ocf/resource.d/ganeti/ganeti-node',
  'usr/sbin/gnt-ha',
  'usr/lib/ganeti-ha/alert_ganeti',
];
