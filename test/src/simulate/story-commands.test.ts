import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCommands, parseDuration, StoryError } from '../../../src/simulate/story-commands.ts';

describe('the commands of a scenario', () => {
  it('are read with their times, relative ones too, without comments and blank lines', () => {
    const text = '# a story\n10s power-off h3\n\n+1m30s power-on h3 # again\n';
    assert.deepEqual(
      parseCommands(text, 'commands').map(({ atMs, verb, words, line }) => [atMs, verb, words, line]),
      [
        [10_000, 'power-off', ['h3'], 2],
        [100_000, 'power-on', ['h3'], 4],
      ],
    );
  });

  it('are refused with the line where the time is none, goes back, or stands alone', () => {
    const refused = (text: string): unknown => {
      try {
        return parseCommands(text, 'commands');
      } catch (error) {
        return error instanceof StoryError ? [error.line, error.message] : error;
      }
    };
    assert.deepEqual(refused('soon power-off h3'), [
      1,
      'commands, line 1: "soon" is no time such as 90s, 1m30s or +10s; nothing was played',
    ]);
    assert.deepEqual(refused('10s a\n5s b'), [
      2,
      'commands, line 2: 5s is before the line above it; nothing was played',
    ]);
    assert.deepEqual(refused('10s'), [1, 'commands, line 1: a time without a command; nothing was played']);
  });

  it('know milliseconds, seconds, minutes and hours', () => {
    assert.deepEqual(['250ms', '1.5s', '1m30s', '2h', '5', 'x', ''].map(parseDuration), [
      250,
      1_500,
      90_000,
      7_200_000,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
