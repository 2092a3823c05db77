// What the lab's commands and its holder say to each other: one JSON object per line on a unix socket.

export interface BmcState {
  /** Power actions are refused, as with a broken BMC; status still answers. */
  readonly fail: boolean;
  /** Each power action waits this long first. */
  readonly delaySeconds: number;
}

export type HolderRequest =
  | { readonly op: 'status' }
  | { readonly op: 'boot' | 'kill' | 'heal'; readonly host: string }
  | { readonly op: 'cut'; readonly host: string; readonly carrier: boolean }
  | ({ readonly op: 'bmc' } & Partial<BmcState>);

export type Link = 'up' | 'cut' | 'no-carrier';

export interface HostState {
  readonly on: boolean;
  /** Pid of the host's init in the holder's pid namespace; 0 while off. */
  readonly pid: number;
  readonly link: Link;
}

export interface HolderStatus {
  readonly hosts: Readonly<Record<string, HostState>>;
  readonly bmc: BmcState;
}

/** `changed` is false where the host already was in the wanted state. */
export type HolderAnswer =
  | { readonly ok: true; readonly changed: boolean; readonly status: HolderStatus }
  | { readonly ok: false; readonly error: string };

/** What `up` decides and the holder reads at each boot, from run/config.json. */
export interface LabConfig {
  readonly hosts: readonly string[];
  /** Overlay layers per host above the machine's `/`, the topmost first. */
  readonly layers: Readonly<Record<string, readonly string[]>>;
  /** Corosync, Pacemaker and Ganeti are started at boot. */
  readonly services: boolean;
}
