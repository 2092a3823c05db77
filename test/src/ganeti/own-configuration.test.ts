import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { readOwnConfiguration } from '../../../src/ganeti/own-configuration.ts';
import { DATA, makeMachine } from './machine.ts';

const FILE = `${DATA}/config.data`;

describe("this node's own configuration", () => {
  const machine = makeMachine();
  after(() => machine.close());

  it("tells its master's name and the serial of the whole", () => {
    const nodes = { 'uuid-1': { name: 'h1.lab.test' }, 'uuid-2': { name: 'h2.lab.test' } };
    machine.put(
      FILE,
      JSON.stringify({ serial_no: 22, cluster: { master_node: 'uuid-2', serial_no: 14 }, nodes }),
    );
    assert.deepEqual(readOwnConfiguration(machine.env, DATA), {
      kind: 'known',
      master: 'h2.lab.test',
      serial: 22,
    });
  });

  it('is missing on a node that is no candidate', () => {
    assert.deepEqual(readOwnConfiguration(machine.env, '/nowhere'), { kind: 'missing' });
  });

  const broken = {
    'cut off in the middle': '{"serial_no":22,"cluster":{',
    empty: '',
    'no object': '[]',
    'without a serial': '{"cluster":{"master_node":"a"},"nodes":{"a":{"name":"h1"}}}',
    'with a serial that is a text':
      '{"serial_no":"22","cluster":{"master_node":"a"},"nodes":{"a":{"name":"h1"}}}',
    'with a master it does not describe':
      '{"serial_no":22,"cluster":{"master_node":"b"},"nodes":{"a":{"name":"h1"}}}',
    'with a master named like a property of every object':
      '{"serial_no":22,"cluster":{"master_node":"constructor"},"nodes":{}}',
  };
  for (const [what, text] of Object.entries(broken)) {
    it(`is unreadable where it is ${what}, and the file is named`, () => {
      machine.put(FILE, text);
      const own = readOwnConfiguration(machine.env, DATA);
      assert.ok(own.kind === 'unreadable' && own.message.includes(FILE));
    });
  }
});
