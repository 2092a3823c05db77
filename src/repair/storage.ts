import type { Template } from './facts.ts';

/** Where an instance's data is, which is what decides about how it can come back. */
export type Storage =
  /** On both its nodes. */
  | 'mirrored'
  /** On none of its nodes, or there is none. */
  | 'shared'
  /** On its primary node only. */
  | 'local';

export const STORAGE = {
  drbd: 'mirrored',
  plain: 'local',
  file: 'local',
  sharedfile: 'shared',
  gluster: 'shared',
  rbd: 'shared',
  ext: 'shared',
  blockdev: 'shared',
  diskless: 'shared',
} as const satisfies Readonly<Record<Template, Storage>>;
