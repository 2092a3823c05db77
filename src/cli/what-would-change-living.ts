import type { LeaveRule } from './decision-on-leave.ts';
import type { ReturnRule } from './decision-on-return.ts';

/** What would lead to another decision on a node that is back while Ganeti has it offline. */
export const CHANGES_RETURN: Readonly<Record<ReturnRule, string>> = {
  'on-return':
    '`gnt-ha readmit NODE`, when it is sound; on_return=readmit would have had to be set before it died',
  'no-quorum': 'quorum in this partition',
  'maintenance-mode': 'the end of the maintenance mode; or `gnt-ha readmit NODE`, when it is sound',
  pause:
    'the end of the pause: `gnt-ha resume --all`; where the orders are not known, an answer from Pacemaker on them',
  'ganeti-not-known': 'an answer from luxid on the master: see `gnt-cluster master-ping`',
  'not-ours':
    '`gnt-ha readmit NODE`, when it is sound: only what these agents marked is taken back without a person',
  'changed-since': '`gnt-ha readmit NODE`, when whoever changed it agrees and it is sound',
  'readmitted-before': 'a whole day since then; or `gnt-ha readmit NODE`, when it is known what it died of',
  'not-sound': 'its being an ordinary member: in no standby, in no maintenance, and not about to be fenced',
  'job-failed': '`gnt-ha readmit NODE`, when the cause is cured: see `gnt-job list`',
  joining: 'its joining in full, or its leaving',
  objection: 'the cure of it: `gnt-ha readmit -n NODE` tells all that speaks against taking it back',
  'decided-on-master': 'ask on the Ganeti master: `gnt-ha why NODE`',
  'job-pending': 'the end of that job',
  delay:
    'that moment; any node that joins or leaves, or trouble with this one, begins the time anew; at once: `gnt-ha readmit NODE`',
  'sound-long-enough': 'its leaving, or a pause (`gnt-ha pause`)',
};

/** What would lead to another decision on a node that has left in order, or is drained. */
export const CHANGES_LEAVE: Readonly<Record<LeaveRule, string>> = {
  'no-quorum': 'quorum in this partition',
  master: 'the master role on another node',
  'others-drain': 'its being undrained by whoever drained it: `gnt-node modify -D no NODE`',
  'maintenance-mode': 'the end of the maintenance mode, half a minute after which it is undrained',
  'not-back':
    'its being an ordinary member for half a minute: it is undrained then, if nobody has changed it in Ganeti; or its death',
  pause:
    'the end of the pause: `gnt-ha resume --all`; where the orders are not known, an answer from Pacemaker on them',
  joining: 'its joining in full; or a minute like this, after which it counts as one that has left',
  settling: 'half a minute without any node joining or leaving',
  'changed-since': '`gnt-node modify -D no NODE`, if it shall work again',
  'tag-gone': '`gnt-node modify -D no NODE`, or the tag ocf:node-offline:drain-on-leave',
  'queue-drained': 'a job queue that takes jobs: `gnt-cluster queue undrain`',
  'ganeti-not-known': 'an answer from luxid on the master: see `gnt-cluster master-ping`',
  'decided-on-master': 'ask on the Ganeti master: `gnt-ha why NODE`',
  'job-pending': 'the end of that job',
  'job-failed': 'five minutes since then; what it failed of: `gnt-job list`',
  'left-in-order': 'its return, its death, or a pause (`gnt-ha pause`)',
  'back-in-service': 'its leaving again, or a pause (`gnt-ha pause`)',
};
