import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { settingsFromTags } from '../../src/ganeti/tags.ts';
import { REPAIR_TYPES } from '../../src/repair/facts.ts';
import { DEFAULT_PRIORITY } from '../../src/repair/importance.ts';
import { DEFAULT_LIMITS } from '../../src/repair/limit-tags.ts';
import { tagWarnings } from '../../src/repair/tag-warnings.ts';
import { ID_AT_MOST, OUTCOMES, PREFIX, readTag } from '../../src/repair/tags.ts';
import { taggedCluster } from '../src/repair/tagged-cluster.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/autorepair-tags.md'), 'utf8');

/** The rows of the table below a heading, each as its cells. */
function rows(heading: string): readonly (readonly string[])[] {
  const section = PAGE.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| (`.*) \|$/gm)].map(([, row = '']) =>
    row.split(' | ').map((cell) => cell.replaceAll('`', '')),
  );
}

function first(heading: string): readonly string[] {
  return rows(heading).map(([cell = '']) => cell);
}

describe('docs/autorepair-tags.md', () => {
  it('has every word of a permission, in the order of its risk', () => {
    const words = first('Permission');
    assert.deepEqual(words.slice(0, REPAIR_TYPES.length), [...REPAIR_TYPES]);
    assert.deepEqual(
      words.slice(REPAIR_TYPES.length).map((word) => readTag(PREFIX + word)?.kind),
      ['suspend', 'suspend'],
    );
  });

  it('has a pending tag and every outcome, as they are read', () => {
    const [pending, ...results] = first('How a repair stands').map((word) => readTag(PREFIX + word));
    assert.equal(pending?.kind, 'pending');
    assert.deepEqual(
      results.map((read) => read?.kind === 'result' && read.result.outcome).sort(),
      [...OUTCOMES].sort(),
    );
  });

  it('has our own tags, each on the objects where it counts and on no other', () => {
    const heading = 'Order and number of repairs';
    assert.equal(first(heading).length, 5);
    for (const [tag = '', objects = ''] of rows(heading)) {
      const on = objects.split(', ');
      const warned = {
        cluster: tagWarnings(taggedCluster({ cluster: [tag] })),
        group: tagWarnings(taggedCluster({ groups: { red: [tag] } })),
        instance: tagWarnings(taggedCluster({ instances: { web: [tag] } })),
      };
      for (const [object, warnings] of Object.entries(warned))
        assert.equal(warnings.length, on.includes(object) ? 0 : 1, `${tag} on ${object}`);
    }
  });

  it('has the defaults as they are', () => {
    const text = (tag: string): string =>
      rows('Order and number of repairs').find(([cell]) => cell?.startsWith(tag))?.[2] ?? '';
    assert.match(text('ocf:repair:priority:'), new RegExp(`\\b${DEFAULT_PRIORITY} where there is none`));
    assert.match(text('ocf:repair:max:'), new RegExp(`\\b${DEFAULT_LIMITS.cluster} where there is none`));
    assert.match(text('ocf:repair:max-node:'), new RegExp(`\\b${DEFAULT_LIMITS.node} where there is none`));
    assert.ok(PAGE.includes(`up to ${ID_AT_MOST} letters, digits`));
  });

  it('shows commands whose tags are understood', () => {
    const commands = [...PAGE.matchAll(/^ {4}gnt-(\w+) add-tags (.*)$/gm)];
    assert.equal(commands.length, 4);
    for (const [, , rest = ''] of commands) {
      const tag = rest
        .slice(rest.indexOf(PREFIX))
        .replace(/\$\(date[^)]*\)/, '1763740800')
        .replace('$(uuidgen)', 'an-id');
      const read = readTag(tag);
      assert.ok(read !== undefined && read.kind !== 'unclear' && read.kind !== 'unreadable-suspend', tag);
    }
  });

  it('names no tag that the settings of the agents call unknown', () => {
    const tags = [
      ...first('Order and number of repairs'),
      ...first('Permission').map((word) => PREFIX + word),
    ];
    assert.deepEqual(settingsFromTags(tags, 3).warnings, []);
  });
});
