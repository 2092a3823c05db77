import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';

/** A folder that stands for `/`, gone when the file's tests are over; scripts in it are run by their bare name. */
export interface ScriptRoot {
  readonly root: string;
  script(path: string, text: string): void;
  lines(path: string): readonly string[];
}

export function scriptRoot(): ScriptRoot {
  const root = mkdtempSync(join(tmpdir(), 'gha-process-'));
  chmodSync(root, 0o755);
  const lines = (path: string): readonly string[] =>
    existsSync(root + path)
      ? readFileSync(root + path, 'utf8')
          .trim()
          .split('\n')
      : [];
  after(() => {
    // Whoever a failed test left behind wrote its process id here, and carries the root in its environment.
    for (const pid of lines('/pids').map(Number)) if (livesIn(pid, root)) process.kill(pid, 'SIGKILL');
    rmSync(root, { recursive: true, force: true });
  });
  return {
    root,
    script: (path, text) => {
      mkdirSync(dirname(root + path), { recursive: true });
      writeFileSync(root + path, `#!/bin/sh\n${text}\n`);
      chmodSync(root + path, 0o755);
    },
    lines,
  };
}

/** Whether this process exists and was started below this root. */
export function livesIn(pid: number, root: string): boolean {
  try {
    const state = /\) ([A-Z])/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
    return state !== 'Z' && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(root);
  } catch {
    return false;
  }
}
