import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { membersOf } from '../src/union.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/evidence.md'), 'utf8');

describe('docs/evidence.md', () => {
  it('says of every source of evidence what it tells, and of no other', () => {
    const sources = membersOf('evidence/evidence.ts', 'EvidenceSource');
    assert.ok(sources.length > 5);
    const table = PAGE.split('| source | what it says |')[1]?.split('\n\n')[0] ?? '';
    const documented = [...table.matchAll(/^\| `([a-z-]+)` \| \S/gm)].map(([, source]) => source);
    assert.deepEqual(documented, sources);
  });
});
