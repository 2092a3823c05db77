/**
 * Where our own files live. Ganeti's folders are parameters (`data_dir`, `run_dir`), ours are not.
 * All go through `Env.files`, whose real implementation puts a test root in front where one is set.
 */
const OWN_RUN_DIR = '/run/ganeti-ha';
const OWN_STATE_DIR = '/var/lib/ganeti-ha';

export const SIMULATE_DIR = '/etc/ganeti-ha/simulate.d';

/** Survives a reboot: what was seen, decided, done or not done. */
export const LEDGER_FILE = `${OWN_STATE_DIR}/ledger.jsonl`;
export const OLD_LEDGER_FILE = `${LEDGER_FILE}.1`;
/** Ganeti's job queue was drained by a hand-over of ours; the flag itself outlives a reboot, too. */
export const QUEUE_DRAINED = `${OWN_STATE_DIR}/queue-drained.json`;

/** This node is offline in Ganeti, by a configuration newer than its own copy: holds that one's serial. */
export const KNOWN_OFFLINE = `${OWN_STATE_DIR}/known-offline`;

/** Made and removed again by the full mode of the node role. */
export const WRITE_PROBE = `${OWN_STATE_DIR}/write-probe`;

/** Gone with a reboot, as they must be: what an earlier boot knew of itself and the others is void. */
export const NODE_STARTED = `${OWN_RUN_DIR}/node.started`;
export const MASTER_STARTED = `${OWN_RUN_DIR}/master.started`;
/** A `start` of the master role is under way; holds its process id. */
export const MASTER_STARTING = `${OWN_RUN_DIR}/master.starting`;
/** While it is there luxid and wconfd skip Ganeti's vote at every start; read by `/etc/default/ganeti` and by systemd. */
export const NO_VOTING = `${OWN_RUN_DIR}/no-voting.sh`;
export const NO_VOTING_ENV = `${OWN_RUN_DIR}/no-voting.env`;
/** The serial that ConfD here served when it was first seen older than the master's, and when that was. */
export const CONFD_BEHIND = `${OWN_RUN_DIR}/confd.behind`;
/** The role was given up here; a second line is the word that only the successor stops the daemons. */
export const MASTER_RELEASED = `${OWN_RUN_DIR}/master.released`;
/** Somebody moved the role away by hand: when that was noticed. */
export const MASTER_OVERRULED = `${OWN_RUN_DIR}/master.overruled`;
export const STAYS_UP = 'daemons stay up\n';
/** The take-over ended without the master IP; removed once it is here. */
export const MASTER_IP_OWED = `${OWN_RUN_DIR}/master-ip.owed`;
/** When the role was taken here, how often the others were told since to stop what they have of it, and who was not. */
export const MASTER_TAKEN = `${OWN_RUN_DIR}/master.taken`;
/** An instance of the promotable form is started here, as unpromoted at least. */
export const PROMOTABLE_STARTED = `${OWN_RUN_DIR}/promotable.started`;
/** A promote was begun here, which had to take the role from another node: when, first. */
export const HAND_OVER_BEGUN = `${OWN_RUN_DIR}/hand-over.begun`;
/** The promotion score this node has published, and when it was looked at. */
export const PROMOTION_SCORE = `${OWN_RUN_DIR}/promotion-score.json`;
export const OBSERVATIONS_FILE = `${OWN_RUN_DIR}/observations.json`;
export const QUIET_FILE = `${OWN_RUN_DIR}/quiet.json`;
export const OBSERVATIONS_LOCK = `${OWN_RUN_DIR}/observations.lock`;
/** What the wall clock was ahead of the time since boot: a clock that is set forward must not lift the brake. */
export const CLOCK_FILE = `${OWN_RUN_DIR}/clock.json`;
/** Since when which node has been sound, for those who wait for it. */
export const STEADINESS_FILE = `${OWN_RUN_DIR}/steadiness.json`;
/** What the last pass of the repairs left open, and when the next is due. */
export const REPAIR_STATE = `${OWN_RUN_DIR}/repair.json`;
export const REPAIR_LOCK = `${OWN_RUN_DIR}/repair.lock`;
export const SWEEP_LOCK = `${OWN_RUN_DIR}/sweep.lock`;
/** What Pacemaker's alerts said, one small file each: written by hacluster, read and removed by the sweep. */
export const SPOOL_DIR = `${OWN_RUN_DIR}/spool`;
/** Of several alert agents at the same moment one wakes the sweep. */
export const WAKE_LOCK = `${SPOOL_DIR}/wake.lock`;
