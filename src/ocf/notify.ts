/**
 * A notification as one structure.
 * Lists are separated by blanks and an *empty list is one blank*; taken for a name, that blank made upstream's
 * agent mark an arbitrary node offline. The n-th name belongs to the n-th resource.
 */
export interface Notification {
  readonly type: 'pre' | 'post';
  readonly operation: 'start' | 'stop' | 'promote' | 'demote';
  /** `stonith` after a fencing, `stopped` after an ordinary stop; Pacemaker documents it nowhere. */
  readonly keyOperation: string | undefined;
  readonly start: readonly Participant[];
  readonly stop: readonly Participant[];
}

export interface Participant {
  readonly node: string;
  /** Undefined where Pacemaker named fewer resources than nodes. */
  readonly resource: string | undefined;
}

type Vars = Readonly<Record<string, string | undefined>>;

const PREFIX = 'OCF_RESKEY_CRM_meta_notify_';

/** The notification of this call, or undefined where there is none (`ocf-tester` calls notify without variables). */
export function readNotification(vars: Vars): Notification | undefined {
  const type = vars[`${PREFIX}type`];
  const operation = vars[`${PREFIX}operation`];
  if (type !== 'pre' && type !== 'post') return undefined;
  if (operation !== 'start' && operation !== 'stop' && operation !== 'promote' && operation !== 'demote') {
    return undefined;
  }
  const key = vars[`${PREFIX}key_operation`]?.trim();
  return {
    type,
    operation,
    keyOperation: key === undefined || key === '' ? undefined : key,
    start: participants(vars, 'start'),
    stop: participants(vars, 'stop'),
  };
}

/** The nodes that this notification calls fenced: post/stop with the key operation `stonith`. */
export function fencedByNotification(notification: Notification | undefined): readonly string[] {
  if (notification?.type !== 'post' || notification.operation !== 'stop') return [];
  if (notification.keyOperation !== 'stonith') return [];
  return [...new Set(notification.stop.map(({ node }) => node))];
}

function participants(vars: Vars, list: 'start' | 'stop'): readonly Participant[] {
  const nodes = words(vars[`${PREFIX}${list}_uname`]);
  const resources = words(vars[`${PREFIX}${list}_resource`]);
  return nodes.map((node, index) => ({ node, resource: resources[index] }));
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
