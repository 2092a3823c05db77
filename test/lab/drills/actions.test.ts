import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Action, actionsInLog, actionsInStory, powerCutsInStory } from './actions.ts';

// The log has local time.
process.env.TZ = 'UTC';

/** From a drill's real pacemaker.log. */
const LOG = [
  'Nov 22 19:34:50.113 h3 pacemaker-execd     [1578] (log_finished) \tinfo: ganeti-master monitor (call 38, PID 9130) exited with status 1 (execution time 0.301s)',
  'Nov 22 19:34:55.241 h3 pacemaker-controld  [1580] (log_executor_event) \tnotice: Result of monitor operation for ganeti-master on h3: error (SIMULATED GNH009 by /etc/ganeti-ha/simulate.d/ganeti-master.monitor-fails until 2026-11-22T19:44:50Z. Remove the file to end it.) | CIB update 33, graph action unconfirmed; call=38 key=ganeti-master_monitor_10000 rc=1',
  'Nov 22 19:34:55.305 h3 pacemaker-controld  [1580] (log_executor_event) \tinfo: Result of monitor operation for ganeti-master on h3: Cancelled | graph action confirmed; call=38 key=ganeti-master_monitor_10000',
  'Nov 22 19:34:55.889 h3 pacemaker-controld  [1580] (log_executor_event) \tnotice: Result of stop operation for ganeti-master on h3: ok | CIB update 35, graph action confirmed; call=50 key=ganeti-master_stop_0 rc=0',
  'Nov 22 19:34:56.793 h3 pacemaker-controld  [1580] (log_executor_event) \tnotice: Result of start operation for ganeti-master on h3: ok | CIB update 37, graph action confirmed; call=53 key=ganeti-master_start_0 rc=0',
  'Nov 22 19:34:56.809 h3 pacemaker-controld  [1580] (log_executor_event) \tnotice: Result of start operation for fence-h1 on h3: ok | CIB update 17, graph action confirmed; call=18 key=fence-h1_start_0 rc=0',
  'Nov 22 19:34:57.037 h3 pacemaker-controld  [1580] (log_executor_event) \tnotice: Result of probe operation for ganeti-node on h3: not running | CIB update 21, graph action confirmed; call=26 key=ganeti-node_monitor_0 rc=7',
  'Nov 22 19:34:57.841 h3 pacemaker-controld  [1580] (log_executor_event) \tnotice: Result of notify operation for ganeti-node on h3: ok | graph action confirmed; call=33 key=ganeti-node_notify_0 rc=0',
];

const inShort = ({ host, resource, action, code, reason }: Action): string =>
  [host, resource, action, code, reason].join(' ');

describe('what Pacemaker did, by its log', () => {
  const drillBegan = Date.UTC(2026, 10, 22, 19, 34);

  test('is the results of our resources, without cancelled monitors, probes and notifications', () => {
    assert.deepEqual(actionsInLog(LOG, drillBegan).map(inShort), [
      'h3 ganeti-master monitor 1 GNH009',
      'h3 ganeti-master stop 0 ',
      'h3 ganeti-master start 0 ',
    ]);
  });

  test('has the year of the drill, or the new one that began meanwhile', () => {
    const at = (line: string, since: number): string =>
      new Date(actionsInLog([line], since)[0]?.at ?? Number.NaN).toISOString();
    const stop = LOG[3] ?? '';
    assert.equal(at(stop, drillBegan), '2026-11-22T19:34:55.889Z');
    const newYear = stop.replace('Nov 22', 'Jan 01');
    assert.equal(at(newYear, Date.UTC(2026, 11, 31, 23, 50)), '2027-01-01T19:34:55.889Z');
  });

  test('has no exit code where the agent did not end in time', () => {
    const late =
      'Nov 22 19:35:26.001 h3 pacemaker-controld  [1580] (log_executor_event) \terror: Result of monitor operation for ganeti-node on h3: Timed Out after 30s (Resource agent did not complete in time) | CIB update 40, graph action unconfirmed; call=39 key=ganeti-node_monitor_10000 timeout=30000ms';
    assert.deepEqual(actionsInLog([late], drillBegan).map(inShort), ['h3 ganeti-node monitor  ']);
  });
});

describe('what Pacemaker did, by the log of a story', () => {
  const said = (text: string, host: string | undefined = 'h1') => ({ ms: 10_000, host, text });

  test('is told in the same way', () => {
    const lines = [
      said('> simulate h1 ganeti-master.monitor-fails', undefined),
      said('pacemaker: h2 member'),
      said('pacemaker: ganeti-master monitor failed: 1 SIMULATED GNH009 by /etc/ganeti-ha/simulate.d'),
      said('pacemaker: ganeti-master stopped'),
      said('pacemaker: ganeti-master start failed: 1 the agent died'),
      said('pacemaker: ganeti-node degraded: GNH371 Nothing can be written below /var/lib'),
      said('pacemaker: ganeti-node fine again'),
      said('pacemaker: ganeti-master found running'),
      said('pacemaker: ganeti-master demoted'),
    ];
    assert.deepEqual(actionsInStory(lines).map(inShort), [
      'h1 ganeti-master monitor 1 GNH009',
      'h1 ganeti-master stop 0 ',
      'h1 ganeti-master start 1 ',
      'h1 ganeti-node monitor 190 GNH371',
      'h1 ganeti-master demote 0 ',
    ]);
  });

  test('cuts the power of the host that is fenced, not of the one that asks for it', () => {
    const lines = [said('fencing: off h3 asked', 'h2'), said('fencing: off h3 done', 'h2')];
    assert.deepEqual(powerCutsInStory(lines), [{ at: 10_000, host: 'h3' }]);
  });
});
