import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gntHaInStory } from '../../../src/cli/in-story.ts';
import { realFiles } from '../../../src/env/files.ts';
import { type ForecastStep, forecast } from '../../../src/simulate/forecast.ts';
import { toldOf } from '../../../src/simulate/forecast-ledger.ts';
import { play } from '../../../src/simulate/story.ts';
import { readStoryFolder } from '../../../src/simulate/story-folder.ts';
import type { LogLine } from '../../../src/simulate/world.ts';

const SCENARIOS = join(import.meta.dirname, '../../scenarios');

async function linesOf(scenario: string): Promise<readonly LogLine[]> {
  const { story } = readStoryFolder(realFiles(''), join(SCENARIOS, scenario));
  const { stage } = await play({ ...story, gntHa: gntHaInStory });
  return stage.world.lines;
}

async function stepsOf(scenario: string): Promise<readonly ForecastStep[]> {
  return forecast(await linesOf(scenario), 0);
}

/** Scenario, and what somebody would type for what is done in it. */
const COMMANDS: readonly (readonly [string, string])[] = [
  [
    'use-poweroff-the-node-is-marked-offline-then-its-power-is-cut-by-ganeti',
    'gnt-node power off h3.lab.test',
  ],
  ['jobs-a-powercycle-never-gates-the-offlining', 'gnt-node powercycle h3.lab.test'],
  ['stonith-action-reboot-a-killed-master-that-is-back-in-seconds', 'gnt-cluster redist-conf'],
  [
    'a-luxid-that-comes-up-while-the-role-moves-away-is-stopped-by-the-node-agent',
    'gnt-cluster activate-master-ip',
  ],
  ['promotable-hand-over-by-standby', 'gnt-cluster queue drain'],
  ['promotable-standby-without-another-candidate-the-queue-is-opened-again', 'gnt-cluster queue undrain'],
  ['drain-a-standby-drains', 'gnt-node modify --drained=yes h3.lab.test'],
  ['drain-a-standby-drains', 'gnt-node modify --drained=no h3.lab.test'],
  ['returning-held-until-an-administrator-readmits', 'gnt-ha readmit h3.lab.test'],
];

describe('a forecast', { concurrency: 2 }, () => {
  for (const [scenario, command] of COMMANDS) {
    it(`names \`${command}\` where it is done`, async () => {
      const lines = await linesOf(scenario);
      const commands = forecast(lines, 0).flatMap((step) => step.command ?? []);
      assert.ok(commands.includes(command), commands.join('\n'));
      const untold = lines.filter(
        ({ entry }) => entry?.event.endsWith('-submitted') && toldOf(entry)?.command === undefined,
      );
      assert.deepEqual(untold, [], 'jobs of ours without a command');
    });
  }

  it('tells who is refused TCP, until when, and which connections are ended', async () => {
    const steps = await stepsOf('jobs-a-job-that-hangs-on-the-dead-host-is-ended-before-the-offline-job');
    const told = steps.map(({ what }) => what);
    const refused = told.findIndex((what) => /^TCP to h3\.lab\.test is refused here/.test(what));
    const through = told.indexOf('TCP to h3.lab.test is let through again');
    assert.ok(refused >= 0 && through > refused, told.join('\n'));
    assert.ok(told.includes('connections to h3.lab.test: 1 ended, so that nobody waits for the dead'));
  });

  it('tells the end of a job of ours only where it failed', async () => {
    const steps = await stepsOf('jobs-a-poweroff-without-an-out-of-band-program');
    const ended = steps.flatMap(({ what }) => (/ job failed: /.test(what) ? [what] : []));
    assert.equal(ended.length, 1, ended.join('\n'));
    assert.match(ended[0] ?? '', /^h3\.lab\.test: its poweroff job failed: h3\.lab\.test: unavailable$/);
  });

  it('names the job that is cancelled because an offline job waits for it, and none where it goes on', () => {
    const stuck = { event: 'stuck', node: 'h3', job: 7, holder: 5, text: 'TAGS_SET: done' } as const;
    assert.equal(toldOf({ ...stuck, did: 'cancelled' })?.command, 'gnt-job cancel 5');
    assert.equal(toldOf({ ...stuck, did: 'nothing' })?.command, undefined);
    assert.match(toldOf({ ...stuck, did: 'nothing' })?.what ?? '', /mark h3 offline waits for job 5/);
  });

  it('names the option with which a candidate has a successor', () => {
    const submitted = { event: 'offline-submitted', node: 'h3', job: 7, because: 'h3 was fenced' } as const;
    assert.equal(
      toldOf({ ...submitted, autoPromote: true })?.command,
      'gnt-node modify --offline=yes --auto-promote h3',
    );
    assert.equal(toldOf({ ...submitted, autoPromote: false })?.command, 'gnt-node modify --offline=yes h3');
  });
});
