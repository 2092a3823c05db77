import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { describe } from 'node:test';
import { inWorld } from '../../agents/in-world.ts';
import type { World } from '../../agents/world.ts';

const DAEMONS = ['ganeti-wconfd', 'ganeti-luxid', 'ganeti-rapi'] as const;

/** Runs the three master daemons as processes of their names; their ids in that order. */
async function startDaemons(world: World): Promise<readonly number[]> {
  symlinkSync('/proc', `${world.root}/proc`);
  mkdirSync(`${world.root}/bin`);
  // Not an address of this machine: nothing to take off.
  world.put('/var/lib/ganeti/ssconf_master_ip', '192.0.2.7\n');
  world.put('/run/ganeti-ha/master.started', '1\n');
  const pids: number[] = [];
  for (const name of DAEMONS) {
    const file = `${world.root}/bin/${name}`;
    copyFileSync('/bin/sleep', file);
    const child = spawn(file, ['300'], { detached: true, stdio: 'ignore' });
    await new Promise((resolve) => child.once('spawn', resolve));
    world.put(`/var/run/ganeti/${name}.pid`, `${child.pid}\n`);
    pids.push(child.pid ?? 0);
  }
  return pids;
}

function living(pids: readonly number[]): readonly number[] {
  return pids.filter((pid) => {
    try {
      return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return false;
    }
  });
}

function end(pids: readonly number[]): void {
  for (const pid of living(pids)) process.kill(pid, 'SIGKILL');
}

describe('stop of ganeti-master and the daemons of the role', { concurrency: 3 }, () => {
  for (const { title, parameters = {}, quorum = true, stopped, prepare } of [
    { title: 'go on with quorum', stopped: false },
    {
      title: 'go on without quorum where stop_mode=release',
      parameters: { stop_mode: 'release' },
      quorum: false,
      stopped: false,
    },
    { title: 'are ended without quorum', quorum: false, stopped: true },
    {
      title: 'are ended where Pacemaker does not say whether there is quorum',
      stopped: true,
      prepare: (world: World) => world.behave('crm_node', 'exits-1'),
    },
    {
      title: 'are ended where crm_node hangs',
      stopped: true,
      prepare: (world: World) => world.behave('crm_node', 'hangs'),
    },
    { title: 'are ended with stop_mode=daemons', parameters: { stop_mode: 'daemons' }, stopped: true },
  ] satisfies readonly {
    title: string;
    parameters?: Record<string, string>;
    quorum?: boolean;
    stopped: boolean;
    prepare?: (world: World) => void;
  }[]) {
    inWorld(title, {}, async (world) => {
      const pids = await startDaemons(world);
      try {
        world.pacemaker({ quorum });
        prepare?.(world);
        const run = await world.run('ganeti-master', 'stop', { parameters, meta: { timeout: '60000' } });
        assert.deepEqual([run.code, run.reason], [0, ''], run.stderr);
        assert.deepEqual(living(pids), stopped ? [] : pids);
        assert.equal((await world.run('ganeti-master', 'monitor')).code, 7);
      } finally {
        end(pids);
      }
    });
  }

  inWorld(
    'are ended within seconds without quorum also where one of them is suspended',
    {},
    async (world) => {
      const pids = await startDaemons(world);
      try {
        for (const pid of pids) process.kill(pid, 'SIGSTOP');
        world.pacemaker({ quorum: false });
        const run = await world.run('ganeti-master', 'stop', { meta: { timeout: '60000' } });
        assert.equal(run.code, 0);
        assert.deepEqual(living(pids), []);
        assert.ok(run.ms < 15_000, `${run.ms} ms`);
      } finally {
        end(pids);
      }
    },
  );

  inWorld(
    'are ended without quorum also where nobody can tell which Ganeti node this is',
    {},
    async (world) => {
      const pids = await startDaemons(world);
      try {
        world.pacemaker({ quorum: false });
        const meta = { timeout: '60000', on_node: 'unheard-of' };
        const run = await world.run('ganeti-master', 'stop', { meta });
        assert.deepEqual([run.code, run.reason], [0, ''], run.stderr);
        assert.deepEqual(living(pids), []);
      } finally {
        end(pids);
      }
    },
  );

  inWorld(
    'are ended with quorum where ssconf gives the role to another node',
    { master: 2 },
    async (world) => {
      const pids = await startDaemons(world);
      try {
        world.remove('/run/ganeti-ha/master.started');
        const run = await world.run('ganeti-master', 'stop', { meta: { timeout: '60000' } });
        assert.deepEqual([run.code, run.reason], [0, ''], run.stderr);
        assert.deepEqual(living(pids), []);
      } finally {
        end(pids);
      }
    },
  );

  inWorld('of another process that now has a daemon’s id it is left alone', {}, async (world) => {
    const pids = await startDaemons(world);
    const bystander = spawn('sleep', ['300'], { stdio: 'ignore' });
    try {
      world.put('/var/run/ganeti/ganeti-luxid.pid', `${bystander.pid}\n`);
      world.pacemaker({ quorum: false });
      assert.equal((await world.run('ganeti-master', 'stop', { meta: { timeout: '60000' } })).code, 0);
      assert.deepEqual(living([bystander.pid ?? 0]), [bystander.pid]);
    } finally {
      bystander.kill('SIGKILL');
      end(pids);
    }
  });
});
