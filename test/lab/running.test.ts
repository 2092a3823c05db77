import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { type Lab, labAt } from './lab.ts';
import { movedAt, ranTwice, runsOn } from './running.ts';

/** What the watchers of a lab of two hosts saw, a second apart, beginning with second 1. */
type Seen = readonly [host: 'h1' | 'h2', event: 'instances' | 'power-off' | 'boot', names?: string];

function inLab(seen: readonly Seen[], look: (lab: Lab) => void): void {
  const dir = mkdtempSync(join(tmpdir(), 'ganeti-ha-running-'));
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    appendFileSync(join(dir, path), `${text}\n`);
  };
  put('run/config.json', JSON.stringify({ hosts: ['h1', 'h2'], layers: {} }));
  seen.forEach(([host, event, names = ''], index) => {
    const value = names
      .split(' ')
      .map((name) => (name === '' ? '' : `${name}.lab.test`))
      .join(' ');
    const file = event === 'instances' ? `shared/${host}/timeline` : 'run/timeline';
    put(file, JSON.stringify({ t: index + 1, host, by: 'watch', event, value }));
  });
  try {
    look(labAt(dir));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

test('an instance runs where its host saw it last', () => {
  inLab(
    [
      ['h1', 'instances', 'db web'],
      ['h2', 'instances'],
      ['h1', 'instances', 'web'],
    ],
    (lab) => {
      assert.deepEqual(runsOn(lab, 'web'), ['h1']);
      assert.deepEqual(runsOn(lab, 'db'), []);
    },
  );
});

test('a host without power runs nothing, nor does one that has just come back', () => {
  for (const boot of [[], [['h1', 'boot'] as const]])
    inLab([['h1', 'instances', 'web'], ['h1', 'power-off'], ...boot], (lab) => {
      assert.deepEqual(runsOn(lab, 'web'), []);
    });
});

test('an instance has moved when another host ran it since', () => {
  const seen: readonly Seen[] = [
    ['h2', 'instances', 'web'],
    ['h1', 'instances', 'web'],
    ['h2', 'instances', 'db web'],
  ];
  inLab(seen, (lab) => {
    assert.deepEqual(movedAt(lab, 'web', 'h1', 2), { at: 3, host: 'h2' });
    assert.equal(movedAt(lab, 'web', 'h1', 3.5), undefined);
  });
});

test('an instance on two hosts at the same moment ran twice', () => {
  inLab(
    [
      ['h1', 'instances', 'db web'],
      ['h2', 'instances', 'web'],
      ['h2', 'instances'],
    ],
    (lab) => {
      assert.deepEqual(ranTwice(lab, 0), ['web.lab.test on h2 and h1']);
      assert.deepEqual(ranTwice(lab, 3), [], 'that was before');
    },
  );
});

test('an instance on one host after the other ran once', () => {
  for (const end of ['power-off', 'instances'] as const)
    inLab(
      [
        ['h1', 'instances', 'web'],
        ['h1', end],
        ['h2', 'instances', 'web'],
      ],
      (lab) => {
        assert.deepEqual(ranTwice(lab, 0), []);
      },
    );
});
