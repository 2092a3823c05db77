import type { Env } from '../env/env.ts';

/** Who gives an order, in one word for people: the one behind `sudo`, at this host. It proves nothing. */
export function whoOrders({ vars, host }: Env): string {
  const user = [vars.SUDO_USER, vars.LOGNAME, vars.USER].find((name) => name !== undefined && name !== '');
  return `${user ?? `uid${host.uid}`}@${host.nodename}`.replaceAll(/[^\w.@-]/g, '_');
}
