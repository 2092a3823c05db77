// What a package upgrade does to a monitor that runs at that moment: dpkg renames the new binary over the old one.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildRoot, ROOT } from '../../packaging/binary/build.ts';
import { BINARY } from '../../packaging/binary/programs.ts';
import { watchingMaster } from '../agents/watching-master.ts';
import { makeWorld } from '../agents/world.ts';

test('a monitor ends as if nothing had happened when the binary is replaced under it', async () => {
  await buildRoot();
  const folder = mkdtempSync(join(tmpdir(), 'upgrade-test-'));
  const world = await makeWorld();
  try {
    const luxid = await watchingMaster(world);
    world.pacemaker({});
    world.behave('crm_mon', 'prints-answer-late');
    const agent = join(folder, 'ganeti-node');
    copyFileSync(join(ROOT, BINARY), agent);
    const monitor = spawn(agent, ['monitor'], {
      env: {
        ...{ GANETI_HA_ROOT: world.root, OCF_ROOT: '/usr/lib/ocf', OCF_RESOURCE_INSTANCE: 'ganeti-node' },
        ...{ OCF_RESKEY_CRM_meta_on_node: 'h1', OCF_RESKEY_CRM_meta_interval: '20000' },
        OCF_RESKEY_CRM_meta_timeout: '60000',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    monitor.stderr.on('data', (text: Buffer) => {
      said += text.toString();
    });
    const ended = new Promise<number | null>((resolve) => monitor.on('close', resolve));
    const asked = world.calls('crm_mon').length;
    for (let waits = 0; world.calls('crm_mon').length === asked && waits < 400; waits++) await sleep(50);
    assert.ok(world.calls('crm_mon').length > asked, 'the monitor waits for crm_mon');
    // Anything that is read from the new file at the old one's places would be garbage.
    writeFileSync(`${agent}.dpkg-new`, Buffer.alloc(readFileSync(agent).length, 'x'));
    renameSync(`${agent}.dpkg-new`, agent);
    world.put('/answers/go-on', '');
    assert.equal(await ended, 0, said);
    assert.deepEqual(luxid.jobs, []);
    assert.ok(existsSync(`${world.root}/run/ganeti-ha/node.started`), 'the role is still started');
  } finally {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the maintainer scripts touch no running agent, no daemon and no state but on purge', () => {
  const deb = join(import.meta.dirname, '../../packaging/deb');
  for (const script of ['postinst', 'postrm']) {
    const lines = readFileSync(join(deb, script), 'utf8')
      .split('\n')
      .filter((line) => !line.trim().startsWith('#'));
    assert.doesNotMatch(
      lines.join('\n'),
      /\b(pcs|crm|systemctl|service|invoke-rc\.d|kill|pkill|daemon-util)\b/,
    );
  }
  assert.match(readFileSync(join(deb, 'postrm'), 'utf8'), /"\$1" = purge[^\n]*\n\s*rm -rf/);
  for (const script of ['preinst', 'prerm']) assert.equal(existsSync(join(deb, script)), false, script);
});
