import * as fs from 'node:fs';
import { dirname } from 'node:path';
import type { Files, ReadResult, StatResult, WriteResult } from './env.ts';

/** Real files below `root` (empty in production). */
export function realFiles(root: string): Files {
  const at = (path: string): string => root + path;
  return {
    read: (path) => readAs(at(path), 'utf8'),
    readBase64: (path) => readAs(at(path), 'base64'),
    stat: (path) => statWith(fs.statSync, at(path)),
    lstat: (path) => statWith(fs.lstatSync, at(path)),
    list: (path) => listNames(at(path)),
    write: (path, text, mode) => attempt(() => replaceFile(at(path), text, mode)),
    create: (path, text) => createFile(at(path), text),
    append: (path, text) => attempt(() => appendDurably(at(path), text)),
    remove: (path) => attempt(() => removeFile(at(path))),
    rename: (from, to) => attempt(() => fs.renameSync(at(from), at(to))),
  };
}

function readAs(path: string, encoding: 'utf8' | 'base64'): ReadResult {
  try {
    const text = fs.readFileSync(path, encoding);
    return { kind: 'text', text, mtimeMs: fs.statSync(path).mtimeMs };
  } catch (error) {
    return isMissing(error) ? { kind: 'missing' } : { kind: 'unreadable', message: messageOf(error) };
  }
}

function statWith(stat: (path: string) => fs.Stats, path: string): StatResult {
  try {
    const found = stat(path);
    const kind = found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other';
    return { kind, size: found.size, mtimeMs: found.mtimeMs, uid: found.uid, mode: found.mode & 0o7777 };
  } catch (error) {
    return isMissing(error) ? { kind: 'missing' } : { kind: 'unreadable', message: messageOf(error) };
  }
}

function listNames(path: string): readonly string[] {
  try {
    return fs.readdirSync(path).sort();
  } catch {
    return [];
  }
}

/** A mode that was asked for is kept whatever the caller's umask; Pacemaker's is 026. */
function replaceFile(path: string, text: string, mode?: number): void {
  fs.mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.new`;
  try {
    fs.writeFileSync(temporary, text, { mode: mode ?? 0o644, flush: true });
    if (mode !== undefined) fs.chmodSync(temporary, mode);
    fs.renameSync(temporary, path);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}

function createFile(path: string, text: string): WriteResult | { readonly kind: 'exists' } {
  const folder = attempt(() => fs.mkdirSync(dirname(path), { recursive: true }));
  if (folder.kind === 'failed') return folder;
  let descriptor: number;
  try {
    descriptor = fs.openSync(path, 'wx');
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    return exists ? { kind: 'exists' } : { kind: 'failed', message: messageOf(error) };
  }
  const written = attempt(() => fs.writeFileSync(descriptor, text));
  fs.closeSync(descriptor);
  // A full disk has room for the name, not for the text; what says "failed" must not be there.
  if (written.kind === 'failed') removeFile(path);
  return written;
}

function appendDurably(path: string, text: string): void {
  fs.mkdirSync(dirname(path), { recursive: true });
  fs.appendFileSync(path, text, { flush: true });
}

/** Not `rmSync`: its words on a read-only file system are ", Unknown error: …" (Node 24). */
function removeFile(path: string): void {
  try {
    fs.unlinkSync(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

function attempt(action: () => void): WriteResult {
  try {
    action();
    return { kind: 'done' };
  } catch (error) {
    return { kind: 'failed', message: messageOf(error) };
  }
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
