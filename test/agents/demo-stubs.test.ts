import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stubStory } from '../lab/demo-stubs.ts';

describe('the demo without root', () => {
  it('plays its story to the end with the compiled agents', async () => {
    const told: string[] = [];
    await stubStory((line) => told.push(line));
    assert.ok(told.includes('luxid got OP_NODE_SET_PARAMS offline=true for h3.lab.test'));
    assert.ok(told.includes('luxid got OP_NODE_SET_PARAMS offline=true for h1.lab.test'));
    assert.match(told.at(-1) ?? '', /^skipped without root/);
  });
});
