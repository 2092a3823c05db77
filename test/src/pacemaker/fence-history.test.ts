import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseClusterState } from '../../../src/pacemaker/crm-mon.ts';
import { parseCompleted } from '../../../src/pacemaker/fence-history.ts';
import { capture, recordedState } from './fixtures.ts';

async function idsOf(xml: string): Promise<readonly string[]> {
  const answer = await parseClusterState(xml);
  return answer.kind === 'ok' ? answer.state.fenceEvents.map(({ id }) => id) : [];
}

describe('the fencing history', () => {
  it('holds the success with all that is known about it', async () => {
    const [event] = (await recordedState('fenced')).fenceEvents;
    assert.deepEqual(event, {
      id: `h3|off|h2|pacemaker-controld.119|${Date.parse('2026-11-21T02:34:50Z') / 1000}`,
      target: 'h3',
      action: 'off',
      status: 'success',
      client: 'pacemaker-controld.119',
      origin: 'h2',
      delegate: 'h1',
      completed: '2026-11-21 02:34:50Z',
      completedMs: Date.parse('2026-11-21T02:34:50Z'),
    });
  });

  it('tells pending and failed attempts from successes', async () => {
    const { fenceEvents } = await recordedState('fencing-failed');
    assert.deepEqual(
      fenceEvents.slice(0, 5).map(({ status }) => status),
      ['pending', 'failed', 'failed', 'failed', 'success'],
    );
    assert.equal(fenceEvents[0]?.completed, undefined);
  });

  it('is known and empty where crm_mon prints none', async () => {
    const { fenceEvents, fenceHistoryKnown } = await recordedState('lost-no-fencing');
    assert.deepEqual({ fenceEvents, fenceHistoryKnown }, { fenceEvents: [], fenceHistoryKnown: true });
  });

  it('is not known where the fencer did not answer', async () => {
    const xml = capture('crm_mon/lost-no-fencing.xml').replace(
      '</nodes>',
      '</nodes><fence_history status="102"/>',
    );
    assert.partialDeepStrictEqual(await parseClusterState(xml), { state: { fenceHistoryKnown: false } });
  });

  it('gives an event the same identity in another time zone and with fractions of a second', async () => {
    const utc = capture('crm_mon/fenced.xml');
    const berlin = utc.replace('2026-11-21 02:34:50Z', '2026-11-21 03:34:50 +01:00');
    const fractions = utc.replace('2026-11-21 02:34:50Z', '2026-11-21 02:34:50.123456Z');
    assert.notEqual(berlin, utc);
    assert.deepEqual(await idsOf(berlin), await idsOf(utc));
    assert.deepEqual(await idsOf(fractions), await idsOf(utc));
  });

  it('gives each of several events its own identity', async () => {
    const ids = await idsOf(capture('crm_mon/fencing-failed.xml'));
    assert.equal(new Set(ids).size, ids.length);
  });

  it('leaves out events without target, action or known status', async () => {
    const whole = capture('crm_mon/fenced.xml');
    for (const [what, by] of [
      ['target="h3"', 'target=""'],
      ['action="off"', ''],
      ['status="success"', 'status="perhaps"'],
    ] as const) {
      assert.equal((await idsOf(whole.replace(what, by))).length, (await idsOf(whole)).length - 1);
    }
  });
});

describe('the time of a fencing', () => {
  it('is not guessed where it cannot be read', () => {
    assert.equal(parseCompleted('Sat Nov 21 02:34:50 2026'), undefined);
    assert.equal(parseCompleted('2026-11-21 02:34:50'), undefined);
    assert.equal(parseCompleted('2026-13-45 02:34:50Z'), undefined);
  });
});
