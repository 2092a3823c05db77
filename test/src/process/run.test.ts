import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '../../../src/env/env.ts';
import { runCommand } from '../../../src/process/run.ts';
import { livesIn, scriptRoot } from './scripts.ts';

const { root, script, lines } = scriptRoot();

function run(
  program: string,
  extra: {
    args?: readonly string[];
    timeoutMs?: number;
    input?: string;
    env?: Readonly<Record<string, string>>;
  } = {},
): Promise<Outcome> {
  const { args = [], timeoutMs = 20_000, ...rest } = extra;
  return runCommand(root, { program, args, timeoutMs, ...rest });
}

/** Every process of the stub that is to be ended wrote its id. */
function survivors(): readonly number[] {
  return lines('/pids')
    .map(Number)
    .filter((pid) => livesIn(pid, root));
}

/** The kernel ends a killed process a moment after the signal, on a busy machine a longer one. */
async function survivorsInTheEnd(): Promise<readonly number[]> {
  for (let round = 0; round < 100 && survivors().length > 0; round++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return survivors();
}

test('what a program printed and how it ended come back as facts', async () => {
  script('/usr/sbin/speaks', 'echo out; echo err >&2; exit 3');
  const outcome = await run('speaks');
  assert.ok(outcome.kind === 'exited');
  assert.deepEqual([outcome.code, outcome.stdout, outcome.stderr], [3, 'out\n', 'err\n']);
  assert.ok(outcome.durationMs > 0);
});

test('arguments arrive as they are, whatever a shell would make of them', async () => {
  script('/usr/sbin/tells-args', 'for arg; do printf "<%s>" "$arg"; done');
  const args = ['a b', '$HOME', '`id`', '', "'", '"', '*', ';reboot', 'ü\n2'];
  const outcome = await run('tells-args', { args });
  assert.equal(outcome.kind === 'exited' && outcome.stdout, args.map((arg) => `<${arg}>`).join(''));
});

test('standard input is closed: a program that asks gets an end, not a terminal', async () => {
  script('/usr/sbin/asks', 'readlink /proc/$$/fd/0; read answer; echo "[$answer]"');
  const outcome = await run('asks');
  assert.equal(outcome.kind === 'exited' && outcome.stdout, '/dev/null\n[]\n');
});

test('a text for standard input arrives and ends', async () => {
  script('/usr/sbin/reads', 'cat');
  const outcome = await run('reads', { input: 'one\ntwo\n' });
  assert.equal(outcome.kind === 'exited' && outcome.stdout, 'one\ntwo\n');
});

test('a program that does not read its text is no error', async () => {
  script('/usr/sbin/ignores-input', 'exit 0');
  const outcome = await run('ignores-input', { input: 'x'.repeat(1_000_000) });
  assert.equal(outcome.kind === 'exited' && outcome.code, 0);
});

test('a child sees nothing of our environment but what it needs', async () => {
  script('/usr/sbin/tells-environment', 'exec env');
  process.env.GHA_SECRET = 'x';
  process.env.LANG = 'de_DE.UTF-8';
  const outcome = await run('tells-environment', { env: { TZ: 'UTC' } });
  delete process.env.GHA_SECRET;
  assert.ok(outcome.kind === 'exited');
  const names = outcome.stdout
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0]);
  assert.deepEqual(
    names.filter((name) => name !== 'PWD' && name !== '_' && name !== 'SHLVL' && name !== 'OLDPWD').sort(),
    ['GANETI_HA_ROOT', 'HOME', 'LC_ALL', 'PATH', 'TZ'],
  );
  assert.match(outcome.stdout, /^LC_ALL=C$/m);
  assert.match(outcome.stdout, new RegExp(`^PATH=${root}/usr/sbin:`, 'm'));
  assert.match(outcome.stdout, /^PWD=\/$/m);
});

test('at its deadline a program is ended with its children and grandchildren, also where they ignore SIGTERM', async () => {
  script(
    '/usr/sbin/grandchild',
    'trap "" TERM HUP INT; echo $$ >>$GANETI_HA_ROOT/pids; sleep 1000; sleep 1000',
  );
  script(
    '/usr/sbin/child',
    'trap "" TERM HUP INT; echo $$ >>$GANETI_HA_ROOT/pids; grandchild & grandchild & wait; sleep 1000',
  );
  script(
    '/usr/sbin/stubborn',
    'trap "" TERM HUP INT; echo $$ >>$GANETI_HA_ROOT/pids; echo begun; child & child & wait; sleep 1000',
  );
  const started = performance.now();
  const outcome = await run('stubborn', { timeoutMs: 1500 });
  assert.equal(outcome.kind, 'timed-out');
  assert.equal(outcome.kind === 'timed-out' && outcome.stdout, 'begun\n');
  assert.ok(performance.now() - started < 10_000);
  assert.equal(lines('/pids').length, 7);
  assert.deepEqual(await survivorsInTheEnd(), []);
});

test('children of a thread other than the first are ended too', {
  skip: hasPython() ? false : 'no python3 to make threads with',
}, async () => {
  script(
    '/usr/sbin/threads',
    `exec python3 -c '
import os, subprocess, threading, time
def work():
    child = subprocess.Popen(["sleep", "1000"])
    open(os.environ["GANETI_HA_ROOT"] + "/pids", "a").write(f"{child.pid}\\n")
    time.sleep(1000)
threading.Thread(target=work).start()
'`,
  );
  const before = lines('/pids').length;
  assert.equal((await run('threads', { timeoutMs: 2500 })).kind, 'timed-out');
  assert.equal(lines('/pids').length, before + 1);
  assert.deepEqual(await survivorsInTheEnd(), []);
});

test('a daemon that keeps the output open after its starter has ended does not hold us up', async () => {
  script('/usr/sbin/daemon', 'echo $$ >>$GANETI_HA_ROOT/pids; exec sleep 1000');
  script('/usr/sbin/starts-daemon', 'echo starting; setsid daemon & exit 4');
  const started = performance.now();
  const outcome = await run('starts-daemon', { timeoutMs: 15_000 });
  assert.ok(performance.now() - started < 10_000);
  assert.ok(outcome.kind === 'exited', outcome.kind);
  assert.deepEqual([outcome.code, outcome.stdout], [4, 'starting\n']);
  assert.equal(survivors().length, 1, 'a daemon lives on');
  for (const pid of survivors()) process.kill(pid, 'SIGKILL');
});

test('a program that was killed is told apart from one that ended', async () => {
  script('/usr/sbin/kills-itself', 'kill -SEGV $$');
  const outcome = await run('kills-itself');
  assert.equal(outcome.kind === 'killed' && outcome.signal, 'SIGSEGV');
});

test('a program is found by its bare name in the trusted folders only', async () => {
  script('/opt/evil/program', 'echo evil');
  script('/usr/sbin/nested/program', 'echo evil');
  process.env.PATH = `${root}/opt/evil:${process.env.PATH}`;
  assert.deepEqual(await run('program'), { kind: 'not-found', program: 'program' });
  for (const program of [
    '../opt/evil/program',
    'nested/program',
    `${root}/opt/evil/program`,
    '',
    '.',
    '..',
  ]) {
    assert.equal((await run(program)).kind, 'not-found', JSON.stringify(program));
  }
});

test('the folders are searched in their order, daemon-util’s last', async () => {
  script('/usr/lib/ganeti/twice', 'echo last');
  script('/usr/bin/twice', 'echo first');
  script('/usr/lib/ganeti/once', 'echo here');
  const said = async (program: string): Promise<string> => {
    const outcome = await run(program);
    return outcome.kind === 'exited' ? outcome.stdout : outcome.kind;
  };
  assert.deepEqual([await said('twice'), await said('once')], ['first\n', 'here\n']);
});

test('below a test root no program of the real machine is run', async () => {
  assert.deepEqual(await run('true'), { kind: 'not-found', program: 'true' });
});

test('what cannot be executed is told, and nothing is thrown', async () => {
  script('/usr/sbin/bad-interpreter', '');
  const { writeFileSync } = await import('node:fs');
  writeFileSync(`${root}/usr/sbin/bad-interpreter`, '#!/no/such/interpreter\n');
  const outcome = await run('bad-interpreter');
  assert.ok(outcome.kind === 'not-started', outcome.kind);
  assert.notEqual(outcome.message, '');
});

test('a program that never stops talking is ended and not kept in memory', async () => {
  script('/usr/sbin/chatters', 'echo $$ >>$GANETI_HA_ROOT/pids; exec cat /dev/zero');
  const outcome = await run('chatters');
  assert.notEqual(outcome.kind, 'exited');
  assert.deepEqual(await survivorsInTheEnd(), []);
});

function hasPython(): boolean {
  return process.getBuiltinModule('node:child_process').spawnSync('python3', ['--version']).status === 0;
}
