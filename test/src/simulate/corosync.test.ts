import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Ring, simulatedCorosync } from '../../../src/simulate/corosync.ts';
import { hasQuorum } from '../../../src/simulate/corosync-votes.ts';
import { makeWorld } from '../../../src/simulate/make-world.ts';
import type { SimHost, World } from '../../../src/simulate/world.ts';

interface Rig {
  readonly world: World;
  readonly hosts: readonly SimHost[];
  readonly corosync: ReturnType<typeof simulatedCorosync>;
  /** `ms sequence: names`, an exclamation mark where there is no quorum. */
  readonly rings: string[];
}

async function rig(
  size: number,
  options: { twoNode?: boolean; lastManStanding?: boolean } = {},
): Promise<Rig> {
  const world = makeWorld(
    Array.from({ length: size }, (_, index) => ({
      name: `h${index + 1}`,
      ganetiName: `h${index + 1}.lab.test`,
      address: `192.0.2.${11 + index}`,
    })),
  );
  const rings: string[] = [];
  const tell = ({ sequence, hosts, quorate }: Ring): void => {
    rings.push(
      `${world.clock.now()} ${sequence}: ${hosts.map(({ name }) => name).join(' ')}${quorate ? '' : ' !'}`,
    );
  };
  const { twoNode = false, lastManStanding = false } = options;
  const corosync = simulatedCorosync(
    world,
    { twoNode, waitForAll: twoNode || lastManStanding, lastManStanding, tokenMs: 3_650 },
    { formed: tell },
  );
  for (const host of world.hosts) {
    world.powerOn(host);
    corosync.start(host);
  }
  await world.runUntil(1_000);
  assert.equal(rings.length, 1);
  return { world, hosts: world.hosts, corosync, rings: rings.splice(0) && rings };
}

const at = (hosts: readonly SimHost[], index: number): SimHost => hosts[index] ?? assert.fail('no such host');

describe('simulated corosync', () => {
  it('notices a dead host after the token and the consensus timeout', async () => {
    const { world, hosts, rings } = await rig(3);
    world.powerOff(at(hosts, 2));
    await world.runUntil(20_000);
    assert.deepEqual(rings, ['9030 8: h1 h2']);
  });

  it('notices a second death with the first, and not before', async () => {
    const { world, hosts, rings } = await rig(5);
    world.powerOff(at(hosts, 3));
    await world.runUntil(2_000);
    world.powerOff(at(hosts, 4));
    await world.runUntil(30_000);
    assert.deepEqual(rings, ['9030 8: h1 h2 h3']);
  });

  it('has who comes in the middle of it wait for the consensus timeout', async () => {
    const { world, hosts, corosync, rings } = await rig(3);
    world.powerOff(at(hosts, 0));
    await world.runUntil(12_000);
    world.powerOff(at(hosts, 1));
    await world.runUntil(13_000);
    world.powerOn(at(hosts, 0));
    corosync.start(at(hosts, 0));
    await world.runUntil(30_000);
    assert.deepEqual(rings, ['9030 8: h2 h3', '17380 12: h1 h3']);
  });

  it('notices nothing of a cut that is healed before the token is lost for good', async () => {
    const { world, hosts, rings } = await rig(3);
    world.cut([at(hosts, 2)]);
    await world.runUntil(6_000);
    world.heal([at(hosts, 2)]);
    await world.runUntil(30_000);
    assert.deepEqual(rings, []);
  });

  it('splits, and merges soon after the network is healed', async () => {
    const { world, hosts, rings } = await rig(3);
    world.cut([at(hosts, 2)]);
    await world.runUntil(20_000);
    world.heal([at(hosts, 2)]);
    await world.runUntil(21_000);
    assert.deepEqual(rings, ['9030 8: h1 h2', '9030 8: h3 !', '20150 12: h1 h2 h3']);
  });

  it('knows at once of a host that leaves in order', async () => {
    const { world, hosts, corosync, rings } = await rig(3);
    corosync.stop(at(hosts, 0));
    await world.runUntil(2_000);
    assert.deepEqual(rings, ['1150 8: h2 h3']);
  });

  it('takes a host that was restarted within the token timeout for a new one', async () => {
    const { world, hosts, corosync, rings } = await rig(3);
    world.powerOff(at(hosts, 1));
    await world.runUntil(3_000);
    world.powerOn(at(hosts, 1));
    corosync.start(at(hosts, 1));
    await world.runUntil(30_000);
    assert.deepEqual(rings, ['3150 8: h1 h2 h3']);
  });

  it('keeps the ring sequence number on the disk of each host, in eight bytes', async () => {
    const { hosts } = await rig(2);
    const file = at(hosts, 1).disk.readBase64('/var/lib/corosync/ringid_2');
    assert.equal(file.kind === 'text' && Buffer.from(file.text, 'base64').readBigUInt64LE(0), 4n);
  });

  it('gives one of two hosts quorum only after it has seen the other', async () => {
    const { world, hosts, corosync, rings } = await rig(2, { twoNode: true });
    world.powerOff(at(hosts, 1));
    await world.runUntil(20_000);
    assert.deepEqual(rings.splice(0), ['9030 8: h1']);
    world.powerOff(at(hosts, 0));
    world.powerOn(at(hosts, 0));
    corosync.start(at(hosts, 0));
    await world.runUntil(30_000);
    assert.deepEqual(rings, ['20150 12: h1 !']);
  });

  it('lets a last man stand after the others have gone one by one', async () => {
    const { world, hosts, rings } = await rig(4, { lastManStanding: true });
    world.powerOff(at(hosts, 3));
    await world.runUntil(30_000);
    world.powerOff(at(hosts, 2));
    await world.runUntil(60_000);
    assert.deepEqual(rings, ['9030 8: h1 h2 h3', '38030 12: h1 h2']);
  });
});

describe('votes', () => {
  const plain = { twoNode: false, waitForAll: false, lastManStanding: false };
  for (const [votes, expected, quorum] of [
    [2, 3, true],
    [1, 3, false],
    [2, 4, false],
    [3, 4, true],
    [1, 2, false],
  ] as const) {
    it(`${votes} of ${expected} are ${quorum ? 'a' : 'no'} quorum`, () => {
      assert.equal(hasQuorum(plain, votes, expected, true), quorum);
    });
  }

  it('one of two is a quorum with two_node, but not before both were seen', () => {
    const twoNode = { ...plain, twoNode: true, waitForAll: true };
    assert.equal(hasQuorum(twoNode, 1, 2, true), true);
    assert.equal(hasQuorum(twoNode, 1, 2, false), false);
  });
});
