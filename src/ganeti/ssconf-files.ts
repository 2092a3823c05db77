import type { Files } from '../env/env.ts';

/** Ganeti refuses to write or read more than this (lib/ssconf.py:72,166), so more is not Ganeti's text. */
const MAX_BYTES = 131_072;

/** The lines of one ssconf file, or why there are none. An empty list is a file of no bytes. */
export type SsconfLines =
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly message: string }
  | { readonly kind: 'garbage'; readonly message: string };

/** Reads `<dataDir>/ssconf_<key>`, one file read; never throws. */
export function readSsconfLines(files: Files, dataDir: string, key: string): SsconfLines {
  const path = ssconfPath(dataDir, key);
  const read = files.read(path);
  if (read.kind !== 'text') return read;
  const { text } = read;
  if (Buffer.byteLength(text) > MAX_BYTES) {
    return { kind: 'garbage', message: `${path} is larger than the ${MAX_BYTES} bytes Ganeti allows` };
  }
  // U+FFFD is what bytes that are no UTF-8 became when they were read.
  if (/[\0-\x09\x0b-\x1f\x7f\ufffd]/.test(text)) {
    return { kind: 'garbage', message: `${path} holds bytes that are no text: ${excerpt(text)}` };
  }
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  if (lines.includes('')) {
    return { kind: 'garbage', message: `${path} holds an empty line: ${excerpt(text)}` };
  }
  return { kind: 'lines', lines };
}

export function ssconfPath(dataDir: string, key: string): string {
  return `${dataDir}/ssconf_${key}`;
}

/**
 * What Ganeti accepts as a host name (lib/netutils.py:167,259: letters, digits, `.`, `_`, `-`, at most 255,
 * no empty label), and no leading `-`, which a command would take for an option.
 */
export function isPlausibleNodeName(name: string): boolean {
  return name.length <= 255 && /^[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$/.test(name);
}

/** The beginning of a text, quoted, for a message. */
export function excerpt(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
