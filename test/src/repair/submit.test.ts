import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failover } from '../../../src/ganeti/instance-opcodes.ts';
import { type LuxiCall, LuxiError } from '../../../src/ganeti/luxi.ts';
import { submitAll, type Wish } from '../../../src/repair/submit.ts';

const WHY = { source: 'gnt-ha:repair:id', text: 'it is so', nowMs: 1 };

function wish(name: string): Wish<string> {
  return { of: name, ops: () => [failover(name, { kind: 'secondary' }, WHY)] };
}

function shown(attempts: Awaited<ReturnType<typeof submitAll<string>>>): readonly unknown[] {
  return attempts.map((one) =>
    one.kind === 'submitted' ? [one.of, one.job] : [one.of, one.known, one.text],
  );
}

const refused = (method: string): LuxiError =>
  new LuxiError({ kind: 'rejected', method, className: 'GenericError', args: ['no'] });

describe('the jobs of a pass', () => {
  it('are submitted in one call, and one that luxid refuses keeps no other back', async () => {
    const calls: string[] = [];
    const call: LuxiCall = async (method) => {
      calls.push(method);
      return [
        [true, 11],
        [false, 'no such instance'],
        [true, 12],
      ];
    };
    assert.deepEqual(shown(await submitAll(call, ['a', 'b', 'c'].map(wish))), [
      ['a', 11],
      ['b', true, 'no such instance'],
      ['c', 12],
    ]);
    assert.deepEqual(calls, ['SubmitManyJobs']);
  });

  it('go without the one whose name is none', async () => {
    const call: LuxiCall = async (_, [jobs]) =>
      (jobs as readonly unknown[]).map((__, index) => [true, index + 1]);
    const [first, second] = shown(await submitAll(call, [wish('two names'), wish('b')]));
    assert.deepEqual(first, ['b', 1]);
    assert.match(String(second), /^two names,true,.*Nothing was sent to Ganeti/);
  });

  it('are submitted one by one where luxid takes them not together', async () => {
    const call: LuxiCall = async (method, args) => {
      if (method === 'SubmitManyJobs' || JSON.stringify(args).includes('"b"')) throw refused(method);
      return 7;
    };
    assert.deepEqual(shown(await submitAll(call, ['a', 'b', 'c'].map(wish))), [
      ['a', 7],
      ['b', true, 'ganeti-luxid refused SubmitJob: GenericError: no'],
      ['c', 7],
    ]);
  });

  it('are not known to be submitted where the answer does not come', async () => {
    const call: LuxiCall = async (method) => {
      throw new LuxiError({ kind: 'closed', method, received: 0, message: 'gone' });
    };
    const attempts = await submitAll(call, ['a', 'b'].map(wish));
    assert.deepEqual(
      attempts.map((one) => one.kind === 'not-submitted' && one.known),
      [false, false],
    );
  });

  it('ask nothing of luxid where there are none', async () => {
    const call: LuxiCall = () => assert.fail('asked');
    assert.deepEqual(await submitAll(call, []), []);
  });
});
