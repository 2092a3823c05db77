// A lock between processes that the kernel releases when its holder dies.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Runs `work` while holding an exclusive flock on `file`. Node has no flock of its own: a child holds it and
 * ends with our end of its pipe, however we end. Throws after `timeoutMs` (default 15 min: a layer build and
 * a snapshot may be under way).
 */
export async function withLock<T>(file: string, work: () => Promise<T>, timeoutMs = 900_000): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const seconds = String(Math.ceil(timeoutMs / 1000));
  const child = spawn('flock', ['-x', '-w', seconds, file, 'sh', '-c', 'echo locked; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () =>
      reject(new Error(`no lock on ${file} within ${seconds} s: another lab command holds it`)),
    );
    child.stdout.once('data', () => resolve());
  });
  try {
    return await work();
  } finally {
    child.stdin.end();
    await ended;
  }
}
