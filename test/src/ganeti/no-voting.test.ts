import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { NO_VOTING, NO_VOTING_ENV } from '../../../src/env/paths.ts';
import { DEFAULTS, skipVote, tidyDefaults } from '../../../src/ganeti/no-voting.ts';
import { skipsVote, voteAgain } from '../../../src/ganeti/no-voting-marker.ts';
import { type Machine, makeMachine } from './machine.ts';

/** As Debian 12 ships it. */
const OWN = 'RAPI_ARGS="-b 127.0.0.1 --require-authentication"\nWCONFD_ARGS=""\nLUXID_ARGS="-d"\n';
const DROP_IN = '/run/systemd/system/ganeti-luxid.service.d/zz-ganeti-ha.conf';

describe('the vote of luxid and wconfd', () => {
  let machine: Machine;
  beforeEach(() => {
    machine = makeMachine();
    machine.put(DEFAULTS, OWN);
  });
  afterEach(() => machine.close());

  /** What daemon-util of Ganeti 3.0.2 would start a daemon with: it reads the file under `set -e`, and then adds both. */
  function argumentsOf(daemon: 'LUXID' | 'WCONFD' | 'RAPI'): string {
    const text = (machine.read(DEFAULTS) ?? '').replaceAll('/run/ganeti-ha', `${machine.root}/run/ganeti-ha`);
    machine.put('/defaults', text);
    const script = `set -e; f=${machine.root}/defaults; if [[ -s $f ]]; then . $f; fi
      eval args="\\"\\$${daemon}_ARGS \\$EXTRA_${daemon}_ARGS\\""; echo "[$args]"`;
    return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim();
  }

  it('is skipped at every start once it was made so, and nothing else changes', async () => {
    assert.equal(argumentsOf('LUXID'), '[-d ]');
    assert.deepEqual(await skipVote(machine.env), { kind: 'done' });
    assert.equal(skipsVote(machine.env), true);
    assert.equal(argumentsOf('LUXID'), '[-d  --no-voting --yes-do-it]');
    assert.equal(argumentsOf('WCONFD'), '[  --no-voting --yes-do-it]');
    assert.equal(argumentsOf('RAPI'), '[-b 127.0.0.1 --require-authentication ]');
    assert.deepEqual(machine.calls(), []);
  });

  it('counts again as soon as one file below /run is gone, as after a reboot', async () => {
    await skipVote(machine.env);
    machine.env.files.remove(NO_VOTING);
    assert.equal(skipsVote(machine.env), false);
    assert.equal(argumentsOf('LUXID'), '[-d ]');
    assert.equal(argumentsOf('WCONFD'), '[ ]');
  });

  it("is withdrawn to the last byte of the administrator's file, with its permissions", async () => {
    chmodSync(machine.root + DEFAULTS, 0o664);
    const umask = process.umask(0o026);
    await skipVote(machine.env);
    process.umask(umask);
    assert.equal(statSync(machine.root + DEFAULTS).mode & 0o777, 0o664);
    assert.deepEqual(voteAgain(machine.env), { kind: 'done' });
    assert.deepEqual(tidyDefaults(machine.env), { kind: 'done' });
    assert.equal(machine.read(DEFAULTS), OWN);
    assert.equal(statSync(machine.root + DEFAULTS).mode & 0o777, 0o664);
  });

  it('is skipped where the file of defaults was missing, which then goes again', async () => {
    machine.env.files.remove(DEFAULTS);
    await skipVote(machine.env);
    assert.equal(argumentsOf('LUXID'), '[  --no-voting --yes-do-it]');
    voteAgain(machine.env);
    tidyDefaults(machine.env);
    assert.equal(machine.read(DEFAULTS), undefined);
  });

  it('is skipped again where a package upgrade has put back its own file', async () => {
    await skipVote(machine.env);
    const hooked = machine.read(DEFAULTS);
    machine.put(DEFAULTS, OWN);
    assert.deepEqual(await skipVote(machine.env), { kind: 'done' });
    assert.equal(machine.read(DEFAULTS), hooked);
  });

  it('is written once, however often it is asked for', async () => {
    await skipVote(machine.env);
    const before = statSync(machine.root + DEFAULTS);
    const marker = statSync(machine.root + NO_VOTING);
    await skipVote(machine.env);
    assert.equal(statSync(machine.root + DEFAULTS).ino, before.ino);
    assert.equal(statSync(machine.root + NO_VOTING).ino, marker.ino);
  });

  it('is not skipped where the file of defaults is a link into the hands of another', async () => {
    machine.env.files.remove(DEFAULTS);
    machine.put('/srv/defaults', OWN);
    symlinkSync(`${machine.root}/srv/defaults`, machine.root + DEFAULTS);
    const result = await skipVote(machine.env);
    assert.ok(result.kind === 'failed' && result.message.includes('no plain file of root'));
    assert.equal(skipsVote(machine.env), false);
    assert.equal(machine.read('/srv/defaults'), OWN);
  });

  it('is not skipped where the file of defaults cannot be read', async () => {
    machine.env.files.remove(DEFAULTS);
    mkdirSync(machine.root + DEFAULTS);
    assert.equal((await skipVote(machine.env)).kind, 'failed');
    assert.equal(skipsVote(machine.env), false);
  });

  describe("under upstream's systemd units", () => {
    beforeEach(() => {
      mkdirSync(`${machine.root}/run/systemd/system`, { recursive: true });
      machine.put('/lib/systemd/system/ganeti.target', '');
      machine.program('systemctl', 'systemctl-knows-units');
    });

    it("is skipped by a drop-in below /run, and the administrator's file stays as it is", async () => {
      assert.deepEqual(await skipVote(machine.env), { kind: 'done' });
      assert.equal(machine.read(DEFAULTS), OWN);
      assert.match(
        machine.read(DROP_IN) ?? '',
        /^\[Service\]\nEnvironmentFile=-\/run\/ganeti-ha\/no-voting\.env$/m,
      );
      // The later of two EnvironmentFile wins, so the administrator's own argument is in it.
      assert.equal(
        machine.read(NO_VOTING_ENV),
        'WCONFD_ARGS="--no-voting --yes-do-it"\nLUXID_ARGS="-d --no-voting --yes-do-it"\n',
      );
      assert.equal(skipsVote(machine.env), true);
    });

    const reloads = (): number => machine.calls().filter((call) => call.includes('daemon-reload')).length;

    it('tells systemd of the drop-in once, and needs it no more to withdraw', async () => {
      await skipVote(machine.env);
      const before = machine.calls();
      await skipVote(machine.env);
      assert.deepEqual(machine.calls(), before);
      voteAgain(machine.env);
      assert.equal((await skipVote(machine.env)).kind, 'done');
      assert.equal(reloads(), 1);
    });

    it('is skipped also where an earlier call ended before systemd was told of the drop-in', async () => {
      await skipVote(machine.env);
      machine.env.files.remove(NO_VOTING);
      rmSync(`${machine.root}/known`, { recursive: true });
      assert.equal((await skipVote(machine.env)).kind, 'done');
      assert.equal(reloads(), 2);
    });

    it('counts where systemd does not take the drop-in, and the next time it is told again', async () => {
      machine.program('systemctl', 'exits-1');
      const result = await skipVote(machine.env);
      assert.ok(result.kind === 'failed' && result.message.includes('systemctl show'));
      assert.equal(machine.read(DROP_IN), undefined);
      assert.equal(skipsVote(machine.env), false);
      machine.program('systemctl', 'systemctl-knows-units');
      assert.deepEqual(await skipVote(machine.env), { kind: 'done' });
    });

    it('counts where a drop-in that comes later undoes ours', async () => {
      machine.put('/another-drop-in', '');
      const result = await skipVote(machine.env);
      assert.ok(result.kind === 'failed' && result.message.includes('does not read'));
      assert.equal(machine.read(DROP_IN), undefined);
      assert.equal(skipsVote(machine.env), false);
    });

    for (const command of ['-d', `\${LUXID_ARGS} $ONETIME_ARGS`, '--options=$LUXID_ARGS']) {
      it(`counts where luxid is started with ${command}, and systemd is not even told`, async () => {
        machine.put('/own-command', command);
        const result = await skipVote(machine.env);
        assert.ok(result.kind === 'failed' && result.message.includes('does not start with $LUXID_ARGS'));
        assert.equal(reloads(), 0);
        assert.equal(skipsVote(machine.env), false);
      });
    }

    it('counts where the arguments of the administrator cannot be copied', async () => {
      machine.put(DEFAULTS, 'LUXID_ARGS="--x=$(date)"\n');
      const result = await skipVote(machine.env);
      assert.ok(result.kind === 'failed' && result.message.includes('LUXID_ARGS'));
      assert.equal(skipsVote(machine.env), false);
    });

    it("finds no assignment in the init script's block, which may be left in the file", async () => {
      const { BLOCK } = await import('../../../src/ganeti/no-voting.ts');
      assert.doesNotMatch(BLOCK, /=/);
    });
  });
});
