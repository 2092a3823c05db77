import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agreesWithScenario, outcomeInScenario } from './agreement.ts';

describe('a drill that goes as its scenario', () => {
  const title = 'a luxid or a noded of the master that hangs is restarted where it is';

  test('agrees with it, also where another host is master', async () => {
    const { decided, acted } = await outcomeInScenario(title);
    assert.deepEqual(decided, [], 'nobody has anything to decide');
    await agreesWithScenario(title, 'h2', { decided, acted });
  });

  test('does not where Pacemaker did less, or somebody decided more', async () => {
    const { decided, acted } = await outcomeInScenario(title);
    const less = agreesWithScenario(title, 'h1', { decided, acted: acted.slice(1) });
    await assert.rejects(less, /what was decided and done in the drill/);
    const more = agreesWithScenario(title, 'h1', { decided: [{ what: 'offline', hosts: ['h3'] }], acted });
    await assert.rejects(more, /what was decided and done in the drill/);
  });
});

describe('a drill that may go several ways', () => {
  const title = 'stonith-action=reboot: a killed host that is not master is back in seconds';
  const off = { what: 'offline', hosts: ['h3'] };
  const back = { what: 'readmit', hosts: ['h3'] };
  const ways = [[], [off], [off, back]];

  test('goes one of them', async () => {
    const { acted } = await outcomeInScenario(title);
    for (const decided of ways) await agreesWithScenario(title, 'h1', { decided, acted }, ways);
    const other = agreesWithScenario(title, 'h1', { decided: [back, off], acted }, ways);
    await assert.rejects(other, /is none of what the drill may decide/);
    const another = { what: 'offline', hosts: ['h2'] };
    const wrongHost = agreesWithScenario(title, 'h1', { decided: [another], acted }, ways);
    await assert.rejects(wrongHost, /is none of what the drill may decide/);
  });

  test('has a scenario that goes one of them', async () => {
    const { acted } = await outcomeInScenario(title);
    const never = agreesWithScenario(title, 'h1', { decided: [], acted }, [[], [off]]);
    await assert.rejects(never, /offline: node 1; readmit: node 1 is none of what the drill may decide/);
  });

  test('has Pacemaker do what it does in the scenario, whichever way it goes', async () => {
    const idle = agreesWithScenario(title, 'h1', { decided: [off], acted: [] }, ways);
    await assert.rejects(idle, /what was decided and done in the drill/);
  });
});
