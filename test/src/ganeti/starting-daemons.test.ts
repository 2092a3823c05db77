import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { realEnv } from '../../../src/env/real.ts';
import { endStartingDaemons } from '../../../src/ganeti/starting-daemons.ts';
import { RUN } from './machine.ts';

interface FakeProcess {
  readonly comm: string;
  readonly cmdline?: string;
  readonly status?: string;
}

describe('daemons that are still starting', () => {
  let root: string;
  let signals: (readonly [pid: number, signal: string])[];
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'gha-starting-'));
    signals = [];
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function put(path: string, text: string): void {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  function process(pid: number, { comm, cmdline = '', status = `NSpid:\t${pid}\n` }: FakeProcess): void {
    put(`/proc/${pid}/comm`, `${comm}\n`);
    put(`/proc/${pid}/cmdline`, cmdline);
    put(`/proc/${pid}/status`, `State:\tS (sleeping)\n${status}`);
  }

  /** `deaf`: who needs SIGKILL. */
  function end(budgetMs = 5_000, deaf: readonly number[] = []): ReturnType<typeof endStartingDaemons> {
    const env = realEnv({ GANETI_HA_ROOT: root }, () => {});
    const signal = (pid: number, how: 'SIGTERM' | 'SIGKILL'): boolean => {
      signals.push([pid, how]);
      if (how === 'SIGKILL' || !deaf.includes(pid)) rmSync(join(root, `/proc/${pid}`), { recursive: true });
      return true;
    };
    return endStartingDaemons({ ...env, host: { ...env.host, signal } }, RUN, budgetMs);
  }

  it('are told apart by having no pid file; those that are up are left alone', async () => {
    process(41, { comm: 'ganeti-wconfd' });
    put(`${RUN}/ganeti-wconfd.pid`, '41\n');
    put('/proc/41/stat', '41 (ganeti-wconfd) S 1');
    process(42, { comm: 'ganeti-luxid' });
    const ended = await end();
    assert.deepEqual(signals, [[42, 'SIGTERM']]);
    assert.deepEqual(ended, { kind: 'done', how: 'ended ganeti-luxid, which was still starting' });
  });

  it('are killed where they do not listen', async () => {
    process(42, { comm: 'ganeti-luxid' });
    assert.equal((await end(5_000, [42])).kind, 'done');
    assert.deepEqual(signals, [
      [42, 'SIGTERM'],
      [42, 'SIGKILL'],
    ]);
  });

  for (const { what, status } of [
    { what: 'a container, which may have a Ganeti of its own', status: 'NSpid:\t42\t7\n' },
    { what: 'the dead, whom nobody has buried', status: 'State:\tZ (zombie)\nNSpid:\t42\n' },
  ]) {
    it(`are not those of ${what}`, async () => {
      process(42, { comm: 'ganeti-luxid', status });
      assert.deepEqual(await end(), { kind: 'done', how: '' });
      assert.deepEqual(signals, []);
    });
  }

  it('are not noded, nor a script that stops', async () => {
    process(42, { comm: 'ganeti-noded' });
    process(43, { comm: 'ganeti', cmdline: '/bin/sh\0/etc/init.d/ganeti\0stop\0' });
    assert.deepEqual(await end(), { kind: 'done', how: '' });
    assert.deepEqual(signals, []);
  });

  it('may still come of the init script: that is waited for, and told where it takes too long', async () => {
    process(43, { comm: 'S20ganeti', cmdline: '/bin/sh\0/etc/rc2.d/S20ganeti\0start\0' });
    const ended = await end(300);
    assert.equal(ended.kind, 'failed');
    assert.match(ended.kind === 'failed' ? ended.message : '', /after 300 ms: \/etc\/init\.d\/ganeti$/);
    assert.deepEqual(signals, []);
  });
});
