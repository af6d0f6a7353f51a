/** The list at the end of a ZIP archive (APPNOTE.TXT 6.3, sections 4.3.12 and 4.3.16), read strictly. */
import type { ReadBytes } from './file-bytes.js';
import { refusal } from './refusal.js';

export interface ZipEntry {
  name: string;
  /** 0 stored, 8 deflated. */
  method: number;
  /** Sizes and checksum stand behind the data, not before it. */
  hasDescriptor: boolean;
  crc: number;
  compressedSize: number;
  /** As the archive claims. */
  size: number;
  /** Of its local header. */
  offset: number;
}

export interface ZipDirectory {
  entries: ZipEntry[];
  /** Where the list begins, which is where the last entry ends. */
  offset: number;
}

/** A document of Word has a few dozen parts. */
const MAX_ENTRIES = 1000;
const MAX_DIRECTORY_BYTES = 1024 * 1024;
const END_BYTES = 22;
const HEADER_BYTES = 46;
const END_SIGNATURE = 0x06054b50;
const HEADER_SIGNATURE = 0x02014b50;
const ENCRYPTED = 0x1 | 0x40 | 0x2000;
const DESCRIPTOR = 0x8;
const METHODS = [0, 8];

const broken = () => refusal('is not a well-formed DOCX file');

/**
 * The end record must be the file's last 22 bytes, and the list must end where it begins: an archive with a comment or
 * anything else between or behind can be read in more than one way.
 * @throws AppError UNSUPPORTED_MEDIA_TYPE
 */
export async function readZipDirectory(read: ReadBytes, sizeBytes: number): Promise<ZipDirectory> {
  const end = await read(sizeBytes - END_BYTES, END_BYTES);
  if (end.length < END_BYTES || end.readUInt32LE(0) !== END_SIGNATURE) {
    throw refusal('has data behind its end, or is cut off');
  }
  const count = end.readUInt16LE(10);
  const length = end.readUInt32LE(12);
  const offset = end.readUInt32LE(16);
  if (end.readUInt32LE(4) !== 0 || end.readUInt16LE(8) !== count || end.readUInt16LE(20) !== 0) throw broken();
  if (count > MAX_ENTRIES || length > MAX_DIRECTORY_BYTES) throw refusal(`has more than ${MAX_ENTRIES} parts`);
  if (offset + length + END_BYTES !== sizeBytes) throw broken();
  const list = await read(offset, length);
  const entries: ZipEntry[] = [];
  let at = 0;
  while (entries.length < count) {
    const { entry, next } = entryAt(list, at);
    entries.push(entry);
    at = next;
  }
  if (at !== list.length) throw broken();
  return { entries, offset };
}

function entryAt(list: Buffer, at: number): { entry: ZipEntry; next: number } {
  if (at + HEADER_BYTES > list.length || list.readUInt32LE(at) !== HEADER_SIGNATURE) throw broken();
  const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => list.readUInt16LE(at + field));
  const nameEnd = at + HEADER_BYTES + (nameBytes ?? 0);
  const next = nameEnd + (extraBytes ?? 0) + (commentBytes ?? 0);
  if (next > list.length) throw broken();
  const flags = list.readUInt16LE(at + 8);
  if ((flags & ENCRYPTED) !== 0) throw refusal('is encrypted: give it without a password');
  const entry: ZipEntry = {
    name: list.toString('utf8', at + HEADER_BYTES, nameEnd),
    method: list.readUInt16LE(at + 10),
    hasDescriptor: (flags & DESCRIPTOR) !== 0,
    crc: list.readUInt32LE(at + 16),
    compressedSize: list.readUInt32LE(at + 20),
    size: list.readUInt32LE(at + 24),
    offset: list.readUInt32LE(at + 42),
  };
  if (!METHODS.includes(entry.method)) throw refusal('is compressed in a way that is not read');
  return { entry, next };
}

/** @throws AppError UNSUPPORTED_MEDIA_TYPE for names that an unpacking program could be led astray by. */
export function refuseTreacherousNames(entries: readonly ZipEntry[]): void {
  const seen = new Set<string>();
  for (const { name } of entries) {
    const parts = name.replace(/\/$/, '').split('/');
    const treacherous =
      parts.some((part) => part === '' || part === '.' || part === '..') || /[\\:\p{C}\ufffd]/u.test(name);
    if (treacherous) throw refusal(`holds a part whose name leads elsewhere (${shown(name)})`);
    const folded = name.toLowerCase();
    if (seen.has(folded)) throw refusal(`holds two parts of the same name (${shown(name)})`);
    seen.add(folded);
  }
}

/** A name from the file, fit for a message. */
export const shown = (name: string) => name.replace(/[^\x20-\x7e]/g, '?').slice(0, 80);
