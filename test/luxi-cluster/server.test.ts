import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { realNet } from '../../src/env/net.ts';
import { type LuxiCall, withLuxi } from '../../src/ganeti/luxi.ts';
import { query } from '../../src/ganeti/luxi-query2.ts';
import type { ClusterDescription } from './description.ts';
import { type LuxiCluster, luxiCluster } from './server.ts';

const TOLD = { reason: [['test', 'told', 1]] };

/** h3 is offline, h4 is drained; h1 and h2 are well. */
const DESCRIPTION: ClusterDescription = {
  tags: ['cluster-tag'],
  groups: [{ name: 'default', tags: ['group-tag'] }],
  nodes: [
    { name: 'h1.lab.test' },
    { name: 'h2.lab.test' },
    { name: 'h3.lab.test', offline: true },
    { name: 'h4.lab.test', drained: true },
  ],
  instances: [
    { name: 'web1.lab.test', template: 'drbd', pnode: 'h3.lab.test', snode: 'h1.lab.test', tags: ['blue'] },
    { name: 'file1.lab.test', template: 'file', pnode: 'h3.lab.test' },
    { name: 'share1.lab.test', template: 'sharedfile', pnode: 'h2.lab.test', adminState: 'down' },
  ],
};

describe('a luxid in front of a described cluster', () => {
  let folder = '';
  let server: LuxiCluster;

  async function begin(description: ClusterDescription): Promise<void> {
    folder = mkdtempSync(join(tmpdir(), 'luxi-cluster-'));
    server = await luxiCluster(join(folder, 'ganeti-query'), description);
  }
  async function end(): Promise<void> {
    await server.close();
    rmSync(folder, { recursive: true });
  }
  beforeEach(() => begin(DESCRIPTION));
  afterEach(end);

  async function ask<T>(use: (call: LuxiCall) => Promise<T>): Promise<T> {
    const env = {
      net: realNet(''),
      clock: { now: () => Date.now(), monotonic: () => performance.now(), sleep },
    };
    const options = { socket: server.socket, connectTimeoutMs: 2000, requestTimeoutMs: 5000 };
    const result = await withLuxi(env, options, use);
    if (result.kind === 'failed') throw result.error;
    return result.value;
  }

  const submit = (...ops: readonly object[]): Promise<unknown> =>
    ask((call) => call('SubmitJob', [ops.map((op) => ({ ...TOLD, ...op }))]));
  const on = (instance: string, opId: string, more: object = {}): object => ({
    OP_ID: `OP_INSTANCE_${opId}`,
    instance_name: `${instance}.lab.test`,
    ...more,
  });
  const jobs = (): readonly string[] => server.queue.jobs.map(({ status }) => status);

  it('answers static fields, live ones only of nodes that answer, and says which it does not know', async () => {
    server.cluster.node('h2').silent = true;
    const rows = await ask((call) => query(call, 'node', ['name', 'mtotal', 'offline', 'nosuch'], null));
    assert.deepEqual(
      rows.map(({ mtotal, nosuch }) => [mtotal.status, nosuch.status]),
      [
        ['ok', 'unknown-field'],
        ['no-data', 'unknown-field'],
        ['offline', 'unknown-field'],
        ['ok', 'unknown-field'],
      ],
    );
  });

  it('filters as luxid does', async () => {
    const names = async (filter: unknown): Promise<readonly unknown[]> =>
      (await ask((call) => query(call, 'instance', ['name'], filter))).map(({ name }) => name.value);
    assert.deepEqual(await names(['=[]', 'tags', 'blue']), ['web1.lab.test']);
    assert.deepEqual(await names(['=[]', 'snodes', 'h1.lab.test']), ['web1.lab.test']);
    assert.deepEqual(await names(['&', ['=~', 'name', '^.*1\\.'], ['!', ['==', 'admin_state', 'up']]]), [
      'share1.lab.test',
    ]);
    assert.deepEqual(await names(['|', ['==', 'pnode', 'h2.lab.test'], ['?', 'snodes']]), [
      'web1.lab.test',
      'share1.lab.test',
    ]);
    await assert.rejects(names(['==', 'nosuch', 1]), /Unknown field in filter: nosuch/);
  });

  it('fails a DRBD instance over to its secondary and gives it a new one', async () => {
    await submit(on('web1', 'FAILOVER'));
    await submit(on('web1', 'REPLACE_DISKS', { mode: 'replace_new_secondary', iallocator: 'hail' }));
    const { pnode, snode, running, history } = server.cluster.instance('web1');
    assert.deepEqual([pnode, snode, running], ['h1.lab.test', 'h2.lab.test', true]);
    assert.deepEqual(history, ['INSTANCE_FAILOVER(web1.lab.test)', 'INSTANCE_REPLACE_DISKS(web1.lab.test)']);
  });

  it('reinstalls only what is down, and leaves blank disks where the order was wrong', async () => {
    await submit(on('file1', 'RECREATE_DISKS', { iallocator: 'hail' }), on('file1', 'REINSTALL'));
    assert.deepEqual(jobs(), ['error']);
    assert.match(JSON.stringify(server.queue.jobs[0]?.opresult), /marked to be up, cannot reinstall/);
    assert.equal(server.cluster.instance('file1').blank, true);
    await submit(
      on('file1', 'SHUTDOWN', { ignore_offline_nodes: true }),
      on('file1', 'REINSTALL'),
      on('file1', 'STARTUP'),
    );
    const { blank, running, adminState } = server.cluster.instance('file1');
    assert.deepEqual([blank, running, adminState], [false, true, 'up']);
  });

  it('does not fail over what lies on the disk of one node', async () => {
    await submit(on('file1', 'FAILOVER'));
    assert.match(JSON.stringify(server.queue.jobs[0]?.opresult), /does not allow failovers/);
    assert.equal(server.cluster.instance('file1').pnode, 'h3.lab.test');
  });

  it('finds no place where no node has room', async () => {
    await end();
    await begin({ ...DESCRIPTION, nodes: DESCRIPTION.nodes.map((node) => ({ ...node, disk: 512 })) });
    await submit(on('file1', 'RECREATE_DISKS', { iallocator: 'hail' }));
    assert.match(JSON.stringify(server.queue.jobs[0]?.opresult), /insufficient_resources/);
  });

  it('lets a job of an instance wait for one that works on it, and a dependent one for its job', async () => {
    server.queue.script = ({ OP_ID }) => (OP_ID === 'OP_INSTANCE_FAILOVER' ? { kind: 'running' } : undefined);
    await submit(on('web1', 'FAILOVER'));
    const tag = { OP_ID: 'OP_TAGS_SET', kind: 'instance', name: 'web1.lab.test', tags: ['red'] };
    await submit(tag);
    await submit({ OP_ID: 'OP_CLUSTER_REDIST_CONF', depends: [[1, ['success']]] });
    assert.deepEqual(jobs(), ['running', 'waiting', 'waiting']);
    server.queue.finish(1, { kind: 'error', text: 'no luck' });
    assert.deepEqual(jobs(), ['error', 'success', 'error']);
    assert.match(
      JSON.stringify(server.queue.jobs[2]?.opresult),
      /finished with status 'error', not one of 'success'/,
    );
    assert.deepEqual(server.cluster.instance('web1').tags, ['blue', 'red']);
  });

  it('removes no tag where one of them is missing', async () => {
    await submit({ OP_ID: 'OP_TAGS_DEL', kind: 'cluster', tags: ['cluster-tag', 'other'] });
    assert.deepEqual(jobs(), ['error']);
    assert.deepEqual(await ask((call) => call('QueryTags', ['cluster', ''])), ['cluster-tag']);
  });

  it('refuses an opcode that luxid could not parse', async () => {
    await assert.rejects(
      submit(on('web1', 'FAILOVER', { mode: 'live' })),
      /Superfluous dictionary keys: \["mode"\]/,
    );
    await assert.rejects(submit(on('web1', 'FAILOVER', { reason: undefined })), /'reason' not found/);
    await assert.rejects(submit(on('web1', 'REPLACE_DISKS')), /'mode' not found/);
    await assert.rejects(submit(on('web1', 'FAILOVER', { reason: [['t', 'ä', 1]] })), /invalid character/);
    assert.deepEqual(jobs(), []);
  });

  it('submits jobs that depend on each other by their place', async () => {
    const first = { ...TOLD, ...on('web1', 'FAILOVER') };
    const second = { ...TOLD, OP_ID: 'OP_CLUSTER_REDIST_CONF', depends: [[-1, ['success']]] };
    const ids = await ask((call) => call('SubmitManyJobs', [[[first], [second]]]));
    assert.deepEqual(ids, [
      [true, 1],
      [true, 2],
    ]);
    assert.deepEqual(server.queue.jobs[1]?.ops[0]?.depends, [[1, ['success']]]);
    assert.deepEqual(jobs(), ['success', 'success']);
  });

  it('has a row without a status for a job that is gone', async () => {
    await submit({ OP_ID: 'OP_CLUSTER_REDIST_CONF' });
    server.queue.forget(1);
    assert.deepEqual(await ask((call) => call('QueryJobs', [[1], ['id', 'status']])), [[1, null]]);
    const [row] = await ask((call) => query(call, 'job', ['id', 'status'], ['|', ['==', 'id', 1]]));
    assert.deepEqual(row?.status, { status: 'unavailable', value: null });
  });

  it('tells of a change of a job when it happens', async () => {
    server.queue.script = () => ({ kind: 'running' });
    await submit({ OP_ID: 'OP_CLUSTER_REDIST_CONF' });
    setTimeout(() => server.queue.finish(1), 50);
    const changed = await ask((call) => call('WaitForJobChange', [1, ['status'], ['running'], null, 5]));
    assert.deepEqual(changed, [['success'], []]);
    const same = await ask((call) => call('WaitForJobChange', [1, ['status'], ['success'], null, 0]));
    assert.equal(same, 'nochange');
  });

  it('hangs up before or after a request is carried out, as a test wants', async () => {
    const tag = { OP_ID: 'OP_TAGS_SET', kind: 'cluster', tags: ['red'] };
    server.before = async () => 'hang-up';
    await assert.rejects(submit(tag));
    assert.deepEqual(jobs(), []);
    server.before = undefined;
    server.after = async () => 'hang-up';
    await assert.rejects(submit(tag));
    assert.deepEqual(jobs(), ['success']);
    assert.deepEqual(
      server.requests.map(({ method }) => method),
      ['SubmitJob', 'SubmitJob'],
    );
  });
});
