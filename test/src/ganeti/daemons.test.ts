import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Daemon } from '../../../src/ganeti/daemon-process.ts';
import { isDaemon, processAgeMs, runningDaemon } from '../../../src/ganeti/daemon-process.ts';
import { restartDaemon, startDaemon, stopDaemon } from '../../../src/ganeti/daemons.ts';
import { type Machine, makeMachine, RUN } from './machine.ts';

const LUXID: Daemon = 'ganeti-luxid';
const PID_FILE = `${RUN}/${LUXID}.pid`;

describe('a Ganeti daemon', () => {
  let machine: Machine;
  beforeEach(() => {
    machine = makeMachine();
    machine.program('daemon-util', 'daemon-util-obeys');
  });
  afterEach(() => machine.close());

  it('is running where its pid file names a process of its name', async () => {
    const pid = await machine.daemon(LUXID);
    assert.deepEqual(runningDaemon(machine.env, RUN, LUXID), { kind: 'running', pid });
  });

  it('is young right after its start', async () => {
    const age = processAgeMs(machine.env, await machine.daemon(LUXID));
    assert.ok(age !== undefined && age > -100 && age < 5000);
    assert.equal(processAgeMs(machine.env, 999_999_999), undefined);
  });

  it('is stopped where the number in its pid file belongs to another process now', () => {
    machine.put(PID_FILE, `${process.pid}\n`);
    assert.deepEqual(runningDaemon(machine.env, RUN, LUXID), { kind: 'stopped' });
  });

  for (const text of ['', 'garbage', '-1', '1', '0', '999999999', '12.5']) {
    it(`is stopped where its pid file holds ${JSON.stringify(text)}`, () => {
      machine.put(PID_FILE, text);
      assert.deepEqual(runningDaemon(machine.env, RUN, LUXID), { kind: 'stopped' });
    });
  }

  it('is unknown, not stopped, where its pid file cannot be read', () => {
    machine.put(`${PID_FILE}/not-a-file`, '');
    assert.equal(runningDaemon(machine.env, RUN, LUXID).kind, 'unknown');
  });

  it('that is dead and not yet buried is stopped', async () => {
    // A shell that becomes `sleep`, which waits for no child: what ends after that stays as a zombie.
    const shell = spawn('sh', ['-c', `"${machine.root}/usr/sbin/${LUXID}" 60 & echo $!; exec sleep 60`]);
    const pid = await new Promise<number>((resolve) => {
      shell.stdout.once('data', (text: Buffer) => resolve(Number(text.toString())));
    });
    const says = (id: number | undefined, line: RegExp): boolean =>
      line.test(machine.read(`/proc/${id}/status`) ?? '');
    const bothAre = (): boolean => says(shell.pid, /^Name:\tsleep$/m) && says(pid, /^Name:\tganeti-luxid$/m);
    for (let tries = 0; tries < 500 && !bothAre(); tries += 1) await machine.env.clock.sleep(20);
    await machine.kill(pid);
    assert.ok(says(pid, /^Name:\tganeti-luxid\n(?:.*\n)*?State:\tZ/m));
    assert.equal(isDaemon(machine.env, pid, LUXID), false);
    shell.kill('SIGKILL');
  });

  it('is stopped by daemon-util', async () => {
    const pid = await machine.daemon(LUXID);
    assert.deepEqual(await stopDaemon(machine.env, RUN, LUXID), {
      kind: 'done',
      how: 'stopped ganeti-luxid',
    });
    assert.equal(isDaemon(machine.env, pid, LUXID), false);
    assert.deepEqual(machine.calls(), ['daemon-util stop ganeti-luxid']);
  });

  it('that is not running is left alone, but its stale pid file goes', async () => {
    machine.put(PID_FILE, '999999999\n');
    assert.deepEqual(await stopDaemon(machine.env, RUN, LUXID), { kind: 'done', how: '' });
    assert.equal(machine.read(PID_FILE), undefined);
    assert.deepEqual(machine.calls(), []);
  });

  it('that is suspended is killed at once', async () => {
    const pid = await machine.daemon(LUXID);
    await machine.suspend(pid);
    const started = performance.now();
    const result = await stopDaemon(machine.env, RUN, LUXID);
    assert.ok(result.kind === 'done' && result.how.startsWith('killed ganeti-luxid'));
    assert.ok(performance.now() - started < 3000);
    assert.equal(isDaemon(machine.env, pid, LUXID), false);
    assert.equal(machine.read(PID_FILE), undefined);
  });

  it('is ended by signal where daemon-util fails, hangs or is not there', async () => {
    for (const behaviour of ['daemon-util-fails', 'hangs', undefined]) {
      const other = makeMachine();
      if (behaviour !== undefined) other.program('daemon-util', behaviour);
      const pid = await other.daemon(LUXID);
      const result = await stopDaemon(other.env, RUN, LUXID, 1500);
      assert.ok(result.kind === 'done' && result.how.includes('daemon-util stop ganeti-luxid'), behaviour);
      assert.equal(isDaemon(other.env, pid, LUXID), false);
      other.close();
    }
  });

  it('is not killed for another whose pid file names it', async () => {
    const confd = await machine.daemon('ganeti-confd');
    machine.put(PID_FILE, `${confd}\n`);
    await stopDaemon(machine.env, RUN, LUXID);
    assert.equal(isDaemon(machine.env, confd, 'ganeti-confd'), true);
  });

  it('starts over the pid file that a killed one left behind', async () => {
    const pid = await machine.daemon(LUXID);
    await machine.kill(pid);
    assert.deepEqual(await startDaemon(machine.env, RUN, LUXID), {
      kind: 'done',
      how: 'started ganeti-luxid',
    });
    assert.equal(runningDaemon(machine.env, RUN, LUXID).kind, 'running');
  });

  it('that runs is not started again', async () => {
    await machine.daemon(LUXID);
    assert.deepEqual(await startDaemon(machine.env, RUN, LUXID), { kind: 'done', how: '' });
    assert.deepEqual(machine.calls(), []);
  });

  it('that ends right after its start is a failure, whatever daemon-util says', async () => {
    machine.program('daemon-util', 'daemon-util-starts-nothing');
    const result = await startDaemon(machine.env, RUN, LUXID);
    assert.ok(result.kind === 'failed' && result.message.includes('ended right after its start'));
  });

  it('that cannot be started brings the words of daemon-util', async () => {
    machine.program('daemon-util', 'daemon-util-fails');
    const result = await startDaemon(machine.env, RUN, LUXID);
    assert.ok(
      result.kind === 'failed' && result.message.includes('ended with 1: start-stop-daemon: warning'),
    );
  });

  describe('where systemd has it', () => {
    beforeEach(() => {
      mkdirSync(`${machine.root}/run/systemd/system`, { recursive: true });
      machine.put('/lib/systemd/system/ganeti.target', '');
      machine.program('systemctl', 'systemctl-knows-units');
    });

    it('is waited for, since it votes before it has a pid file', async () => {
      machine.program('daemon-util', 'daemon-util-starts-late');
      assert.deepEqual(await startDaemon(machine.env, RUN, LUXID), {
        kind: 'done',
        how: 'started ganeti-luxid',
      });
      assert.equal(runningDaemon(machine.env, RUN, LUXID).kind, 'running');
    });

    for (const state of ['failed', 'inactive']) {
      it(`is waited for no longer once systemd says that it is ${state}`, async () => {
        machine.program('daemon-util', 'daemon-util-starts-nothing');
        machine.put('/state', `${state}\n`);
        const started = performance.now();
        const result = await startDaemon(machine.env, RUN, LUXID, [], 30_000);
        assert.ok(result.kind === 'failed' && result.message.includes('see its log'));
        assert.ok(performance.now() - started < 10_000);
      });
    }

    it('is waited for as long as there is time while systemd starts it over and over', async () => {
      machine.program('daemon-util', 'daemon-util-starts-nothing');
      const started = performance.now();
      assert.equal((await startDaemon(machine.env, RUN, LUXID, [], 1500)).kind, 'failed');
      assert.ok(performance.now() - started >= 1500);
      assert.ok(machine.calls().includes('systemctl is-active ganeti-luxid.service'));
    });
  });

  it('is another process after a restart', async () => {
    const before = await machine.daemon(LUXID);
    await machine.suspend(before);
    const result = await restartDaemon(machine.env, RUN, LUXID);
    assert.ok(result.kind === 'done' && result.how.endsWith('started ganeti-luxid'));
    const after = runningDaemon(machine.env, RUN, LUXID);
    assert.ok(after.kind === 'running' && after.pid !== before);
  });
});
