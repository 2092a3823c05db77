import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertWokenBy } from './woken.ts';

const line = (trigger: string, event: string): { trigger: string; event: string } => ({ trigger, event });
const WOKEN = [line('notify', 'decided'), line('notify', 'offline-submitted')];

describe('who marked a node offline', () => {
  it('was woken', () => {
    assertWokenBy(['notify', 'alert'], WOKEN);
    assert.throws(() => assertWokenBy(['alert'], WOKEN), /found by notify/);
  });

  it('was a monitor of the same moment, and who was woken found it done', () => {
    assertWokenBy(['notify'], [line('monitor', 'offline-submitted'), line('notify', 'alert')]);
  });

  it('was a monitor that came later, or nobody was woken', () => {
    const later = [line('notify', 'held'), line('monitor', 'offline-submitted')];
    assert.throws(() => assertWokenBy(['notify'], later), /found by monitor/);
    assert.throws(
      () => assertWokenBy(['notify'], [line('monitor', 'offline-submitted')]),
      /found by monitor/,
    );
    assert.throws(() => assertWokenBy(['notify'], []), /nothing was submitted/);
  });
});
