import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { devicesOn, placeDevices } from '../../../src/simulate/pacemaker-devices.ts';
import { scriptedCluster } from './scripted-cluster.ts';

/** What crm_simulate of Pacemaker 2.1.5 said for one device each: of whom, when these were online, where. */
const PLACED: readonly (readonly [online: string, placed: string])[] = [
  ['h1 h2 h3 h4 h5', 'h1 h2 h3 h4 h5'],
  ['h2 h3 h4 h5', 'h2 h3 h4 h5 h5'],
  ['h1 h2 h3 h4 h5', 'h2 h3 h4 h5 h1'],
  ['h1 h3 h4 h5', 'h1 h3 h4 h5 h1'],
];

describe('fence devices in the simulated Pacemaker', () => {
  it('go where crm_simulate puts them as nodes come and go', () => {
    const devices = ['h1', 'h2', 'h3', 'h4', 'h5'];
    let placed: ReadonlyMap<string, string> = new Map();
    for (const [online, expected] of PLACED) {
      placed = placeDevices(devices, placed, online.split(' '));
      assert.equal([...placed.values()].join(' '), expected);
    }
    assert.equal(devicesOn(placed, 'h1'), 2);
  });

  it('send the master role where the fewest of them are', async () => {
    const cluster = await scriptedCluster(5);
    cluster.world.powerOff(cluster.host('h1'));
    await cluster.run(30_000);
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h2']);
    cluster.world.powerOn(cluster.host('h1'));
    await cluster.run(30_000);
    cluster.world.powerOff(cluster.host('h2'));
    await cluster.run(30_000);
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h3'], 'h1 runs two devices by now');
  });
});
