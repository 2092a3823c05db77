// The completion script in a real bash.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { bashCompletion } from '../../packaging/completion/bash.ts';
import { VERBS } from '../../src/cli/command-line.ts';

/** What bash would offer for the last of these words; Ganeti's lists are as given. */
function offered(words: readonly string[], lists: Readonly<Record<string, string>> = {}): readonly string[] {
  const script = `
    cat() { case "$1" in ${Object.entries(lists)
      .map(([name, text]) => `*/ssconf_${name}) echo '${text}' ;;`)
      .join(' ')} esac; }
    ${bashCompletion()}
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _gnt_ha
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const told = execFileSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' });
  return told.split('\n').filter((word) => word !== '');
}

describe('completion for bash', () => {
  it('offers every command', () => {
    assert.deepEqual(
      offered(['gnt-ha', '']),
      VERBS.map((verb) => verb.describe().name()),
    );
  });

  it('offers what begins as typed, and the choices of an option', () => {
    assert.deepEqual(offered(['gnt-ha', 'sta']), ['status']);
    assert.deepEqual(offered(['gnt-ha', 'status', '-o', '']), ['text', 'json']);
    assert.deepEqual(offered(['gnt-ha', 'status', '--output', '=', 'j']), ['json']);
  });

  it("offers a command's own options only", () => {
    assert.deepEqual(offered(['gnt-ha', 'readmit', '--dry']), ['--dry-run']);
    assert.deepEqual(offered(['gnt-ha', 'why', '--dry']), []);
    assert.deepEqual(offered(['gnt-ha', 'why', '--h']), ['--help']);
  });

  it("offers Ganeti's nodes from the list on this host", () => {
    const lists = { node_list: 'h1.lab.test\nh2.lab.test' };
    assert.deepEqual(offered(['gnt-ha', 'why', 'h2'], lists), ['h2.lab.test']);
    assert.deepEqual(offered(['gnt-ha', 'simulate', '--fail', ''], lists), ['h1.lab.test', 'h2.lab.test']);
  });

  it('offers the words below a command beside the instances, and what each of them knows', () => {
    const lists = { instance_list: 'web.lab.test\nstore.lab.test' };
    assert.deepEqual(offered(['gnt-ha', 'repair', 's'], lists), ['store.lab.test', 'status']);
    assert.deepEqual(offered(['gnt-ha', 'repair', 'status', '--dry'], lists), []);
    assert.deepEqual(offered(['gnt-ha', 'repair', 'web.lab.test', '--dry'], lists), ['--dry-run']);
  });

  it('offers nothing for a text that nobody can guess', () => {
    assert.deepEqual(offered(['gnt-ha', 'pause', '--reason', '']), []);
  });

  it('offers nothing, and complains of nothing, without Ganeti', () => {
    assert.deepEqual(offered(['gnt-ha', 'why', '']), []);
  });
});
