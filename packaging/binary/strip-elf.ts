/**
 * Takes the symbol tables and debug sections out of an ELF file, as strip(1) does.
 *
 * Why not strip(1) itself: binutils is not part of a plain Debian installation, and the build needs nothing but
 * npm and what every Debian has. Node's binary loses 18 MB by this; none of it is ever loaded into memory, but all
 * of it would be installed. It must happen before the program is injected: strip(1) afterwards breaks the injected
 * segment (measured).
 *
 * Only what the linker leaves is handled: 64 bit little endian, sections that are loaded first, all others after
 * the last byte of any segment. Anything else is refused, never guessed.
 */
export function stripElf(image: Buffer): Buffer {
  const elf = readHeader(image);
  const loadedEnd = endOfSegments(image, elf);
  const kept = keptSections(image, elf, loadedEnd);
  const names = sectionNames(image, elf, kept);
  const table = Buffer.alloc((kept.length + 1) * SECTION_HEADER_SIZE);
  kept.forEach(({ header }, index) => {
    header.copy(table, index * SECTION_HEADER_SIZE);
    table.writeUInt32LE(names.offsets[index] ?? 0, index * SECTION_HEADER_SIZE);
    table.writeUInt32LE(newLink(kept, header), index * SECTION_HEADER_SIZE + SH_LINK);
    table.writeUInt32LE(newInfo(kept, header), index * SECTION_HEADER_SIZE + SH_INFO);
  });
  const namesAt = loadedEnd;
  writeNameSection(table, kept.length, names, namesAt);
  const tableAt = alignUp(namesAt + names.text.length, 8);
  const padding = Buffer.alloc(tableAt - namesAt - names.text.length);
  const head = Buffer.from(image.subarray(0, loadedEnd));
  head.writeBigUInt64LE(BigInt(tableAt), E_SHOFF);
  head.writeUInt16LE(kept.length + 1, E_SHNUM);
  head.writeUInt16LE(kept.length, E_SHSTRNDX);
  return Buffer.concat([head, names.text, padding, table]);
}

/** The file is not one that this program knows how to strip; `detail` says what is unusual about it. */
export class UnusualElfError extends Error {
  readonly detail: string;

  constructor(detail: string) {
    super(`The ELF file was not stripped: ${detail}. Use another Node base binary or extend strip-elf.ts.`);
    this.name = 'UnusualElfError';
    this.detail = detail;
  }
}

interface ElfHeader {
  readonly programHeadersAt: number;
  readonly programHeaderCount: number;
  readonly sectionHeadersAt: number;
  readonly sectionCount: number;
  readonly nameSection: number;
}

interface Section {
  readonly oldIndex: number;
  readonly header: Buffer;
}

interface SectionNames {
  readonly text: Buffer;
  readonly offsets: readonly number[];
  readonly own: number;
}

// Offsets of the System V ABI, "ELF-64 Object File Format" version 1.5, figures 2, 3 and 6.
const E_PHOFF = 32;
const E_SHOFF = 40;
const E_PHNUM = 56;
const E_SHNUM = 60;
const E_SHSTRNDX = 62;
const PROGRAM_HEADER_SIZE = 56;
const SECTION_HEADER_SIZE = 64;
const SH_TYPE = 4;
const SH_FLAGS = 8;
const SH_OFFSET = 24;
const SH_SIZE = 32;
const SH_LINK = 40;
const SH_INFO = 44;
const SHT_STRTAB = 3;
const SHT_NOBITS = 8;
const SHF_ALLOC = 2n;
const SHF_INFO_LINK = 0x40n;

function readHeader(image: Buffer): ElfHeader {
  if (image.length < 64 || image.readUInt32BE(0) !== 0x7f454c46)
    throw new UnusualElfError('it is no ELF file');
  if (image[4] !== 2 || image[5] !== 1) throw new UnusualElfError('it is not 64 bit little endian');
  return {
    programHeadersAt: Number(image.readBigUInt64LE(E_PHOFF)),
    programHeaderCount: image.readUInt16LE(E_PHNUM),
    sectionHeadersAt: Number(image.readBigUInt64LE(E_SHOFF)),
    sectionCount: image.readUInt16LE(E_SHNUM),
    nameSection: image.readUInt16LE(E_SHSTRNDX),
  };
}

/** First byte after everything that any segment maps. */
function endOfSegments(image: Buffer, elf: ElfHeader): number {
  let end = elf.programHeadersAt + elf.programHeaderCount * PROGRAM_HEADER_SIZE;
  for (let index = 0; index < elf.programHeaderCount; index++) {
    const at = elf.programHeadersAt + index * PROGRAM_HEADER_SIZE;
    const offset = Number(image.readBigUInt64LE(at + 8));
    const size = Number(image.readBigUInt64LE(at + 32));
    end = Math.max(end, offset + size);
  }
  return end;
}

/** The null section and every section that is loaded into memory. */
function keptSections(image: Buffer, elf: ElfHeader, loadedEnd: number): Section[] {
  const kept: Section[] = [];
  for (let oldIndex = 0; oldIndex < elf.sectionCount; oldIndex++) {
    const at = elf.sectionHeadersAt + oldIndex * SECTION_HEADER_SIZE;
    const header = image.subarray(at, at + SECTION_HEADER_SIZE);
    const loaded = (header.readBigUInt64LE(SH_FLAGS) & SHF_ALLOC) !== 0n;
    if (oldIndex !== 0 && !loaded) continue;
    const end = Number(header.readBigUInt64LE(SH_OFFSET) + header.readBigUInt64LE(SH_SIZE));
    if (header.readUInt32LE(SH_TYPE) !== SHT_NOBITS && end > loadedEnd) {
      throw new UnusualElfError(`section ${oldIndex} is loaded but lies outside every segment`);
    }
    kept.push({ oldIndex, header });
  }
  return kept;
}

function sectionNames(image: Buffer, elf: ElfHeader, kept: readonly Section[]): SectionNames {
  const header = elf.sectionHeadersAt + elf.nameSection * SECTION_HEADER_SIZE;
  const namesAt = Number(image.readBigUInt64LE(header + SH_OFFSET));
  const offsets: number[] = [];
  let text = '\0';
  for (const section of kept) {
    const start = namesAt + section.header.readUInt32LE(0);
    const name = image.toString('latin1', start, image.indexOf(0, start));
    offsets.push(name === '' ? 0 : text.length);
    if (name !== '') text += `${name}\0`;
  }
  const own = text.length;
  return { text: Buffer.from(`${text}.shstrtab\0`, 'latin1'), offsets, own };
}

/** Sections refer to each other by index, and the indexes have moved; a reference to a dropped one becomes 0. */
function newIndex(kept: readonly Section[], oldIndex: number): number {
  const found = kept.findIndex((section) => section.oldIndex === oldIndex);
  return found === -1 ? 0 : found;
}

function newLink(kept: readonly Section[], header: Buffer): number {
  return newIndex(kept, header.readUInt32LE(SH_LINK));
}

function newInfo(kept: readonly Section[], header: Buffer): number {
  const info = header.readUInt32LE(SH_INFO);
  return (header.readBigUInt64LE(SH_FLAGS) & SHF_INFO_LINK) === 0n ? info : newIndex(kept, info);
}

function writeNameSection(table: Buffer, index: number, names: SectionNames, offset: number): void {
  const at = index * SECTION_HEADER_SIZE;
  table.writeUInt32LE(names.own, at);
  table.writeUInt32LE(SHT_STRTAB, at + SH_TYPE);
  table.writeBigUInt64LE(BigInt(offset), at + SH_OFFSET);
  table.writeBigUInt64LE(BigInt(names.text.length), at + SH_SIZE);
  table.writeBigUInt64LE(1n, at + 48);
}

function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
