import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { COROSYNC_CONF, type CorosyncConf, readCorosyncConf } from '../../../src/pacemaker/corosync-conf.ts';
import { makeMachine } from '../ganeti/machine.ts';

describe('the configuration of corosync', () => {
  const machine = makeMachine();
  after(() => machine.close());

  function read(totem: string, quorum: string, nodes = 3): CorosyncConf {
    const members = Array.from({ length: nodes }, (_, index) => `  node {\n    nodeid: ${index + 1}\n  }\n`);
    machine.put(
      COROSYNC_CONF,
      `# token: 1\ntotem {\n${totem}\n}\nquorum {\n${quorum}\n}\nnodelist {\n${members.join('')}}\n`,
    );
    const answer = readCorosyncConf(machine.env);
    assert.equal(answer.kind, 'known');
    return answer.kind === 'known' ? answer.conf : assert.fail();
  }

  it('is not known where there is none', () => {
    assert.deepEqual(readCorosyncConf(machine.env), {
      kind: 'unknown',
      message: '/etc/corosync/corosync.conf is missing',
    });
  });

  it("has corosync's own token, and more of it for each node beyond two", () => {
    assert.equal(read('', '', 2).tokenMs, 3_000);
    assert.equal(read('', '', 3).tokenMs, 3_650);
    assert.equal(read('  token: 5000', '', 4).tokenMs, 6_300);
    assert.equal(read('token:5000\n  token_coefficient: 0', '', 4).tokenMs, 5_000);
    assert.equal(read('  token: soon', '', 2).tokenMs, 3_000, 'corosync would not start with it');
  });

  it('takes a setting for what it is only in its own section', () => {
    assert.equal(read('', '  token: 9000', 2).tokenMs, 3_000);
    assert.equal(read('  two_node: 1', '', 2).twoNode, false);
    assert.equal(read('  interface {\n    token: 9000\n  }\n  token: 4000', '', 2).tokenMs, 4_000);
  });

  it('tells two_node, and what else decides about quorum and times', () => {
    assert.equal(read('', '  two_node: 1', 2).twoNode, true);
    assert.deepEqual(read('', '  two_node: 0\n  last_man_standing: 0'), {
      tokenMs: 3_650,
      twoNode: false,
      others: [],
    });
    const device = '  device {\n    votes: 1\n    net {\n      host: q1\n    }\n  }\n  last_man_standing: 1';
    assert.deepEqual(read('  consensus: 6000', device).others, [
      'totem.consensus',
      'quorum.device',
      'quorum.last_man_standing',
    ]);
    assert.deepEqual(read('', '  two_node: 1\n  wait_for_all: 1', 2).others, []);
    const apart = '  two_node: 1\n  wait_for_all: 0\n  expected_votes: 3';
    assert.deepEqual(read('', apart, 2).others, ['quorum.expected_votes', 'quorum.wait_for_all']);
  });
});
