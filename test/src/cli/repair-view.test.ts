import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as v from 'valibot';
import { REPAIR_STATUS_SHAPE } from '../../../src/cli/repair-shapes.ts';
import { repairStatusText } from '../../../src/cli/repair-status-text.ts';
import { type RepairView, repairView } from '../../../src/cli/repair-view.ts';
import { AUTOREPAIR, facts, ID, job, NOW_MS, planOf } from './repair-facts.ts';

const FAILOVER = `${AUTOREPAIR}failover`;
const SINCE = NOW_MS / 1_000 - 600;
const PENDING = `${AUTOREPAIR}pending:failover:${ID}:${SINCE}:17`;

/** The view of one instance, checked against the documented shape. */
function view(...given: Parameters<typeof facts>): RepairView {
  const known = facts(...given);
  const shown = repairView(planOf(known), known);
  v.parse(REPAIR_STATUS_SHAPE, JSON.parse(JSON.stringify(shown)));
  return shown;
}

describe('the view of repairs', () => {
  it('only counts what is healthy', () => {
    const shown = view([{ primary: 'h1.lab.test', secondary: 'h2.lab.test' }]);
    assert.deepEqual([shown.counts.healthy, shown.instances], [1, []]);
    assert.equal(repairStatusText(shown), 'instances: 1 healthy\n');
  });

  it('only counts what a repair has made healthy, too', () => {
    const result = `${AUTOREPAIR}result:failover:${ID}:${SINCE}:success:17`;
    const shown = view([{ primary: 'h1.lab.test', secondary: 'h2.lab.test', tags: [result] }]);
    assert.deepEqual([shown.counts.healthy, shown.instances], [1, []]);
  });

  it('tells an instance that nobody allowed to be repaired from one that is about to be', () => {
    const [refused] = view([{}]).instances;
    assert.deepEqual(
      [refused?.state, refused?.policy, refused?.waitsFor],
      ['needs-repair-disallowed', { kind: 'none' }, 'permission'],
    );
    const [allowed] = view([{}], { clusterTags: [FAILOVER] }).instances;
    assert.deepEqual(
      [allowed?.state, allowed?.next.kind, allowed?.waitsFor],
      ['needs-repair-allowed', 'tag', 'the next round: a failover'],
    );
    assert.deepEqual(allowed?.next.set, [`${AUTOREPAIR}pending:failover:${ID}:${NOW_MS / 1_000}:`]);
    const [tooLittle] = view([{ tags: [`${AUTOREPAIR}fix-storage`] }]).instances;
    assert.deepEqual(
      [tooLittle?.state, tooLittle?.next.outcome, tooLittle?.waitsFor],
      ['needs-repair-disallowed', 'enoperm', 'permission'],
    );
    assert.equal(allowed?.policy.from?.object, 'cluster');
    assert.equal(allowed?.problem.needs, 'failover');
  });

  it('says since when a repair is pending, its jobs, and that they still run', () => {
    const [one] = view([{ tags: [PENDING] }], { jobs: [job(17, 'unfinished')] }).instances;
    assert.deepEqual(
      [one?.state, one?.sinceMs, one?.jobs, one?.unfinished, one?.waitsFor],
      ['pending', SINCE * 1_000, [17], [17], 'its own job'],
    );
  });

  it("names the job of somebody else's that is waited for", () => {
    const tag = `${AUTOREPAIR}pending:failover:${ID}:${SINCE}:`;
    const [one] = view([{ tags: [tag] }], { jobs: [job(9, 'unfinished')] }).instances;
    assert.deepEqual([one?.jobs, one?.unfinished, one?.waitsFor], [[], [9], "somebody else's job"]);
  });

  it('says until when an instance is suspended, and where that comes from', () => {
    const until = NOW_MS / 1_000 + 3_600;
    const shown = view([{}], { clusterTags: [FAILOVER, `${AUTOREPAIR}suspend:${until}`] });
    const [one] = shown.instances;
    assert.deepEqual([one?.state, one?.policy.untilMs], ['suspended', until * 1_000]);
    assert.match(repairStatusText(shown), /suspended until 2026-11-21T13:00:00Z \(cluster\)/);
    const [forEver] = view([{ tags: [`${AUTOREPAIR}suspend`] }]).instances;
    assert.deepEqual([forEver?.state, forEver?.policy.untilMs], ['suspended', undefined]);
  });

  it('says when a repair has failed and that a person is needed, loudly', () => {
    const tag = `${AUTOREPAIR}result:failover:${ID}:${SINCE}:failure:17+18`;
    const shown = view([{ tags: [tag] }], { clusterTags: [FAILOVER] });
    const [one] = shown.instances;
    assert.deepEqual(
      [one?.state, one?.sinceMs, one?.jobs, one?.waitsFor],
      ['failed', SINCE * 1_000, [17, 18], 'a person'],
    );
    assert.match(
      repairStatusText(shown),
      /^web1\.lab\.test {2}FAILED +failover \(cluster\) +a person +17 18 +2026-11-21T11:50:00Z$/m,
    );
  });

  it('has the reason of each below its line, and the warnings and ended suspensions at the end', () => {
    const old = `${AUTOREPAIR}suspend:1000`;
    const bad = { name: 'bad.lab.test', tags: [`${AUTOREPAIR}pending:nonsense`] };
    const shown = view([{}, bad], { clusterTags: [FAILOVER, old] });
    const text = repairStatusText(shown);
    for (const { instance, because } of shown.instances) {
      const [, below] = new RegExp(`^${instance} .*\n  (.*)$`, 'm').exec(text) ?? [];
      assert.equal(below, because);
    }
    assert.match(text, /^warnings:\n {2}.*pending:nonsense/m);
    assert.match(text, new RegExp(`^suspensions that are over.*:\n  cluster: ${old}$`, 'm'));
    assert.match(text, /^instances: 1 UNCLEAR, 1 needs repair$/m);
  });
});
