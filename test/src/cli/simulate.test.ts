import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as v from 'valibot';
import { runAgent } from '../../agents/agent-run.ts';
import { inWorld } from '../../agents/in-world.ts';
import type { World } from '../../agents/world.ts';

const FORESEEN = v.object({
  steps: v.array(v.object({ host: v.optional(v.string()), command: v.optional(v.string()) })),
  end: v.object({ master: v.string(), offline: v.array(v.string()) }),
});

const SCENARIO = join(
  import.meta.dirname,
  '../../scenarios/a-killed-node-that-is-not-master-is-fenced-and-marked-offline-and-stays-so-when-it-is-back',
);

function gntHa(args: readonly string[], vars: Readonly<Record<string, string>> = {}) {
  return runAgent('gnt-ha', ['simulate', ...args], vars);
}

function inThisWorld(world: World, ...args: readonly string[]) {
  return gntHa(args, { GANETI_HA_ROOT: world.root });
}

describe('gnt-ha simulate', { concurrency: 2 }, () => {
  it('plays a scenario folder and prints its story and log', async () => {
    const run = await gntHa([SCENARIO]);
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /^Given three hosts/);
    assert.match(run.stdout, /offline-submitted h3\.lab\.test/);
  });

  it('refuses a folder that is no scenario, and says which file is missing', async () => {
    const run = await gntHa([import.meta.dirname]);
    assert.equal(run.code, 64);
    assert.match(run.stderr, /story\.md: there is no such file; nothing was played/);
  });

  for (const [line, what] of [
    ['1s nonsense', '"nonsense" is not known'],
    ['1s power-off h9', '.*h9.*; usage: power-off HOST…'],
    ['soon power-off h1', '"soon" is no time .*'],
  ] as const) {
    it(`says of a story with "${line}" in which file of which folder it stands`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'gha-story-'));
      try {
        writeFileSync(join(folder, 'story.md'), 'Given one host.\n');
        writeFileSync(join(folder, 'cluster.json'), '{"hosts": 1}');
        writeFileSync(join(folder, 'commands'), `${line}\n`);
        const run = await gntHa([folder]);
        assert.equal(run.code, 64);
        assert.match(run.stderr, new RegExp(`^${folder}/commands, line 1: ${what}; nothing was played\n$`));
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }

  it('wants either a folder or nodes that fail', async () => {
    assert.equal((await gntHa([])).code, 64);
    assert.equal((await gntHa([SCENARIO, '--fail', 'h2'])).code, 64);
  });

  inWorld(
    'foretells the failure of two nodes of the live cluster and changes nothing',
    { size: 5 },
    async (world) => {
      const run = await inThisWorld(world, '--fail', 'h1', '--fail', 'h5', '-o', 'json');
      assert.equal(run.code, 0, run.stderr);
      const { steps, end } = v.parse(FORESEEN, JSON.parse(run.stdout));
      // Which of the living candidates wins is Pacemaker's affair; it is the one that takes the role.
      assert.ok(['h2.lab.test', 'h3.lab.test', 'h4.lab.test'].includes(end.master), end.master);
      const takers = steps.filter(({ command }) => command === 'gnt-cluster master-failover');
      assert.deepEqual(
        takers.map(({ host }) => host),
        [end.master],
      );
      assert.deepEqual(end.offline, ['h1.lab.test', 'h5.lab.test']);
      const text = await inThisWorld(world, '--fail', 'h1', 'h5');
      assert.match(text.stdout, /\$ gnt-cluster master-failover\n/);
      assert.match(text.stdout, /\$ gnt-node modify --offline=yes h5\.lab\.test\n/);
      assert.match(text.stdout, /\$ stonith_admin --(?:fence|reboot) h5\n/, "Pacemaker's own name");
      assert.doesNotMatch(text.stdout, /\w=\S+ h5\.lab\.test was|autoPromote/, 'in words, not in fields');
      const asking = ['crm_mon --one-shot', 'cibadmin --query'];
      const changing = world.calls().map(({ program, args }) => `${program} ${args[0]}`);
      assert.deepEqual(
        changing.filter((call) => !asking.includes(call)),
        [],
      );
    },
  );

  inWorld('says what the brake would hold', { size: 5, tags: ['ocf:node-offline:max:1'] }, async (world) => {
    const run = await inThisWorld(world, '--fail', 'h4', 'h5');
    assert.match(run.stdout, /h[45]\.lab\.test is held: h[45]\.lab\.test was fenced /);
    assert.match(run.stdout, /offline: h[45]\.lab\.test\.\n$/);
  });

  inWorld(
    'begins with the cluster as it stands: who is down, in standby or in maintenance',
    { size: 5 },
    async (world) => {
      world.pacemaker({
        nodes: [
          { name: 'h5', online: false, unclean: true },
          { name: 'h4', standby: true },
        ],
      });
      const run = await inThisWorld(world, '--fail', 'h3');
      assert.equal(run.code, 0, run.stderr);
      assert.match(run.stdout, /offline: h3\.lab\.test, h5\.lab\.test\.\n$/);
      const again = await inThisWorld(world, '--fail', 'h5');
      assert.equal(again.code, 64);
      assert.match(again.stderr, /h5\.lab\.test: not up already\. Nothing was simulated/);
    },
  );

  inWorld('refuses a name that is no node of the cluster', {}, async (world) => {
    const run = await inThisWorld(world, '--fail', 'h7');
    assert.equal(run.code, 64);
    assert.match(run.stderr, /h7 is no node of this Ganeti cluster/);
  });
});
