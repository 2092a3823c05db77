import assert from 'node:assert/strict';
import { realpathSync } from 'node:fs';
import { relative } from 'node:path';
import { before, describe, it } from 'node:test';
import { inLayer } from '../lab/layer/in-layer.ts';
import { projectDir } from '../lab/paths.ts';
import { needsRoot } from './needs-root.ts';
import { REFUSED, UNDERSTOOD } from './systemd/files-of-defaults.ts';
import type { Asked, Seen } from './systemd/play.ts';

const HERE = '/project/test/contract/systemd';
const SKIPS = '--no-voting|--yes-do-it';
/** Debian's own, from its file of defaults. */
const RAPI = '-f|-b|127.0.0.1|--require-authentication';

/** The real systemd as pid 1 of namespaces of its own, units like upstream's, Debian's daemon-util, our code. */
describe("Ganeti's daemons under systemd", { skip: needsRoot }, () => {
  let seen: Seen;
  before(async () => {
    const node = `/project/${relative(projectDir, realpathSync(process.execPath))}`;
    const argv = [`${HERE}/boot.sh`, node, `${HERE}/play.ts`];
    const { stdout } = await inLayer(argv, { agents: false, timeoutMs: 180_000 });
    seen = JSON.parse(stdout) as Seen;
  });

  function votersHave(when: string, args: string): void {
    const all = { 'ganeti-wconfd': args, 'ganeti-luxid': args, 'ganeti-rapi': RAPI };
    assert.deepEqual(seen.arguments[when], all, when);
  }
  function asked(about: readonly Asked[], text: string): Asked {
    const found = about.find((one) => one.text === text);
    assert.ok(found, text);
    return found;
  }

  it('come up without a vote, rapi too, though each takes its time to have a pid file', () => {
    const how = 'started ganeti-wconfd, started ganeti-luxid, started ganeti-rapi';
    assert.deepEqual([seen.started, seen.log], [{ kind: 'done', how }, []]);
    votersHave('started without a vote', `-f|${SKIPS}`);
  });

  it('vote at their next start where nothing else was done', () => votersHave('restarted', '-f'));

  it('skip the vote at each later start once that was made lasting, whoever starts them', () => {
    for (const when of ['restarted', 'all restarted', 'crashed', 'reloaded by another'])
      votersHave(`overridden, ${when}`, `-f|${SKIPS}`);
  });

  it('vote again after the withdrawal, without a daemon-reload, and skip it when told so once more', () => {
    votersHave('withdrawn, restarted', '-f');
    votersHave('overridden once more', `-f|${SKIPS}`);
  });

  it('are down after a stop and stay down, also the one that had no pid file yet', () => {
    assert.equal(seen.stopped.kind, 'done');
    assert.deepEqual(seen.statesAfterStop, ['inactive', 'inactive', 'inactive']);
  });

  for (const text of UNDERSTOOD) {
    it(`keep the arguments that systemd takes from ${JSON.stringify(text)}`, () => {
      const { before, result, after } = asked(seen.defaults, text);
      assert.deepEqual([result.kind, after], ['done', `${before}|${SKIPS}`]);
    });
  }
  for (const text of REFUSED) {
    it(`keep their vote, and that is said, with ${JSON.stringify(text)}`, () => {
      const { before, result, after } = asked(seen.defaults, text);
      assert.deepEqual([result.kind, after], ['failed', before]);
    });
  }

  it("skip the vote also where the administrator's own drop-in names another file of arguments", () => {
    const { before, result, after } = seen.edits[0] ?? assert.fail();
    assert.deepEqual([before, result.kind, after], ['-f|-d', 'done', `-f|${SKIPS}`]);
  });

  it('keep their vote, and that is said, where the administrator starts them without our arguments', () => {
    for (const { before, result, after } of seen.edits.slice(1)) {
      assert.ok(result.kind === 'failed' && result.message.includes('does not start with $LUXID_ARGS'));
      assert.equal(after, before);
    }
    assert.equal(seen.edits.length, 3);
  });
});
