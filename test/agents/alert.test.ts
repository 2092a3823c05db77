import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AgentRun, runAgent } from './agent-run.ts';
import { assertDecentCalls } from './calls.ts';
import { inWorld } from './in-world.ts';
import { gone, offlined, watchingMaster } from './watching-master.ts';
import type { World } from './world.ts';

const SPOOL = '/run/ganeti-ha/spool';
const NO_HISTORY = '<list name="fencing history" count="0"/>';
const UNDER_WAY = '<fence_event action="off" target="h4" client="x" origin="h2" status="pending"/>';

/** Variables of an alert as Pacemaker 2.1.5 sends them, some of them. */
function fenced(node: string, rc = '0'): Record<string, string> {
  return {
    CRM_alert_kind: 'fencing',
    CRM_alert_node: node,
    CRM_alert_rc: rc,
    CRM_alert_task: 'st_notify_fence',
    CRM_alert_desc: `Operation off of ${node} by h2 for pacemaker-controld.7@h2: OK (ref=1)`,
    CRM_alert_timestamp_epoch: String(Math.trunc(Date.now() / 1000)),
    CRM_alert_timestamp_usec: '0',
    CRM_alert_version: '2.1.5',
  };
}

function lost(node: string): Record<string, string> {
  return { ...fenced(node), CRM_alert_kind: 'node', CRM_alert_desc: 'lost' };
}

/** The spool as tmpfiles.d makes it, and Pacemaker's tools as the alert agent asks them. */
function withSpool(world: World): void {
  mkdirSync(world.root + SPOOL, { recursive: true });
  chmodSync(world.root + SPOOL, 0o1770);
  world.behave('stonith_admin', 'prints-answer');
  world.put('/answers/stonith_admin', NO_HISTORY);
  world.put('/answers/own-name', `${world.me.split('.')[0]}\n`);
}

async function alert(
  world: World,
  vars: Record<string, string>,
  wrapper: readonly string[] = [],
  args: readonly string[] = [],
): Promise<AgentRun> {
  const noise = {
    HA_LOGFACILITY: 'daemon',
    PATH: '/evil/bin:/usr/bin:/bin',
    LANG: 'de_DE.UTF-8',
    EVIL: 'yes',
  };
  const run = await runAgent(
    'alert_ganeti',
    args,
    { ...noise, GANETI_HA_ROOT: world.root, ...vars },
    wrapper,
  );
  assertDecentCalls(world.calls());
  return run;
}

function spooled(world: World): readonly Record<string, unknown>[] {
  const folder = world.root + SPOOL;
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}

function ledger(world: World): readonly Record<string, unknown>[] {
  const text = world.read('/var/lib/ganeti-ha/ledger.jsonl') ?? '';
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** How Pacemaker was asked to run the monitor. */
function wakeUps(world: World): readonly (readonly string[])[] {
  return world
    .calls('cibadmin')
    .map(({ args }) => args)
    .filter(([what]) => what?.startsWith('--delete'));
}

describe('alert_ganeti', { concurrency: 3 }, () => {
  inWorld(
    'records a fencing, on a node that is not master, and asks nobody to do anything',
    { me: 2 },
    async (world) => {
      withSpool(world);
      const run = await alert(world, fenced('h3'));
      assert.deepEqual([run.code, run.stdout, run.stderr], [0, '', '']);
      const [record, ...more] = spooled(world);
      assert.deepEqual([record?.node, record?.said, more], ['h3', 'fenced', []]);
      assert.deepEqual(wakeUps(world), []);
    },
  );

  inWorld('passes over what tells nothing of a node’s life, without a process', {}, async (world) => {
    withSpool(world);
    for (const kind of ['resource', 'attribute']) {
      const run = await alert(world, { ...fenced('h3'), CRM_alert_kind: kind });
      assert.deepEqual([run.code, run.stderr], [0, '']);
    }
    assert.deepEqual([spooled(world), world.calls()], [[], []]);
  });

  inWorld('records a loss and a failed fencing, and wakes nobody for them', {}, async (world) => {
    withSpool(world);
    for (const vars of [lost('h3'), fenced('h3', '-62')]) assert.equal((await alert(world, vars)).code, 0);
    assert.deepEqual(
      spooled(world).map(({ said }) => said),
      ['lost', 'fencing-failed'],
    );
    assert.deepEqual(wakeUps(world), []);
  });

  inWorld(
    'on the master has Pacemaker run the monitor, which marks the dead node offline',
    {},
    async (world) => {
      withSpool(world);
      const luxid = await watchingMaster(world);
      world.pacemaker({ nodes: gone('h3'), fencings: [{ target: 'h3' }] });
      const alerting = alert(world, fenced('h3'));
      while (wakeUps(world).length === 0) await sleep(50);
      const monitor = await world.run('ganeti-node', 'monitor', { meta: { notify: 'false' } });
      assert.notEqual(monitor.code, 1, monitor.stderr);
      const run = await alerting;
      assert.deepEqual([run.code, run.stderr], [0, '']);
      assert.deepEqual(offlined(luxid), ['h3.lab.test']);
      assert.deepEqual(spooled(world), []);
      assert.deepEqual(wakeUps(world), [
        [
          '--delete-all',
          '--force',
          '--xpath',
          "//node_state[@uname='h1']//lrm_resource[@class='ocf' and @provider='ganeti' and @type='ganeti-node']/lrm_rsc_op[@operation='monitor' and @interval!='0' and (@rc-code='0' or @rc-code='190')]",
        ],
      ]);
      const entries = ledger(world);
      assert.deepEqual([...new Set(entries.map(({ trigger }) => trigger))], ['alert']);
      const heard = entries.find(({ event }) => event === 'alert');
      assert.deepEqual([heard?.node, heard?.said], ['h3.lab.test', 'fenced']);
      assert.match(String(heard?.text), /^verdict fenced: /);
    },
  );

  inWorld('asks for nothing where a sweep reads the alert anyway', {}, async (world) => {
    withSpool(world);
    const alerting = alert(world, fenced('h3'));
    while (spooled(world).length === 0) await sleep(20);
    heardBySweep(world);
    assert.equal((await alerting).code, 0);
    assert.deepEqual(wakeUps(world), []);
  });

  for (const [what, prepare, end] of [
    [
      'a sweep works, which it would kill',
      (world: World) => world.put('/run/ganeti-ha/sweep.lock', '7\n'),
      (world: World) => world.remove('/run/ganeti-ha/sweep.lock'),
    ],
    [
      'repairs are under way, which it would kill',
      (world: World) => world.put('/run/ganeti-ha/repair.lock', '7\n'),
      (world: World) => world.remove('/run/ganeti-ha/repair.lock'),
    ],
    [
      'a fencing is under way, whose transition it would end',
      (world: World) => world.put('/answers/stonith_admin', UNDER_WAY),
      (world: World) => world.put('/answers/stonith_admin', NO_HISTORY),
    ],
  ] as const) {
    inWorld(`asks for nothing while ${what}, and asks afterwards`, {}, async (world) => {
      withSpool(world);
      prepare(world);
      const alerting = alert(world, fenced('h3'));
      await sleep(2_000);
      assert.equal(spooled(world).length, 1);
      assert.deepEqual(wakeUps(world), []);
      end(world);
      while (wakeUps(world).length === 0) await sleep(50);
      heardBySweep(world);
      assert.equal((await alerting).code, 0);
    });
  }

  inWorld('asks although the lock of repairs that were killed is still there', {}, async (world) => {
    withSpool(world);
    world.put('/run/ganeti-ha/repair.lock', '7\n');
    const longAgo = Date.now() / 1_000 - 60;
    utimesSync(`${world.root}/run/ganeti-ha/repair.lock`, longAgo, longAgo);
    const alerting = alert(world, fenced('h3'));
    while (wakeUps(world).length === 0) await sleep(50);
    heardBySweep(world);
    assert.equal((await alerting).code, 0);
  });

  inWorld('asks once for several alerts at the same moment', { size: 5 }, async (world) => {
    withSpool(world);
    const alerting = ['h3', 'h4', 'h5'].map((node) => alert(world, fenced(node)));
    while (wakeUps(world).length === 0) await sleep(50);
    for (const name of readdirSync(world.root + SPOOL))
      if (name.endsWith('.json')) rmSync(join(world.root + SPOOL, name));
    for (const run of await Promise.all(alerting)) assert.deepEqual([run.code, run.stderr], [0, '']);
    assert.equal(wakeUps(world).length, 1);
  });

  inWorld(
    'says so where nobody could be woken, and has recorded the alert all the same',
    {},
    async (world) => {
      withSpool(world);
      world.behave('cibadmin', 'exits-1');
      const run = await alert(world, fenced('h3'));
      assert.equal(run.code, 0);
      assert.match(run.stderr, /^WARNING: GNH382 .*cibadmin: exit code 1 .*next monitor/);
      assert.equal(spooled(world).length, 1);
    },
  );

  inWorld(
    'wakes for a loss where that is all the evidence wanted',
    { tags: ['ocf:node-offline:evidence:lost'] },
    async (world) => {
      withSpool(world);
      world.behave('cibadmin', 'exits-1');
      await alert(world, lost('h3'));
      assert.equal(wakeUps(world).length, 1);
    },
  );

  inWorld('finds Ganeti where the option data_dir says', {}, async (world) => {
    withSpool(world);
    world.behave('cibadmin', 'exits-1');
    await alert(world, { ...fenced('h3'), data_dir: '/srv/ganeti' });
    assert.deepEqual(wakeUps(world), []);
    world.put('/srv/ganeti/ssconf_master_node', 'h1.lab.test\n');
    world.put('/srv/ganeti/ssconf_node_list', 'h1.lab.test\nh2.lab.test\nh3.lab.test\n');
    await alert(world, { ...fenced('h3'), data_dir: '/srv/ganeti' });
    assert.equal(wakeUps(world).length, 1);
  });

  inWorld(
    'leaves the spool bounded whatever comes, the newest alerts in it, and says so',
    { me: 2 },
    async (world) => {
      withSpool(world);
      for (let index = 0; index < 100; index++)
        world.put(`${SPOOL}/${1_795_259_000_000 + index}-1.json`, '{}');
      const run = await alert(world, fenced('h3'));
      assert.equal(run.code, 0);
      assert.match(run.stderr, /^WARNING: GNH383 .*37 of the oldest/);
      const names = readdirSync(world.root + SPOOL);
      assert.equal(names.length, 64);
      assert.equal(names.sort().at(0), '1795259000037-1.json');
    },
  );

  for (const [what, prepare] of [
    ['is not there and cannot be made', (world: World) => world.put('/run/ganeti-ha', 'in the way')],
    ['is a file', (world: World) => world.put(SPOOL, 'in the way')],
  ] as const) {
    inWorld(`says what to do where the spool ${what}`, {}, async (world) => {
      prepare(world);
      const run = await alert(world, fenced('h3'));
      assert.equal(run.code, 1);
      assert.match(run.stderr, /^ERROR: GNH380 The alert about h3 was not recorded \(E.*systemd-tmpfiles/);
    });
  }

  inWorld('does nothing without an alert, and says who calls it', {}, async (world) => {
    withSpool(world);
    const none = await alert(world, {});
    assert.equal(none.code, 64);
    assert.match(none.stderr, /^ERROR: CRM_alert_kind is not set.*nothing was recorded/);
    const named = await alert(world, { ...fenced('h3'), CRM_alert_node: '../h3' });
    assert.equal(named.code, 64);
    assert.deepEqual(spooled(world), []);
    const help = await alert(world, {}, [], ['--help']);
    assert.deepEqual([help.code, help.stderr], [0, '']);
    assert.match(help.stdout, /^usage: alert_ganeti/);
  });

  if (process.geteuid?.() === 0)
    inWorld('works as a user without any rights but to write into the spool', {}, async (world) => {
      withSpool(world);
      world.behave('cibadmin', 'exits-1');
      chownSync(world.root, 65_534, 65_534);
      chownSync(world.root + SPOOL, 0, 65_534);
      mkdirSync(`${world.root}/calls`, { mode: 0o777 });
      chmodSync(`${world.root}/calls`, 0o777);
      const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
      const run = await alert(world, fenced('h3'), nobody);
      assert.equal(run.code, 0, run.stderr);
      assert.match(run.stderr, /^WARNING: GNH382 /);
      const [name = ''] = readdirSync(world.root + SPOOL).filter((file) => file.endsWith('.json'));
      assert.equal(statSync(join(world.root + SPOOL, name)).uid, 65_534);
      // The world belongs to root again, whose sweep takes hacluster's word and no other's.
      chownSync(world.root, 0, 0);
      const uid = (user: string): string => `${user}:x:65534:65534::/:/bin/false\n`;
      world.put('/etc/passwd', uid('somebody'));
      const luxid = await watchingMaster(world);
      assert.equal(
        ledger(world).some(({ event }) => event === 'alert'),
        false,
      );
      assert.match(JSON.stringify(ledger(world)), /"code":"GNH381"/);
      world.put('/etc/passwd', uid('hacluster'));
      chownSync(world.root, 65_534, 65_534);
      await alert(world, fenced('h3'), nobody);
      chownSync(world.root, 0, 0);
      world.behave('cibadmin', 'prints-answer');
      world.pacemaker({ nodes: gone('h3'), fencings: [{ target: 'h3' }] });
      await world.run('ganeti-node', 'monitor');
      assert.deepEqual(offlined(luxid), ['h3.lab.test']);
      assert.equal(
        ledger(world).some(({ event }) => event === 'alert'),
        true,
      );
    });
});

describe('an alert in the spool', { concurrency: 3 }, () => {
  inWorld('makes a quiet master look again, and proves nothing', {}, async (world) => {
    withSpool(world);
    const luxid = await watchingMaster(world);
    assert.equal((await world.run('ganeti-node', 'monitor')).code, 0);
    const looks = world.calls('crm_mon').length;
    assert.equal((await world.run('ganeti-node', 'monitor')).code, 0);
    assert.equal(world.calls('crm_mon').length, looks);
    const record = { node: 'h3', said: 'fenced', words: '', atMs: Date.now() };
    world.put(`${SPOOL}/${Date.now()}-7.json`, `${JSON.stringify(record)}\n`);
    assert.equal((await world.run('ganeti-node', 'monitor')).code, 0);
    assert.equal(world.calls('crm_mon').length, looks + 1);
    assert.deepEqual(luxid.jobs, []);
    const entry = ledger(world).find(({ event }) => event === 'alert');
    assert.match(String(entry?.text), /^verdict alive: h3 is online/);
    assert.deepEqual(spooled(world), []);
  });

  inWorld('waits on a node that is not master, which looks for it once', { me: 2 }, async (world) => {
    withSpool(world);
    // Else this machine has the master's address, which is a reason to look at every monitor.
    world.put('/var/lib/ganeti/ssconf_master_ip', '192.0.2.100\n');
    for (const node of world.nodes) await world.confd(node);
    assert.equal((await world.run('ganeti-node', 'start')).code, 0);
    const record = { node: 'h3', said: 'fenced', words: '', atMs: Date.now() };
    world.put(`${SPOOL}/${Date.now()}-7.json`, `${JSON.stringify(record)}\n`);
    const before = world.calls('crm_mon').length;
    for (let index = 0; index < 3; index++) assert.equal((await world.run('ganeti-node', 'monitor')).code, 0);
    assert.equal(world.calls('crm_mon').length, before + 1);
    assert.equal(spooled(world).length, 1);
  });

  inWorld('is as good as a notification: a clone without notify is not degraded then', {}, async (world) => {
    withSpool(world);
    await watchingMaster(world);
    const silent = { meta: { notify: 'false' } };
    assert.match((await world.run('ganeti-node', 'monitor', silent)).reason, /^GNH204 /);
    const alerts = '<alerts><alert id="ganeti-ha" path="/usr/lib/ganeti-ha/alert_ganeti"/></alerts>';
    world.put(
      '/var/lib/pacemaker/cib/cib.xml',
      `<cib><configuration><nodes/>${alerts}</configuration></cib>`,
    );
    const run = await world.run('ganeti-node', 'monitor', silent);
    assert.deepEqual([run.code, run.reason], [0, '']);
  });

  inWorld('has its folder made at the start of the node role', {}, async (world) => {
    world.behave('install', undefined);
    for (const node of world.nodes) await world.confd(node);
    assert.equal((await world.run('ganeti-node', 'start')).code, 0);
    const made = ['-d', '-o', 'root', '-g', 'haclient', '-m', '1770', SPOOL];
    assert.deepEqual(
      world.calls('install').map(({ args }) => args),
      [made],
    );
    world.behave('install', 'exits-1');
    const run = await world.run('ganeti-node', 'start');
    assert.equal(run.code, 0);
    assert.match(run.stderr, /GNH384 .*failed by the test/);
  });
});

/** As the sweep of a notification leaves the spool. */
function heardBySweep(world: World): void {
  for (const name of readdirSync(world.root + SPOOL)) rmSync(join(world.root + SPOOL, name), { force: true });
}
