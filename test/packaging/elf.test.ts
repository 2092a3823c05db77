import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { stripElf, UnusualElfError } from '../../packaging/binary/strip-elf.ts';

describe('stripping an ELF file', () => {
  const original = readFileSync(process.execPath);
  const stripped = stripElf(original);

  it("takes the symbols and debug sections, more than a tenth of Node's binary, and leaves a program that runs", () => {
    assert.ok(stripped.length < original.length * 0.9, `${stripped.length} of ${original.length} bytes left`);
    const folder = mkdtempSync(join(tmpdir(), 'elf-test-'));
    try {
      const program = join(folder, 'node');
      writeFileSync(program, stripped);
      chmodSync(program, 0o755);
      assert.equal(execFileSync(program, ['-p', '6*7'], { encoding: 'utf8' }), '42\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('changes no byte that is loaded, except the three header fields that tell where the section table is', () => {
    const namesAt = Number(stripped.readBigUInt64LE(40));
    const loaded = Math.min(namesAt, stripped.length) - 512;
    const differing = [];
    for (let at = 0; at < loaded; at++) if (stripped[at] !== original[at]) differing.push(at);
    assert.ok(
      differing.every((at) => at >= 40 && at < 64),
      `byte ${differing.find((at) => at < 40 || at >= 64)} differs`,
    );
  });

  it('does nothing more to a file that is stripped already', () => {
    assert.deepEqual(stripElf(stripped), stripped);
  });

  it('refuses what is no 64 bit ELF file', () => {
    assert.throws(() => stripElf(Buffer.from('#!/bin/sh\n')), UnusualElfError);
    const narrow = Buffer.from(original.subarray(0, 4096));
    narrow[4] = 1;
    assert.throws(() => stripElf(narrow), /64 bit/);
  });

  it('refuses a file whose loaded section lies outside every segment', () => {
    const odd = Buffer.from(original);
    const table = Number(odd.readBigUInt64LE(40));
    odd.writeBigUInt64LE(BigInt(original.length), table + 64 + 24);
    assert.throws(() => stripElf(odd), /outside every segment/);
  });
});
