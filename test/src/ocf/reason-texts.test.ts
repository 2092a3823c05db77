import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { REASONS, type ReasonCode } from '../../../src/ocf/reasons.ts';
import { EXIT_REASON_BYTES, exitReasonLine, withAlso } from '../../../src/ocf/result.ts';
import { mapNames } from '../../../src/pacemaker/names.ts';
import type { Hold } from '../../../src/policy/decide.ts';
import { tellHolds } from '../../../src/sweep/holds.ts';
import type { Journal } from '../../../src/sweep/journal.ts';

const SOURCES = join(import.meta.dirname, '../../../src');
/** As long as names of nodes get in practice. */
const NAME = 'node3.rack7.site.org';
/** What remains for what happened is then just worth reading. */
const REMEDY_BYTES = 90;

interface Template {
  readonly code: ReasonCode;
  readonly text: string;
  readonly file: string;
}

/** A code, and the text that follows it as the next argument or as the next field. */
const GIVEN = /'(GNH\d{3})'(?:\s*:\s*'GNH\d{3}')?,\s*(?:text:\s*)?(?:'([^'\n]+)'|`([^`]+)`)/g;

/** Every reason as the source gives it, with each value in it as long as the name of a node. */
function templates(): readonly Template[] {
  return globSync('**/*.ts', { cwd: SOURCES }).flatMap((file) => {
    if (file.endsWith('reasons.ts')) return [];
    const source = readFileSync(join(SOURCES, file), 'utf8');
    return [...source.matchAll(GIVEN)].flatMap(([, code = '', plain, template = '']) =>
      isReason(code) ? [{ code, file, text: (plain ?? template).replaceAll(/\$\{[^}]*\}/g, NAME) }] : [],
    );
  });
}

function isReason(code: string): code is ReasonCode {
  return Object.hasOwn(REASONS, code);
}

/** The last sentence, by what ends one in our texts, and not by the rule that is tested. */
function remedyOf(text: string): string {
  return text.trim().split(/\.\s+/).at(-1) ?? '';
}

/** What the sweep says of the nodes it does not touch; its remedies depend on why. */
function held(hold: Hold): readonly Template[] {
  const told: Template[] = [];
  const journal: Journal = {
    entries: () => [{ at: 0, trigger: 'monitor', event: 'held', node: NAME, hold, text: '' }],
    note: () => undefined,
    noteOnce: () => undefined,
    tell: (code, text) => told.push({ code, text, file: `sweep/holds.ts (${hold})` }),
    reasons: () => [],
  };
  const text = `${NAME} is lost, and so on and on, with ${NAME} and all that is known of it, at length`;
  const names = mapNames([{ name: NAME, attributes: {} }], [NAME]);
  tellHolds([{ kind: 'hold', node: NAME, hold, text }], { names, evidence: new Map() }, journal, 3_600_000);
  assert.equal(told.length, 1, hold);
  return told;
}

const HOLDS = [
  'name',
  'unknown',
  'answers',
  'evidence',
  'fencing',
  'no-quorum',
  'master',
  'pause',
  'orders',
  'brake',
  'cooldown',
  'candidates',
] as const;

describe('with names of twenty characters Pacemaker shows the remedy whole', () => {
  const all = [...templates(), ...HOLDS.flatMap(held)];

  test('of more than half of the catalogue', () => {
    assert.ok(new Set(all.map(({ code }) => code)).size > Object.keys(REASONS).length / 2);
  });

  for (const { code, text, file } of all) {
    const remedy = remedyOf(text);
    if (Buffer.byteLength(remedy) > REMEDY_BYTES) continue;
    for (const also of [[], ['GNH204'], ['GNH204', 'GNH205', 'GNH311']]) {
      test(`${code} of ${file}: ${remedy}${also.length === 0 ? '' : `, with ${also.length} more`}`, () => {
        const reason = exitReasonLine({ code, text: withAlso(text, also) }).slice('ocf-exit-reason:'.length);
        assert.ok(reason.endsWith(remedy), reason);
        assert.ok(Buffer.byteLength(reason) <= EXIT_REASON_BYTES, reason);
      });
    }
  }
});
