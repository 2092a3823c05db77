import type { Env, WriteResult } from '../env/env.ts';
import { NO_VOTING, NO_VOTING_ENV } from '../env/paths.ts';
import { systemdOwnsDaemons } from './daemons.ts';
import { dropInsAreThere, writeDropIns } from './no-voting-systemd.ts';

/** Ganeti's own names of the two daemons that vote at every start, as its files of defaults have them. */
export const VOTERS = ['WCONFD', 'LUXID'] as const;
/** Both words are needed, the one without the other ends the daemon with 1. */
export const NO_VOTING_ARGS = ['--no-voting', '--yes-do-it'] as const;

/** What every `daemon-util` reads, whoever calls it: watcher, init script, failover, package upgrade. */
export const DEFAULTS = '/etc/default/ganeti';

/**
 * Where the vote cannot be won, luxid and wconfd started with `--no-voting` come back by themselves only if whoever
 * restarts them gives it to them again. daemon-util takes arguments from DEFAULTS alone, and nothing below /run; so
 * that file gets a block that does nothing but read NO_VOTING, which is below /run: a reboot ends the override by
 * nature, and removing that one file withdraws it, also where /etc can no longer be written. The block holds no `=`:
 * systemd, which reads the same file as a list of assignments and knows no `if`, finds none in it. It ends with
 * status 0, since daemon-util runs under `set -e`. Upstream's units get drop-ins below /run instead.
 */
export const BLOCK = `# BEGIN ganeti-ha: does nothing unless this file exists, which no reboot survives
if [ -r ${NO_VOTING} ]; then . ${NO_VOTING}; fi
# END ganeti-ha
`;

const SCRIPT = `# Half or more of the nodes are proven dead, so Ganeti's vote cannot be won: luxid and wconfd skip it.
# Written and removed by ocf:ganeti:ganeti-master.
${VOTERS.map((name) => `EXTRA_${name}_ARGS="$EXTRA_${name}_ARGS ${NO_VOTING_ARGS.join(' ')}"\n`).join('')}`;

/**
 * Lets luxid and wconfd skip the vote at every start in this boot. Only with quorum and proof that nobody else can be
 * master. Quick and without a process where all is in place; puts back what a package or an administrator overwrote.
 * `failed`: the marker may stand, and has no effect on some way of starting them.
 */
export async function skipVote(env: Env): Promise<WriteResult> {
  const systemd = systemdOwnsDaemons(env);
  const hooked = systemd ? await hookSystemd(env) : hookDefaults(env);
  if (hooked.kind === 'failed') return hooked;
  return same(env, NO_VOTING, SCRIPT) ? hooked : env.files.write(NO_VOTING, SCRIPT);
}

/** Takes the block out of the administrator's file again; it is as it was before then. Inert where that fails. */
export function tidyDefaults(env: Pick<Env, 'files'>): WriteResult {
  const found = env.files.read(DEFAULTS);
  if (found.kind !== 'text' || !found.text.includes(BLOCK)) return { kind: 'done' };
  const text = found.text.replaceAll(BLOCK, '');
  if (text === '') return env.files.remove(DEFAULTS);
  const stat = env.files.lstat(DEFAULTS);
  return stat.kind === 'file' ? env.files.write(DEFAULTS, text, stat.mode) : { kind: 'done' };
}

function hookDefaults(env: Env): WriteResult {
  const found = env.files.read(DEFAULTS);
  if (found.kind === 'unreadable') return { kind: 'failed', message: found.message };
  const before = found.kind === 'missing' ? '' : found.text;
  if (before.includes(BLOCK)) return { kind: 'done' };
  const stat = env.files.lstat(DEFAULTS);
  // A link, or somebody else's file, is in somebody else's hands: it would be replaced by a plain file of root.
  if (stat.kind !== 'missing' && (stat.kind !== 'file' || stat.uid !== env.host.uid)) {
    return { kind: 'failed', message: `${DEFAULTS} is no plain file of root` };
  }
  const end = before === '' || before.endsWith('\n') ? '' : '\n';
  return env.files.write(DEFAULTS, before + end + BLOCK, stat.kind === 'file' ? stat.mode : 0o644);
}

async function hookSystemd(env: Env): Promise<WriteResult> {
  const found = env.files.read(DEFAULTS);
  if (found.kind === 'unreadable') return { kind: 'failed', message: found.message };
  const assigned = assignments(found.kind === 'missing' ? '' : found.text);
  if (assigned.kind === 'failed') return assigned;
  // The marker is written last, so with it systemd has been told of the drop-ins.
  const told = same(env, NO_VOTING, SCRIPT) && dropInsAreThere(env);
  const hooked: WriteResult = told ? { kind: 'done' } : await writeDropIns(env);
  if (hooked.kind === 'failed') {
    // Where only one of the units reads it, or as one word, its daemon would not even vote.
    env.files.remove(NO_VOTING_ENV);
    return hooked;
  }
  return same(env, NO_VOTING_ENV, assigned.text) ? hooked : env.files.write(NO_VOTING_ENV, assigned.text);
}

/** What an administrator's arguments may hold to be copied; quoting inside them is systemd's and not ours to redo. */
const PLAIN = /^[\w ./:=,@+-]*$/;

/** A later `EnvironmentFile` replaces what an earlier one assigned, so the administrator's own arguments go along. */
function assignments(
  text: string,
): { readonly kind: 'text'; readonly text: string } | Extract<WriteResult, { kind: 'failed' }> {
  if (text.split('\n').some(goesOn)) {
    return { kind: 'failed', message: `${DEFAULTS}: a line that goes on in the next is not understood` };
  }
  const lines: string[] = [];
  for (const name of VOTERS) {
    const last = [...text.matchAll(new RegExp(`^\\s*${name}_ARGS\\s*=(.*)$`, 'gm'))].at(-1)?.[1] ?? '';
    const own = last.trim().replace(/^(["'])(.*)\1$/, '$2');
    if (!PLAIN.test(own)) return { kind: 'failed', message: `${DEFAULTS}: ${name}_ARGS is not understood` };
    lines.push(`${name}_ARGS="${[own.trim(), ...NO_VOTING_ARGS].join(' ').trim()}"\n`);
  }
  return { kind: 'text', text: lines.join('') };
}

/** systemd's rules for such lines are not a shell's: it continues even a comment that ends in a backslash. */
function goesOn(line: string): boolean {
  if (/\\\r?$/.test(line)) return true;
  return !/^\s*[#;]/.test(line) && (line.match(/["']/g) ?? []).length % 2 === 1;
}

function same(env: Env, file: string, text: string): boolean {
  const found = env.files.read(file);
  return found.kind === 'text' && found.text === text;
}
