// The lab's own promises, on bare hosts (no cluster: each step takes a moment).
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { findHolder } from './holder/client.ts';
import { closeLab, type Lab, labAt, openLab } from './lab.ts';
import { readTimeline } from './timeline.ts';

const dir = mkdtempSync(join(tmpdir(), 'ganeti-ha-lab-'));
const stateBefore = machineState();
let lab: Lab;

async function up(): Promise<Lab> {
  return await openLab({ hosts: 2, dir, agents: false, services: false, tied: true });
}

function machineProcesses(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return environment.includes(dir) || command.includes(dir) ? [`${pid} ${command}`] : [];
      } catch {
        return []; // ended meanwhile
      }
    });
}

function machineState(): Readonly<Record<string, string>> {
  const files = ['/var/lib/dpkg/status', '/proc/self/mounts', '/etc/hosts', '/etc/resolv.conf'];
  const contents = files.map((file) => [file, readFileSync(file, 'utf8')]);
  return { ...Object.fromEntries(contents), devices: readdirSync('/sys/class/net').join(' ') };
}

async function canPing(): Promise<boolean> {
  return (await lab.exec('h1', 'ip neigh flush all; ping -c 1 -W 1 192.0.2.12', { check: false })).code === 0;
}

before(async () => {
  lab = await up();
});
after(async () => {
  await closeLab(lab);
  rmSync(dir, { recursive: true, force: true });
});

test('up of a lab that is up changes nothing', async () => {
  await lab.exec('h1', 'echo here > /root/mark');
  await up();
  assert.equal((await lab.exec('h1', 'cat /root/mark')).stdout, 'here\n');
});

test('a host has its name, its address and the packages the machine lacks', async () => {
  const { stdout } = await lab.exec(
    'h2',
    'hostname --fqdn; hostname -I; command -v gnt-cluster corosync pcs',
  );
  assert.deepEqual(
    stdout
      .split('\n')
      .slice(0, 2)
      .map((line) => line.trim()),
    ['h2.lab.test', '192.0.2.12'],
  );
});

test('a command that hangs is ended in the host, too', async () => {
  const result = await lab.exec('h1', 'sleep 4321 & sleep 4321', { timeoutMs: 500, check: false });
  assert.equal(result.timedOut, true);
  assert.equal((await lab.exec('h1', 'pgrep -cx sleep', { check: false })).stdout.trim(), '1'); // init's own
});

test('a power cut ends every process and keeps the disk', async () => {
  await lab.exec('h1', 'echo kept > /root/kept; setsid sleep 1000 >/dev/null 2>&1 &');
  assert.equal(await lab.kill('h1'), true);
  assert.equal(await lab.kill('h1'), false);
  await assert.rejects(lab.exec('h1', 'true'), /h1 is off/);
  assert.equal(await lab.boot('h1'), true);
  assert.equal(await lab.boot('h1'), false);
  assert.equal(
    (await lab.exec('h1', 'cat /root/kept; pgrep -fx "sleep 1000"', { check: false })).stdout,
    'kept\n',
  );
});

test('cut is silent, cut --carrier is not, heal undoes both', async () => {
  await lab.waitFor('the network between both hosts', canPing, 5_000);
  await lab.cut('h2');
  assert.equal(await canPing(), false);
  assert.match((await lab.exec('h2', 'cat /sys/class/net/eth0/carrier')).stdout, /1/);
  await lab.cut('h2', { carrier: true });
  assert.match((await lab.exec('h2', 'cat /sys/class/net/eth0/carrier')).stdout, /0/);
  await lab.heal('h2');
  await lab.waitFor('the network after heal', canPing, 5_000);
});

test('the fence device really cuts the power, and not when told to fail', async () => {
  const fence = (action: string) =>
    lab.exec('h1', ['fence_lab'], { input: `action=${action}\nport=h2\n`, check: false });
  await lab.bmc({ fail: true });
  assert.equal((await fence('off')).code, 1);
  assert.equal((await fence('status')).code, 0);
  await lab.bmc({ fail: false, delaySeconds: 0.5 });
  const off = await fence('off');
  assert.equal(off.code, 0);
  assert.ok(off.durationMs >= 500);
  await lab.bmc({ delaySeconds: 0 });
  assert.equal((await fence('status')).code, 2);
  assert.equal(await lab.isOn('h2'), false);
  assert.equal((await fence('reboot')).code, 0);
  assert.equal(await lab.isOn('h2'), true);
  const told = readTimeline(lab).filter(({ by, host }) => by === 'lab' && host === 'h2');
  assert.ok(
    told.some(({ event }) => event === 'bmc-refused') && told.some(({ event }) => event === 'bmc-done'),
  );
});

test("the machine's own packages, mounts and network devices are as before", () => {
  assert.deepEqual(machineState(), stateBefore);
});

test('when the holder crashes, every process goes with it, and down clears the rest', async () => {
  const holder = findHolder(lab.paths);
  assert.ok(holder !== undefined && machineProcesses().length > 0);
  process.kill(holder.pid, 'SIGKILL');
  await lab.waitFor('no process of the lab left', () => machineProcesses().length === 0, 5_000);
  await closeLab(lab);
  assert.deepEqual(readdirSync(dir).sort(), ['lock']);
});

test('down does not kill a process that has got the pid of a dead holder', async () => {
  const other = labAt(join(dir, 'other'));
  mkdirSync(other.paths.run, { recursive: true });
  writeFileSync(join(other.paths.run, 'holder.json'), JSON.stringify({ pid: process.pid, started: '1' }));
  await closeLab(other);
  assert.equal(findHolder(other.paths), undefined);
});
