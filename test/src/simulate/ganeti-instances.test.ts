import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GanetiOptions, SimGaneti } from '../../../src/simulate/ganeti.ts';
import type { FirstInstance } from '../../../src/simulate/ganeti-first.ts';
import { instanceLines } from '../../../src/simulate/story-verbs-instance.ts';
import { type GanetiWorld, ganetiWorld } from './ganeti-world.ts';

type Some = Partial<FirstInstance> & Pick<FirstInstance, 'template' | 'primary'>;

const NAME = 'web1.lab.test';

/** Four hosts and one instance, up unless it is said otherwise. */
async function withInstance(some: Some, options: GanetiOptions = {}): Promise<GanetiWorld> {
  const instance = { name: NAME, admin: 'up' as const, memory: 1_024, disk: 10_240, tags: [], ...some };
  const world = await ganetiWorld(4, { ...options, instances: [instance] });
  await world.pass(1);
  return world;
}

/** Submits a job of one opcode each, waits, and returns how each of them ended. */
async function jobs(
  { ganeti, pass }: GanetiWorld,
  ...ops: readonly (readonly [string, object?])[]
): Promise<readonly string[]> {
  const before = ganeti.jobs().length;
  for (const [opId, parameters] of ops) {
    ganeti.submit([{ OP_ID: `OP_INSTANCE_${opId}`, instance_name: NAME, ...parameters }]);
    await pass(30);
  }
  return ganeti
    .jobs()
    .slice(before)
    .map(({ status, opresult: [result] }) => (status === 'error' ? JSON.stringify(result) : status));
}

function line(ganeti: SimGaneti): string {
  const [first = ''] = instanceLines(ganeti);
  return first.replace(`${NAME}: `, '');
}

async function killed(world: GanetiWorld, name: string, offline = true): Promise<void> {
  world.world.powerOff(world.host(name));
  if (offline) world.ganeti.setOffline(name, true);
  await world.pass(10);
}

describe('an instance of the simulated Ganeti', () => {
  it('runs on its primary from the begin, and dies with it though Ganeti still has it up', async () => {
    const world = await withInstance({ template: 'drbd', primary: 'h3', secondary: 'h2' });
    assert.equal(line(world.ganeti), 'drbd on h3 h2, up, runs on h3; data: h2 good; h3 good');
    await killed(world, 'h3');
    assert.equal(line(world.ganeti), 'drbd on h3 h2, up, runs nowhere; data: h2 good; h3 good');
  });

  it('runs nowhere where it is to be down, or its primary has been offline since before', async () => {
    const world = await withInstance({ template: 'plain', primary: 'h3', admin: 'down' });
    assert.equal(line(world.ganeti), 'plain on h3, down, runs nowhere; data: h3 good');
    const away = await withInstance({ template: 'plain', primary: 'h3' }, { offline: ['h3'] });
    assert.equal(line(away.ganeti), 'plain on h3, up, runs nowhere; data: h3 good');
  });

  it('of DRBD fails over to its secondary, and the copy of the dead node is behind from then on', async () => {
    const world = await withInstance({ template: 'drbd', primary: 'h3', secondary: 'h2' });
    await killed(world, 'h3');
    assert.deepEqual(await jobs(world, ['FAILOVER']), ['success']);
    assert.equal(line(world.ganeti), 'drbd on h2 h3, up, runs on h2; data: h2 good; h3 behind');
    const replace = { mode: 'replace_new_secondary', iallocator: 'hail' };
    assert.deepEqual(await jobs(world, ['REPLACE_DISKS', replace]), ['success']);
    assert.equal(line(world.ganeti), 'drbd on h2 h1, up, runs on h2; data: h1 good; h2 good; h3 behind');
  });

  it('on a dead node that is not marked offline cannot be shut down, so it does not fail over', async () => {
    const world = await withInstance({ template: 'sharedfile', primary: 'h3' });
    await killed(world, 'h3', false);
    const [without, named] = await jobs(world, ['FAILOVER'], ['FAILOVER', { target_node: 'h2.lab.test' }]);
    assert.match(without ?? '', /Can't get data for node h3\.lab\.test: /);
    assert.match(named ?? '', /Could not shutdown instance web1\.lab\.test on node h3\.lab\.test: /);
    assert.match(line(world.ganeti), /on h3, up, runs nowhere/);
  });

  it('runs on two hosts where somebody marks a living node offline and fails it over', async () => {
    const world = await withInstance({ template: 'rbd', primary: 'h3' });
    world.ganeti.setOffline('h3', true);
    await world.pass(5);
    assert.deepEqual(await jobs(world, ['FAILOVER']), ['success']);
    assert.match(line(world.ganeti), /runs on h1 and h3; data: shared good$/);
  });

  it('migrates live; one that is down is refused, or fails over where that is allowed', async () => {
    const world = await withInstance({ template: 'drbd', primary: 'h3', secondary: 'h2' });
    assert.deepEqual(await jobs(world, ['MIGRATE']), ['success']);
    assert.equal(line(world.ganeti), 'drbd on h2 h3, up, runs on h2; data: h2 good; h3 good');
    const [stopped, refused, allowed] = await jobs(
      world,
      ['SHUTDOWN'],
      ['MIGRATE'],
      ['MIGRATE', { allow_failover: true }],
    );
    assert.equal(stopped, 'success');
    assert.match(refused ?? '', /Can't migrate, please use failover/);
    assert.equal(allowed, 'success');
    assert.match(line(world.ganeti), /drbd on h3 h2, down, runs nowhere/);
  });

  it('is left where it is when the migration is cut short by the death of its node', async () => {
    const world = await withInstance({ template: 'drbd', primary: 'h3', secondary: 'h2' });
    world.ganeti.submit([{ OP_ID: 'OP_INSTANCE_MIGRATE', instance_name: NAME }]);
    await world.pass(3);
    world.world.powerOff(world.host('h3'));
    await world.pass(30);
    assert.match(line(world.ganeti), /drbd on h3 h2, up, runs nowhere/);
    assert.deepEqual(
      world.ganeti.jobs().map(({ status }) => status),
      ['error'],
    );
  });

  it('of plain or file neither fails over nor migrates; it is moved from a node that is alive', async () => {
    const world = await withInstance({ template: 'plain', primary: 'h3' });
    const [failover, migrate, move] = await jobs(
      world,
      ['FAILOVER'],
      ['MIGRATE'],
      ['MOVE', { target_node: 'h4.lab.test' }],
    );
    assert.match(failover ?? '', /Instance's disk layout 'plain' does not allow failovers/);
    assert.match(migrate ?? '', /Instance's disk layout 'plain' does not allow migrations/);
    assert.equal(move, 'success');
    assert.equal(line(world.ganeti), 'plain on h4, up, runs on h4; data: h4 good');
  });

  it('goes to no drained, offline or not vm-capable node', async () => {
    const world = await withInstance({ template: 'plain', primary: 'h3' });
    world.ganeti.setDrained('h4', true);
    world.ganeti.setOffline('h2', true);
    await world.pass(10);
    const [drained, offline] = await jobs(
      world,
      ['MOVE', { target_node: 'h4.lab.test' }],
      ['MOVE', { target_node: 'h2.lab.test' }],
    );
    assert.match(drained ?? '', /Can't use drained node h4\.lab\.test/);
    assert.match(offline ?? '', /Can't use offline node: h2\.lab\.test/);
  });

  it('that is up cannot be reinstalled after its disks were made anew, and is left down on blank disks', async () => {
    const world = await withInstance({ template: 'plain', primary: 'h3' });
    await killed(world, 'h3');
    const recreate = ['RECREATE_DISKS', { iallocator: 'hail' }] as const;
    const [made, refused] = await jobs(world, recreate, ['REINSTALL']);
    assert.equal(made, 'success');
    assert.match(refused ?? '', /is marked to be up, cannot reinstall/);
    assert.equal(line(world.ganeti), 'plain on h1, up, runs nowhere; data: h1 blank; h3 good');
    const order = [['SHUTDOWN'], ['REINSTALL'], ['STARTUP']] as const;
    assert.deepEqual(await jobs(world, ...order), ['success', 'success', 'success']);
    assert.equal(line(world.ganeti), 'plain on h1, up, runs on h1; data: h1 good, installed anew; h3 good');
  });

  it('that is up on a living node keeps its disks', async () => {
    const world = await withInstance({ template: 'plain', primary: 'h3' });
    world.ganeti.setDrained('h3', true);
    await world.pass(5);
    const [refused] = await jobs(world, ['RECREATE_DISKS', { iallocator: 'hail' }]);
    assert.match(refused ?? '', /is marked to be up, cannot recreate disks/);
    assert.equal(line(world.ganeti), 'plain on h3, up, runs on h3; data: h3 good');
  });

  it('is shut down on a dead node in the configuration only, and is not started there', async () => {
    const world = await withInstance({ template: 'plain', primary: 'h3' });
    await killed(world, 'h3');
    const [refused, marked, start] = await jobs(
      world,
      ['SHUTDOWN'],
      ['SHUTDOWN', { ignore_offline_nodes: true }],
      ['STARTUP'],
    );
    assert.match(refused ?? '', /Can't use offline node: h3\.lab\.test/);
    assert.equal(marked, 'success');
    assert.match(start ?? '', /Can't use offline node: h3\.lab\.test/);
    assert.match(line(world.ganeti), /^plain on h3, down, runs nowhere/);
  });

  it('finds no room where no node has enough memory, with the code for that', async () => {
    const world = await withInstance({ template: 'sharedfile', primary: 'h3' }, { nodeMemory: 1_000 });
    await killed(world, 'h3');
    const [refused] = await jobs(world, ['FAILOVER']);
    assert.match(refused ?? '', /using iallocator 'hail'.*FailMem;","insufficient_resources"/);
  });

  it('of DRBD writes on while its secondary is away; that copy is behind until the disks are activated', async () => {
    const world = await withInstance({ template: 'drbd', primary: 'h3', secondary: 'h2' });
    world.world.powerOff(world.host('h2'));
    world.world.powerOn(world.host('h2'));
    await world.pass(30);
    assert.match(line(world.ganeti), /h2 behind; h3 good/);
    const [refused] = await jobs(world, ['MIGRATE']);
    assert.match(refused ?? '', /Disk 0 is degraded or not fully synchronized/);
    world.ganeti.runWatcher('h1');
    await world.pass(30);
    assert.match(line(world.ganeti), /h2 good; h3 good/);
  });

  it('is not started on a mirror that is not complete; the copying goes on though the job has died', async () => {
    const world = await withInstance({ template: 'drbd', primary: 'h3', secondary: 'h2' });
    const replace = { mode: 'replace_new_secondary', remote_node: 'h4.lab.test' };
    world.ganeti.submit([{ OP_ID: 'OP_INSTANCE_REPLACE_DISKS', instance_name: NAME, ...replace }]);
    await world.pass(4);
    world.ganeti.killDaemon('h1', 'wconfd');
    await world.pass(2);
    assert.match(
      line(world.ganeti),
      /^drbd on h3 h4, up, runs on h3; data: h2 behind; h3 good; h4 incomplete/,
    );
    await world.pass(20);
    assert.match(line(world.ganeti), /h3 good; h4 good/);
    world.ganeti.removePidFile('h1', 'wconfd');
    world.ganeti.startDaemon('h1', 'wconfd');
    await world.pass(20);
    const again = { mode: 'replace_new_secondary', remote_node: 'h2.lab.test' };
    world.ganeti.submit([{ OP_ID: 'OP_INSTANCE_REPLACE_DISKS', instance_name: NAME, ...again }]);
    await world.pass(4);
    await killed(world, 'h3');
    await world.pass(30);
    const [refused] = await jobs(world, ['FAILOVER']);
    assert.match(refused ?? '', /Can't activate the instance's disks/);
    assert.match(line(world.ganeti), /runs nowhere; data: h2 incomplete; h3 good/);
  });

  it('that should be up is started by the watcher when its node is back', async () => {
    const world = await withInstance({ template: 'plain', primary: 'h3' });
    world.world.powerOff(world.host('h3'));
    world.ganeti.runWatcher('h1');
    await world.pass(5);
    assert.deepEqual(world.ganeti.jobs(), []);
    world.world.powerOn(world.host('h3'));
    await world.pass(30);
    world.ganeti.runWatcher('h1');
    await world.pass(30);
    assert.match(line(world.ganeti), /runs on h3/);
  });

  it('has a lock: a change of its tags waits for what is done to it', async () => {
    const world = await withInstance({ template: 'drbd', primary: 'h3', secondary: 'h2' });
    world.ganeti.submit([{ OP_ID: 'OP_INSTANCE_MIGRATE', instance_name: NAME }]);
    await world.pass(2);
    world.ganeti.changeTags('instance', NAME, 'OP_TAGS_SET', ['a:b']);
    await world.pass(2);
    const states = (): readonly string[] => world.ganeti.jobs().map(({ status }) => status);
    assert.deepEqual(states(), ['running', 'waiting']);
    await world.pass(20);
    assert.deepEqual(states(), ['success', 'success']);
    assert.match(line(world.ganeti), /tags: a:b$/);
  });

  it('is written to the copies of the configuration of all candidates', async () => {
    const world = await withInstance({ template: 'drbd', primary: 'h3', secondary: 'h2' });
    await jobs(world, ['MIGRATE']);
    assert.equal(world.ganeti.configOf('h4')?.instances[NAME]?.primary_node, 'h2.lab.test');
  });
});
