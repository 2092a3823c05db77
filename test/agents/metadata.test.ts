import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runAgent } from './agent-run.ts';
import { inWorld } from './in-world.ts';

const METADATA = join(import.meta.dirname, '..', '..', 'ocf-metadata');
const BINARY = join(import.meta.dirname, '..', '..', 'build/root/usr/lib/ganeti-ha/ganeti-ha');
const isRoot = process.getuid?.() === 0;
const hasNetworkNamespace = spawnSync('unshare', ['--net', 'true']).status === 0;

for (const agent of ['ganeti-node', 'ganeti-master', 'ganeti-master-promotable'] as const) {
  const xml = async (): Promise<string> => (await import(join(METADATA, `${agent}.xml.ts`))).default;

  test(`${agent} meta-data is the checked-in text with an empty environment`, async () => {
    const run = await runAgent(agent, ['meta-data'], {});
    assert.deepEqual([run.code, run.stdout, run.stderr], [0, await xml(), '']);
  });

  test(`${agent} meta-data needs no network and so no DNS`, {
    skip: hasNetworkNamespace ? false : 'unshare --net needs root',
  }, async () => {
    const run = await runAgent(agent, ['meta-data'], { PATH: '/usr/bin:/bin' }, ['unshare', '--net']);
    assert.deepEqual([run.code, run.stdout], [0, await xml()]);
  });

  test(`${agent} meta-data works as nobody`, {
    skip: isRoot ? false : 'only root can become nobody',
  }, async () => {
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    // The sources may be where nobody may look; what is installed is the binary.
    const copied = spawnSync('sh', [
      '-c',
      'd=$(mktemp -d) && chmod 755 $d && cp "$1" $d/p && echo $d',
      'sh',
      BINARY,
    ]);
    const folder = copied.stdout.toString().trim();
    try {
      const [file = '', ...args] = [...nobody, `${folder}/p`, agent, 'meta-data'];
      const run = spawnSync(file, args, { env: { PATH: '/usr/bin:/bin' }, encoding: 'utf8', cwd: '/' });
      assert.deepEqual([run.status, run.stdout], [0, await xml()], run.stderr);
    } finally {
      spawnSync('rm', ['-rf', folder]);
    }
  });

  inWorld(
    `${agent} meta-data and usage start no process and look at nothing`,
    { ganeti: 'absent' },
    async (world) => {
      assert.equal((await world.run(agent, 'meta-data')).stdout, await xml());
      const usage = await world.run(agent, 'usage');
      assert.equal(usage.code, 0);
      assert.match(usage.stdout, new RegExp(`^usage: ${agent} \\{start\\|.*stop\\|monitor\\|.*meta-data`));
      assert.deepEqual(world.calls(), []);
    },
  );

  const absent = agent === 'ganeti-master-promotable' ? 'migrate_to' : 'promote';
  for (const action of ['reload', absent, '', 'constructor', '__proto__']) {
    inWorld(
      `${agent} answers ${action === '' ? 'no action' : `the action ${action}`} with 3 and a reason`,
      {},
      async (world) => {
        const run = await world.run(agent, action);
        assert.deepEqual([run.code, run.stdout], [3, '']);
        assert.match(run.told, /^GNH001 /);
      },
    );
  }

  inWorld(`${agent} ignores arguments after the action`, {}, async (world) => {
    const run = await runAgent(agent, ['usage', 'stop', '--help'], { GANETI_HA_ROOT: world.root });
    assert.equal(run.code, 0);
  });

  inWorld(
    `${agent} validate-all checks the parameters at level 0 and the machine at level 10`,
    { ganeti: 'absent' },
    async (world) => {
      const valid = await world.run(agent, 'validate-all');
      assert.deepEqual([valid.code, valid.reason], [0, '']);
      const machine = await world.run(agent, 'validate-all', { vars: { OCF_CHECK_LEVEL: '10' } });
      assert.equal(machine.code, 5);
      assert.match(machine.told, /^GNH004 /);
      for (const [name, value] of [
        ['mode', 'half'],
        ['evidence', 'guessed'],
        ['max_offline', '3/2'],
        ['max_offline', '1/0'],
        ['max_offline', 'all'],
        ['data_dir', 'var/lib/ganeti'],
        ['run_dir', '/var/../etc'],
        ['stop_mode', 'never'],
        ['non_candidate', 'yes'],
        ['stale_config', 'maybe'],
      ] as const) {
        const wrong = await world.run(agent, 'validate-all', { parameters: { [name]: value } });
        assert.equal(wrong.code, 6, `${name}=${value}`);
        assert.match(wrong.told, new RegExp(`^GNH002 ${name}=`));
      }
    },
  );

  test(`${agent} refuses a test root that others may write`, async () => {
    const run = await runAgent(agent, ['monitor'], { GANETI_HA_ROOT: '/tmp' });
    assert.equal(run.code, 1);
    assert.match(run.reason, /^GNH011 GANETI_HA_ROOT=\/tmp is refused/);
  });
}

test('the checked-in XML files hold the same text as the modules the agents print', async () => {
  for (const agent of ['ganeti-node', 'ganeti-master', 'ganeti-master-promotable']) {
    const path = join(METADATA, `${agent}.xml`);
    assert.equal(readFileSync(path, 'utf8'), (await import(`${path}.ts`)).default);
  }
});
