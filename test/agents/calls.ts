import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** One call of a stub, as the stub itself saw it. */
export interface Call {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** What standard input was: `/dev/null` where it is closed. */
  readonly stdin: string;
  /** What came on standard input of those that are given a text. */
  readonly input: string | undefined;
}

/** The calls of all stubs below this root, oldest first. */
export function readCalls(root: string): readonly Call[] {
  const folder = join(root, 'calls');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.argv'))
    .map((name) => join(folder, basename(name, '.argv')))
    .sort((a, b) => statSync(`${a}.argv`).mtimeMs - statSync(`${b}.argv`).mtimeMs)
    .map(readCall);
}

function readCall(base: string): Call {
  // The interpreter comes first, then the path the stub was called by.
  const [, path = '', ...args] = words(`${base}.argv`);
  return {
    program: basename(path),
    args,
    environment: Object.fromEntries(
      words(`${base}.environ`).map((word) => {
        const at = word.indexOf('=');
        return [word.slice(0, at), word.slice(at + 1)];
      }),
    ),
    stdin: readFileSync(`${base}.stdin`, 'utf8').trim(),
    input: existsSync(`${base}.input`) ? readFileSync(`${base}.input`, 'utf8') : undefined,
  };
}

function words(path: string): readonly string[] {
  return readFileSync(path, 'utf8').replace(/\0$/, '').split('\0');
}

/**
 * What holds for every child process of every action: no empty or blank argument (to `gnt-node list` no name means
 * all nodes), closed standard input unless it is given a text, untranslated output, nothing of the caller's environment.
 */
export function assertDecentCalls(calls: readonly Call[]): void {
  for (const { program, args, environment, stdin, input } of calls) {
    const shown = `${program} ${JSON.stringify(args)}`;
    assert.ok(
      args.every((arg) => arg.trim() !== ''),
      `empty argument: ${shown}`,
    );
    if (input === undefined) assert.equal(stdin, '/dev/null', `standard input of ${shown}`);
    assert.equal(environment.LC_ALL, 'C', shown);
    const leaked = Object.keys(environment).filter((name) => /^(OCF_|LANG|LD_|NODE_|HA_|EVIL)/.test(name));
    assert.deepEqual(leaked, [], `environment of ${shown}`);
    assert.ok(!(environment.PATH ?? '').includes('evil'), `PATH of ${shown}`);
  }
}
