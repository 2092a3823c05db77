// Names and addresses of the lab's hosts (192.0.2.0/24 is RFC 5737's documentation network).

export const domain = 'lab.test';
export const clusterName = `gcluster.${domain}`;
export const clusterAddress = '192.0.2.100';
/** /etc/hosts names as many hosts, so that a lab may grow. */
export const mostHosts = 9;

/** h1, h2, ... */
export function hostNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `h${index + 1}`);
}

export function hostNumber(host: string): number {
  const number = Number(/^h([1-9])$/.exec(host)?.[1]);
  if (!Number.isInteger(number)) throw new Error(`${host} is not a lab host's name: h1 to h${mostHosts}`);
  return number;
}

export function hostAddress(host: string): string {
  return `192.0.2.${10 + hostNumber(host)}`;
}

/** The name Ganeti knows the host by; Pacemaker uses the short one. */
export function fullName(host: string): string {
  return `${host}.${domain}`;
}

/** What Pacemaker calls the host, or what drills call an instance. */
export function shortName(inGaneti: string): string {
  return inGaneti.replace(`.${domain}`, '');
}
