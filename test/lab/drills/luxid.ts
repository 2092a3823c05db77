// Luxid as an administrator has it in hand: asked, and restarted behind Pacemaker's back.
import assert from 'node:assert/strict';
import { type Lab, NotYet } from '../lab.ts';

export async function luxidAnswers(lab: Lab, host: string): Promise<boolean | NotYet> {
  const { code, stderr } = await lab.exec(host, 'timeout 5 gnt-cluster info >/dev/null', { check: false });
  return code === 0 || new NotYet(stderr);
}

/**
 * In maintenance nothing is monitored: a monitor in the second without luxid would fail, and nobody but the one who
 * restarts the daemons can have brought them back.
 */
export async function inMaintenance(lab: Lab, host: string, work: () => Promise<void>): Promise<void> {
  await lab.exec(host, ['pcs', 'property', 'set', 'maintenance-mode=true']);
  await work();
  await lab.exec(host, ['pcs', 'property', 'set', 'maintenance-mode=false']);
}

/** Runs what restarts luxid, and waits until another one answers; `how`: for the message, where it does not. */
export async function restartLuxidBy(lab: Lab, host: string, command: string, how: string): Promise<void> {
  const pid = async (): Promise<string> =>
    (await lab.exec(host, ['cat', '/var/run/ganeti/ganeti-luxid.pid'])).stdout;
  const before = await pid();
  await lab.exec(host, command, { timeoutMs: 60_000, check: false });
  await lab.waitFor(`luxid answers after a restart ${how}`, () => luxidAnswers(lab, host), 30_000);
  assert.notEqual(await pid(), before, `luxid was restarted ${how}`);
}

const RESTART =
  "for step in 'stop ganeti-luxid' 'start ganeti-luxid'; do /usr/lib/ganeti/daemon-util $step; done";

export async function restartLuxid(lab: Lab, host: string, when: string): Promise<void> {
  await inMaintenance(lab, host, () => restartLuxidBy(lab, host, RESTART, when));
}
