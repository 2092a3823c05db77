import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { play, type Story } from '../src/simulate/story.ts';
import { parseCluster } from '../src/simulate/story-cluster.ts';
import { parseCommands } from '../src/simulate/story-commands.ts';
import { settleLog, type Went } from './golden-log.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'gha-log-'));
const LOG = join(FOLDER, 'log');
after(() => rmSync(FOLDER, { recursive: true }));

const QUIET: Went = { text: '    1.0  h1    info: all is well\n', lines: [] };

async function went(gntHa: NonNullable<Story['gntHa']>): Promise<Went> {
  const cluster = parseCluster('{"hosts":2}', 'cluster.json');
  const commands = parseCommands('1s gnt-ha h1 status\n5s end\n', 'commands');
  const { text, stage } = await play({ cluster, commands, gntHa });
  return { text, lines: stage.world.lines };
}

/** As an agent tells it: dispatch.ts. */
function saying(line: string): Promise<Went> {
  return went(async () => ({ code: 1, output: `${line}\n` }));
}

const STORIES: Readonly<Record<string, () => Promise<Went>>> = {
  'a process that ended by an error nobody caught': () =>
    went(async () => {
      throw new RangeError('nobody caught it');
    }),
  GNH011: () => saying('ocf-exit-reason:GNH011 internal error in monitor: RangeError'),
  'a simulated GNH011': () => saying('SIMULATED GNH011 internal error in monitor'),
  'GNH011 before the story began': async () => ({
    ...QUIET,
    lines: [{ ms: 1_000, host: 'h1', text: 'error: GNH011 internal error in start: TypeError' }],
  }),
};

describe('the log of a scenario', () => {
  for (const [title, story] of Object.entries(STORIES)) {
    it(`is not written anew with ${title}: the old one stays`, async () => {
      writeFileSync(LOG, 'as it was reviewed\n');
      const played = await story();
      assert.throws(() => settleLog(FOLDER, 'as it was reviewed\n', played, 'write'), /an internal error/);
      assert.equal(readFileSync(LOG, 'utf8'), 'as it was reviewed\n');
    });

    it(`with ${title} fails although the kept one is the same`, async () => {
      const played = await story();
      assert.throws(() => settleLog(FOLDER, played.text, played, 'compare'), /an internal error/);
    });
  }

  for (const line of ['error: GNH011 internal error in stop: TypeError', 'CRASH TypeError: of null']) {
    it(`that is kept fails where it holds ${line.split(' ').find((word) => /[A-Z]{5}|\d/.test(word))}, and says so`, () => {
      const kept = `    1.0  h1    ${line}\n`;
      assert.throws(
        () => settleLog(FOLDER, kept, QUIET, 'compare'),
        /the log that is kept holds an internal error:\n1\.0 {2}h1/,
      );
    });
  }

  it('is written anew where all went well, and the same passes', () => {
    settleLog(FOLDER, 'an older one\n', QUIET, 'write');
    assert.equal(readFileSync(LOG, 'utf8'), QUIET.text);
    settleLog(FOLDER, readFileSync(LOG, 'utf8'), QUIET, 'compare');
  });

  it('that differs fails', () => {
    assert.throws(
      () => settleLog(FOLDER, 'another\n', QUIET, 'compare'),
      /differs from the one that was reviewed/,
    );
  });
});
