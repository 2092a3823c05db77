import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import pkg from '@yao-pkg/pkg/lib-es5/sea.js';
import { stripElf } from './strip-elf.ts';

/**
 * Flags that the binary gives its own Node at every start. Nobody else can give it any, because `execArgvExtension`
 * is `none`: `NODE_OPTIONS=--require x` would otherwise run x as root.
 *
 * No V8 flags on purpose: medians of 41 runs of a trivial action were 17 ms of CPU as it is; `--single-threaded`,
 * `--no-opt`, `--no-sparkplug`, `--max-lazy` and `--optimize-for-size` made it 28 ms, because V8 then rejects the
 * code cache of Node and ours; `--jitless`, `--v8-pool-size=0`, the semi-space sizes and `--single-threaded-gc`
 * changed nothing; `--use-largepages` doubled it. Without `useCodeCache` it is 22 ms.
 *
 * Without an empty configuration for OpenSSL the variable `OPENSSL_CONF` could name a provider, which is a shared library to run.
 */
const EXEC_ARGV: readonly string[] = ['--openssl-config=/dev/null'];

/**
 * Makes the standalone binary: Node's own executable, stripped, with the bundle injected.
 * `bundled` lies directly in `work`, a folder for what is needed on the way. pkg writes `output` in place: whoever
 * wants to see it whole or not at all renames it.
 */
export async function makeBinary(bundled: string, work: string, output: string): Promise<void> {
  const base = join(work, 'node');
  writeFileSync(base, stripElf(readFileSync(process.execPath)));
  chmodSync(base, 0o755);
  // pkg makes its temporary folder below TMPDIR and runs there. With ours, and `main` relative to it, no path of
  // the build machine gets into the binary (stack traces would show it, and two builds would differ).
  const temporary = join(work, 'pkg');
  mkdirSync(temporary);
  const seaConfig = {
    main: `../../${basename(bundled)}`,
    disableExperimentalSEAWarning: true,
    useSnapshot: false,
    useCodeCache: true,
    execArgv: EXEC_ARGV,
    execArgvExtension: 'none',
  };
  await withTmpDir(temporary, () =>
    pkg.default(bundled, {
      targets: [{ platform: 'linux', arch: 'x64', nodeRange: 'node24', output }],
      nodePath: base,
      signature: false,
      seaConfig,
    }),
  );
  chmodSync(output, 0o755);
}

async function withTmpDir(folder: string, work: () => Promise<void>): Promise<void> {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  try {
    await work();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}
