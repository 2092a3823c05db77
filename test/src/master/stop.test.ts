import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe } from 'node:test';
import { inWorld } from '../../agents/in-world.ts';
import type { World } from '../../agents/world.ts';

const DAEMONS = ['ganeti-wconfd', 'ganeti-luxid', 'ganeti-rapi'] as const;

/** Of the machine's processes the world knows those that it has begun itself: other worlds run beside it. */
async function begin(world: World, name: string, ...args: readonly string[]): Promise<number> {
  mkdirSync(`${world.root}/bin`, { recursive: true });
  mkdirSync(`${world.root}/proc`, { recursive: true });
  const file = `${world.root}/bin/${name}`;
  copyFileSync('/bin/sleep', file);
  const child = spawn(file, ['300', ...args], { detached: true, stdio: 'ignore' });
  await new Promise((resolve) => child.once('spawn', resolve));
  const pid = child.pid ?? 0;
  symlinkSync(`/proc/${pid}`, `${world.root}/proc/${pid}`);
  return pid;
}

/** Runs the three master daemons as processes of their names, their ids in that order, and noded. */
async function startDaemons(world: World): Promise<{ pids: readonly number[]; noded: number }> {
  // Not an address of this machine: nothing to take off.
  world.put('/var/lib/ganeti/ssconf_master_ip', '192.0.2.7\n');
  world.put('/run/ganeti-ha/master.started', '1\n');
  const pids: number[] = [];
  for (const name of DAEMONS) {
    const pid = await begin(world, name);
    world.put(`/var/run/ganeti/${name}.pid`, `${pid}\n`);
    pids.push(pid);
  }
  // By it a successor stops them.
  const noded = await begin(world, 'ganeti-noded');
  world.put('/var/run/ganeti/ganeti-noded.pid', `${noded}\n`);
  symlinkSync('/proc/uptime', `${world.root}/proc/uptime`);
  return { pids, noded };
}

function proc(world: World, pid: number, file: string): string {
  mkdirSync(`${world.root}/proc/${pid}`, { recursive: true });
  return `${world.root}/proc/${pid}/${file}`;
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
    {
      title: 'are ended with quorum where noded is dead, by which a successor would stop them',
      stopped: true,
      prepare: (world: World) => world.remove('/var/run/ganeti/ganeti-noded.pid'),
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
      const { pids, noded } = await startDaemons(world);
      try {
        world.pacemaker({ quorum });
        prepare?.(world);
        const run = await world.run('ganeti-master', 'stop', { parameters, meta: { timeout: '60000' } });
        assert.deepEqual([run.code, run.reason], [0, ''], run.stderr);
        assert.deepEqual(living(pids), stopped ? [] : pids);
        assert.equal((await world.run('ganeti-master', 'monitor')).code, 7);
      } finally {
        end([...pids, noded]);
      }
    });
  }

  inWorld(
    'are ended within seconds without quorum also where one of them is suspended',
    {},
    async (world) => {
      const { pids, noded } = await startDaemons(world);
      try {
        for (const pid of pids) process.kill(pid, 'SIGSTOP');
        world.pacemaker({ quorum: false });
        const run = await world.run('ganeti-master', 'stop', { meta: { timeout: '60000' } });
        assert.equal(run.code, 0);
        assert.deepEqual(living(pids), []);
        assert.ok(run.ms < 15_000, `${run.ms} ms`);
      } finally {
        end([...pids, noded]);
      }
    },
  );

  inWorld(
    'are ended but for one that SIGKILL does not end: the stop succeeds all the same, and it is logged',
    {},
    async (world) => {
      const { pids, noded } = await startDaemons(world);
      const [, luxid = 0] = pids;
      try {
        // As of a process that hangs in the kernel.
        rmSync(`${world.root}/proc/${luxid}`);
        writeFileSync(proc(world, luxid, 'comm'), 'ganeti-luxid\n');
        writeFileSync(proc(world, luxid, 'stat'), `${luxid} (ganeti-luxid) D 1${' 0'.repeat(40)}\n`);
        world.pacemaker({ quorum: false });
        const run = await world.run('ganeti-master', 'stop', { meta: { timeout: '12000' } });
        assert.deepEqual([run.code, run.reason], [0, ''], run.stderr);
        assert.match(
          run.stderr,
          new RegExp(
            `GNH117 master daemons not all stopped: ganeti-luxid \\(pid ${luxid}\\) is still there after SIGKILL`,
          ),
        );
        assert.deepEqual(living(pids), [], 'the others were ended');
      } finally {
        end([...pids, noded]);
      }
    },
  );

  inWorld(
    'are ended without quorum also where nobody can tell which Ganeti node this is',
    {},
    async (world) => {
      const { pids, noded } = await startDaemons(world);
      try {
        world.pacemaker({ quorum: false });
        const meta = { timeout: '60000', on_node: 'unheard-of' };
        const run = await world.run('ganeti-master', 'stop', { meta });
        assert.deepEqual([run.code, run.reason], [0, ''], run.stderr);
        assert.deepEqual(living(pids), []);
      } finally {
        end([...pids, noded]);
      }
    },
  );

  inWorld(
    'are ended with quorum where ssconf gives the role to another node',
    { master: 2 },
    async (world) => {
      const { pids, noded } = await startDaemons(world);
      try {
        world.remove('/run/ganeti-ha/master.started');
        const run = await world.run('ganeti-master', 'stop', { meta: { timeout: '60000' } });
        assert.deepEqual([run.code, run.reason], [0, ''], run.stderr);
        assert.deepEqual(living(pids), []);
      } finally {
        end([...pids, noded]);
      }
    },
  );

  for (const { title, daemon, parameters = {}, quorum = true, ended } of [
    { title: 'luxid that still votes is ended with quorum', daemon: 'ganeti-luxid', ended: true },
    { title: 'wconfd that still votes is ended with quorum', daemon: 'ganeti-wconfd', ended: true },
    {
      title: 'luxid that still votes is ended without quorum',
      daemon: 'ganeti-luxid',
      quorum: false,
      ended: true,
    },
    {
      title: 'luxid that still votes is left to the successor with stop_mode=release',
      daemon: 'ganeti-luxid',
      parameters: { stop_mode: 'release' },
      ended: false,
    },
  ] satisfies readonly {
    title: string;
    daemon: string;
    parameters?: Record<string, string>;
    quorum?: boolean;
    ended: boolean;
  }[]) {
    inWorld(title, {}, async (world) => {
      world.put('/run/ganeti-ha/master.started', '1\n');
      world.put('/var/lib/ganeti/ssconf_master_ip', '192.0.2.7\n');
      const voting = await begin(world, daemon);
      const bystander = await begin(world, 'ganeti-noded');
      try {
        world.pacemaker({ quorum });
        const run = await world.run('ganeti-master', 'stop', { parameters, meta: { timeout: '60000' } });
        assert.deepEqual([run.code, run.reason], [0, ''], run.stderr);
        assert.deepEqual(living([voting, bystander]), ended ? [bystander] : [voting, bystander]);
        const ledger = world.read('/var/lib/ganeti-ha/ledger.jsonl') ?? '';
        const told = ledger.includes(`ended ${daemon}, which was still starting`);
        assert.equal(told, ended && quorum);
      } finally {
        end([voting, bystander]);
      }
    });
  }

  inWorld('are ended one after the other where the init script is still starting them', {}, async (world) => {
    world.put('/run/ganeti-ha/master.started', '1\n');
    const script = await begin(world, 'ganeti');
    // As the kernel has it for a script: the interpreter and its arguments.
    rmSync(`${world.root}/proc/${script}`);
    symlinkSync(`/proc/${script}/comm`, proc(world, script, 'comm'));
    symlinkSync(`/proc/${script}/status`, proc(world, script, 'status'));
    writeFileSync(proc(world, script, 'cmdline'), '/bin/sh\0/etc/init.d/ganeti\0start\0');
    const wconfd = await begin(world, 'ganeti-wconfd');
    const begun = [script, wconfd];
    try {
      const stopping = world.run('ganeti-master', 'stop', { meta: { timeout: '60000' } });
      while (living([wconfd]).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      const luxid = await begin(world, 'ganeti-luxid');
      begun.push(luxid);
      while (living([luxid]).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      assert.deepEqual(living([script]), [script], 'the script itself is left alone');
      process.kill(script, 'SIGKILL');
      rmSync(`${world.root}/proc/${script}`, { recursive: true });
      const run = await stopping;
      assert.deepEqual([run.code, run.reason], [0, ''], run.stderr);
      assert.deepEqual(living(begun), []);
    } finally {
      end(begun);
    }
  });

  inWorld('of another process that now has a daemon’s id it is left alone', {}, async (world) => {
    const { pids, noded } = await startDaemons(world);
    const bystander = spawn('sleep', ['300'], { stdio: 'ignore' });
    try {
      world.put('/var/run/ganeti/ganeti-luxid.pid', `${bystander.pid}\n`);
      world.pacemaker({ quorum: false });
      assert.equal((await world.run('ganeti-master', 'stop', { meta: { timeout: '60000' } })).code, 0);
      assert.deepEqual(living([bystander.pid ?? 0]), [bystander.pid]);
    } finally {
      bystander.kill('SIGKILL');
      end([...pids, noded]);
    }
  });
});
