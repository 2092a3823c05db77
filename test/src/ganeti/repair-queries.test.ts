import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LuxiCall } from '../../../src/ganeti/luxi.ts';
import { queryConfiguredCluster } from '../../../src/ganeti/repair-queries.ts';
import { queryRoom } from '../../../src/ganeti/repair-room.ts';

const INSTANCE = {
  ...{ name: 'web.lab.test', disk_template: 'drbd', admin_state: 'up', pnode: 'h1', snodes: ['h2'] },
  ...{ tags: ['blue'], 'be/minmem': 128, disk_usage: 1_152, forthcoming: false },
};
const NODE = { name: 'h1', 'group.uuid': 'g', offline: false, drained: true, vm_capable: true };

/** luxid with these rows; a field that a row has not is unavailable. */
function luxid(
  rows: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>,
  asked: string[] = [],
): LuxiCall {
  return async (method, args) => {
    asked.push(method);
    if (method === 'QueryClusterInfo') return { tags: ['green'], default_iallocator: '', name: 'cluster' };
    const [what, fields] = args as readonly [string, readonly string[]];
    const cells = (row: Readonly<Record<string, unknown>>): unknown =>
      fields.map((field) => (field in row ? [0, row[field]] : [3, null]));
    return { fields: [], data: (rows[what] ?? []).map(cells) };
  };
}

describe('the configured cluster', () => {
  it('is read in four questions, however many instances there are', async () => {
    const asked: string[] = [];
    const many = Array.from({ length: 1_000 }, (_, index) => ({ ...INSTANCE, name: `i${index}` }));
    const group = { uuid: 'g', name: 'default', tags: [] };
    const read = await queryConfiguredCluster(luxid({ instance: many, node: [NODE], group: [group] }, asked));
    assert.equal(asked.length, 4);
    assert.deepEqual([read.tags, read.iallocator, read.groups], [['green'], undefined, [group]]);
    assert.deepEqual(read.nodes, [
      { name: 'h1', group: 'g', offline: false, drained: true, vmCapable: true },
    ]);
    assert.equal(read.instances.length, 1_000);
    assert.deepEqual(read.instances[7], {
      ...{ name: 'i7', template: 'drbd', adminState: 'up', primary: 'h1', secondaries: ['h2'] },
      ...{ tags: ['blue'], memory: 128, disk: 1_152 },
    });
  });

  for (const [what, change] of [
    ['without a primary', { pnode: null }],
    ['in a state that nobody knows', { admin_state: 'sleeping' }],
    ['with tags that are no list', { tags: 'blue' }],
  ] as const) {
    it(`leaves out an instance ${what}, and no other`, async () => {
      const wrong = { ...INSTANCE, name: 'bad.lab.test', ...change };
      const read = await queryConfiguredCluster(luxid({ instance: [wrong, INSTANCE] }));
      assert.deepEqual(
        read.instances.map(({ name }) => name),
        ['web.lab.test'],
      );
      assert.match(read.unreadable.join('\n'), /^bad\.lab\.test: /);
    });
  }

  it('leaves out what is only planned, and says nothing of it', async () => {
    const planned = { forthcoming: true };
    const read = await queryConfiguredCluster(luxid({ instance: [planned] }));
    assert.deepEqual([read.instances, read.unreadable], [[], []]);
  });

  it('is not taken from an answer of another form', async () => {
    await assert.rejects(
      queryConfiguredCluster(luxid({ node: [{ ...NODE, offline: 'no' }] })),
      /offline is neither/,
    );
  });
});

describe('free room', () => {
  it('is asked of nobody where there is nobody to ask: without names luxid would call every node', async () => {
    const asked: string[] = [];
    assert.deepEqual(await queryRoom(luxid({}, asked), []), new Map());
    assert.deepEqual(asked, []);
  });

  it('leaves out who does not answer, and lets a node without a volume group take what needs none', async () => {
    const rows = [{ name: 'h1', mfree: 100, dfree: 200 }, { name: 'h2' }, { name: 'h3', mfree: 300 }];
    assert.deepEqual(
      await queryRoom(luxid({ node: rows }), ['h1', 'h2', 'h3']),
      new Map([
        ['h1', { memory: 100, disk: 200 }],
        ['h3', { memory: 300, disk: Number.POSITIVE_INFINITY }],
      ]),
    );
  });
});
