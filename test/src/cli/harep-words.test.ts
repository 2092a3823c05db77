import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  HAREP_OPTIONS,
  type HarepOrder,
  harepCompletion,
  harepUsage,
  readHarepWords,
} from '../../../src/cli/harep-words.ts';

const PLAIN: HarepOrder = {
  kind: 'run',
  socket: undefined,
  delaySeconds: 10,
  reason: undefined,
  dryRun: false,
};

/** What harep 3.0.2 was seen to make of these words. */
const UNDERSTOOD: readonly (readonly [words: string, order: HarepOrder])[] = [
  ['', PLAIN],
  ['-L', PLAIN],
  ['--luxi --dry-run', { ...PLAIN, dryRun: true }],
  ['-L/run/x', { ...PLAIN, socket: '/run/x' }],
  ['--luxi=/run/x', { ...PLAIN, socket: '/run/x' }],
  ['-L/run/x -L/run/y', { ...PLAIN, socket: '/run/y' }],
  ['--job-delay=2.5', { ...PLAIN, delaySeconds: 2.5 }],
  ['--job-delay 3', { ...PLAIN, delaySeconds: 3 }],
  ['--job-delay=0', { ...PLAIN, delaySeconds: 0 }],
  ['--job-delay=-1', { ...PLAIN, delaySeconds: 0 }],
  ['--job-delay=1e2', { ...PLAIN, delaySeconds: 100 }],
  ['--reason=power_cut', { ...PLAIN, reason: 'power_cut' }],
  ['--reason=a=b', { ...PLAIN, reason: 'a=b' }],
  ['--dry', { ...PLAIN, dryRun: true }],
  ['-h', { kind: 'help' }],
  ['-Vh', { kind: 'help' }],
  ['-V', { kind: 'version' }],
  ['-V foo', { kind: 'version' }],
  ['--help-completion', { kind: 'completion' }],
  ['--help', { kind: 'help' }],
];

const REFUSED: readonly (readonly [words: string, code: 1 | 2, text: RegExp])[] = [
  ['foo', 1, /^Error: this program doesn't take any arguments\.\n$/],
  ['-L /run/x', 1, /^Error: this program doesn't take any arguments/],
  ['--dry-run -- --dry-run', 1, /^Error: this program doesn't take/],
  ['-', 1, /^Error: this program doesn't take/],
  ['--job-delay=x', 1, /^Error while parsing command line arguments:\njob delay: cannot parse string 'x'/],
  ['--job-delay=.5', 1, /cannot parse string '\.5'/],
  ['--job-delay=1e999', 1, /cannot parse string '1e999'/],
  ['--bogus', 2, /^Command line error: unrecognized option `--bogus'\n\nUsage: /],
  ['-xy', 2, /unrecognized option `-x'\nunrecognized option `-y'/],
  ['-h --bogus', 2, /unrecognized option/],
  ['--reason', 2, /option `--reason' requires an argument REASON/],
  ['--job-delay', 2, /option `--job-delay' requires an argument SECONDS/],
  ['--dry-run=yes', 2, /option `--dry-run' doesn't allow an argument/],
  ['--hel', 2, /option `--hel' is ambiguous/],
];

describe("harep's words", () => {
  for (const [words, order] of UNDERSTOOD) {
    it(`"${words}" are understood`, () => {
      assert.deepEqual(readHarepWords(words.split(' ').filter((word) => word !== '')), order);
    });
  }

  for (const [words, code, text] of REFUSED) {
    it(`"${words}" are refused with ${code}`, () => {
      const order = readHarepWords(words.split(' '));
      assert.equal(order.kind, 'wrong');
      if (order.kind !== 'wrong') return;
      assert.equal(order.code, code);
      assert.match(order.text, text);
    });
  }

  it('are all in its usage and in what it tells to completion scripts', () => {
    for (const { long } of HAREP_OPTIONS) {
      assert.ok(harepUsage().includes(`--${long}`));
      assert.match(harepCompletion(), new RegExp(`^(-.,)?--${long} `, 'm'));
    }
  });
});
