import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { MASTER_RELEASED, MASTER_STARTED, MASTER_STARTING } from '../../../src/env/paths.ts';
import type { VerdictKind } from '../../../src/evidence/verdict.ts';
import { DEFAULTS, skipVote } from '../../../src/ganeti/no-voting.ts';
import { skipsVote } from '../../../src/ganeti/no-voting-marker.ts';
import type { Ssconf } from '../../../src/ganeti/ssconf.ts';
import { mapNames } from '../../../src/pacemaker/names.ts';
import type { ClusterView } from '../../../src/sweep/view.ts';
import { endOverride, keepOverride } from '../../../src/sweep/vote-override.ts';
import { DIRS, type Machine, makeMachine } from '../ganeti/machine.ts';

const ME = 'h1.lab.test';
const UP = { unclean: false, standby: false, maintenance: false, shutdown: false, expectedUp: true };

/** What a look has found; `online` are Pacemaker's names. */
function viewOf(
  verdicts: Readonly<Record<string, VerdictKind>>,
  online: readonly string[],
  quorum = true,
): ClusterView {
  const names = Object.keys(verdicts);
  const nodes = names.map((name, index) => ({
    ...UP,
    name,
    id: String(index + 1),
    type: 'member',
    pending: false,
    online: online.includes(name),
    attributes: {},
  }));
  return {
    lookedMs: 0,
    answer: {
      kind: 'ok',
      state: {
        quorum,
        dc: 'h1',
        stonithEnabled: true,
        maintenanceMode: false,
        fenceHistoryKnown: true,
        nodes,
        fenceEvents: [],
      },
    },
    names: mapNames(nodes, names.map(fqdn)),
    evidence: new Map(),
    verdicts: names.map((name) => ({ node: fqdn(name), verdict: verdicts[name] ?? 'unknown', reasons: [] })),
  };
}

function fqdn(name: string): string {
  return `${name}.lab.test`;
}

function ssconfOf(nodeList: readonly string[]): Ssconf {
  return {
    masterNode: ME,
    nodeList,
    masterCandidates: nodeList,
    offlineNodes: [],
    clusterTags: [],
    masterIp: '192.0.2.100',
    primaryIps: new Map(),
    secondaryIps: new Map(),
    sshPorts: new Map(),
  };
}

describe('the override of the vote, after a look of the master', () => {
  let machine: Machine;
  beforeEach(() => {
    machine = makeMachine();
    machine.put(MASTER_STARTED, '1\n');
  });
  afterEach(() => machine.close());

  const TWO = ssconfOf([ME, 'h2.lab.test']);
  const DEAD = viewOf({ h1: 'alive', h2: 'fenced' }, ['h1']);

  async function keep(view: ClusterView | undefined, ssconf = TWO): Promise<boolean> {
    assert.deepEqual(await keepOverride({ env: machine.env, parameters: DIRS }, ssconf, ME, view), []);
    return skipsVote(machine.env);
  }

  it('is made to last where the other of two is proven dead', async () => {
    assert.equal(await keep(DEAD), true);
    assert.match(machine.read(DEFAULTS) ?? '', /no-voting\.sh/);
  });

  it('is withdrawn as soon as the other is back, to the last byte', async () => {
    machine.put(DEFAULTS, 'LUXID_ARGS=""\n');
    await keep(DEAD);
    assert.equal(await keep(viewOf({ h1: 'alive', h2: 'alive' }, ['h1', 'h2'])), false);
    assert.equal(machine.read(DEFAULTS), 'LUXID_ARGS=""\n');
  });

  it('goes on while the other is back but offline in Ganeti: nothing tells it who is master', async () => {
    const held = { ...TWO, offlineNodes: ['h2.lab.test'] };
    await keep(DEAD, held);
    assert.equal(await keep(viewOf({ h1: 'alive', h2: 'alive' }, ['h1', 'h2']), held), true);
    assert.equal(await keep(viewOf({ h1: 'alive', h2: 'alive' }, ['h1', 'h2'])), false);
  });

  it('is not made where the vote can be won', async () => {
    const three = ssconfOf([ME, 'h2.lab.test', 'h3.lab.test']);
    assert.equal(await keep(viewOf({ h1: 'alive', h2: 'alive', h3: 'fenced' }, ['h1', 'h2']), three), false);
    assert.equal(machine.read(DEFAULTS), undefined);
  });

  it('is made for half of four, and for one of three', async () => {
    const four = ssconfOf([ME, 'h2.lab.test', 'h3.lab.test', 'h4.lab.test']);
    const half = viewOf({ h1: 'alive', h2: 'alive', h3: 'fenced', h4: 'fenced' }, ['h1', 'h2']);
    assert.equal(await keep(half, four), true);
    const three = ssconfOf([ME, 'h2.lab.test', 'h3.lab.test']);
    assert.equal(await keep(viewOf({ h1: 'alive', h2: 'fenced', h3: 'fenced' }, ['h1']), three), true);
  });

  for (const verdict of ['lost', 'unknown'] as const) {
    it(`is withdrawn where the other is ${verdict}, which proves nothing`, async () => {
      await keep(DEAD);
      assert.equal(await keep(viewOf({ h1: 'alive', h2: verdict }, ['h1'])), false);
    });
  }

  it('is withdrawn without quorum', async () => {
    await keep(DEAD);
    assert.equal(await keep(viewOf({ h1: 'alive', h2: 'fenced' }, ['h1'], false)), false);
  });

  it('is not made for a node in standby, whose noded votes as before', async () => {
    assert.equal(await keep(viewOf({ h1: 'alive', h2: 'left' }, ['h1', 'h2'])), false);
  });

  it('stays as it is where Pacemaker does not answer', async () => {
    const silent = { ...DEAD, answer: { kind: 'unavailable', message: 'timeout' } } as const;
    assert.equal(await keep(silent), false);
    await keep(DEAD);
    assert.equal(await keep(silent), true);
    assert.equal(await keep(undefined), true);
  });

  it('is not made by a master that our agent did not start, nor by one that gave the role up', async () => {
    machine.put(MASTER_RELEASED, '1\n');
    assert.equal(await keep(DEAD), false);
    machine.env.files.remove(MASTER_RELEASED);
    machine.env.files.remove(MASTER_STARTED);
    assert.equal(await keep(DEAD), false);
  });

  it('does not survive a stop in the middle of it', async () => {
    const { files } = machine.env;
    const env = {
      ...machine.env,
      files: {
        ...files,
        write: (path: string, text: string, mode?: number) => {
          files.remove(MASTER_STARTED);
          return files.write(path, text, mode);
        },
      },
    };
    await keepOverride({ env, parameters: DIRS }, TWO, ME, DEAD);
    assert.equal(skipsVote(machine.env), false);
  });

  it('is told with its reason where it cannot be made to last', async () => {
    machine.put(`${DEFAULTS}/in-the-way`, '');
    const [reason, ...more] = await keepOverride({ env: machine.env, parameters: DIRS }, TWO, ME, DEAD);
    assert.deepEqual(more, []);
    assert.equal(reason?.code, 'GNH365');
    assert.match(reason?.text ?? '', /1 of 2 nodes are alive.*EISDIR/);
  });

  it('is let alone by others while a start of the role is under way', async () => {
    await skipVote(machine.env);
    machine.put(MASTER_STARTING, `${process.pid}\n`);
    endOverride(machine.env, 'this node is not master');
    assert.equal(skipsVote(machine.env), true);
    machine.env.files.remove(MASTER_STARTING);
    endOverride(machine.env, 'this node is not master');
    assert.equal(skipsVote(machine.env), false);
  });
});
