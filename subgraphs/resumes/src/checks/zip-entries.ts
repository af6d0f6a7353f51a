/**
 * Goes through a ZIP archive once from its first byte to its list, and shows what is really in it. Sizes are counted as
 * the data inflate; what the archive claims is believed nowhere.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import type { ByteReader } from './byte-reader.js';
import { isZlibError } from './error-code.js';
import { refusal } from './refusal.js';
import { shown, type ZipDirectory, type ZipEntry } from './zip-directory.js';

/** Of all parts together. */
const MAX_INFLATED_BYTES = 64 * 1024 * 1024;
/** A part above a megabyte that inflates to more than this times itself was made to do so; text reaches 20. */
const MAX_RATIO = 100;
const RATIO_MATTERS_FROM = 1024 * 1024;

const LOCAL_HEADER_BYTES = 30;
const LOCAL_SIGNATURE = 0x04034b50;
const DESCRIPTOR_SIGNATURE = 0x08074b50;
/** Without and with a signature, with sizes of four and of eight bytes. */
const DESCRIPTOR_BYTES = [12, 16, 20, 24];

/** Is shown a part's content as it inflates, and its end. */
export interface PartWatch {
  bytes(chunk: Buffer): void;
  end(): void;
}

const broken = () => refusal('is not a well-formed DOCX file');

/**
 * The parts must follow each other without a gap, from the first byte of the file on.
 * @throws AppError UNSUPPORTED_MEDIA_TYPE, and what `watch` throws.
 */
export async function readZipEntries(
  reader: ByteReader,
  { entries, offset }: ZipDirectory,
  watch: (entry: ZipEntry) => PartWatch,
): Promise<void> {
  let inflated = 0;
  const inOrder = entries.toSorted((a, b) => a.offset - b.offset);
  for (const [index, entry] of inOrder.entries()) {
    await readLocalHeader(reader, entry);
    const part = watch(entry);
    let size = 0;
    let crc = 0;
    await readContent(reader, entry, (chunk) => {
      size += chunk.length;
      inflated += chunk.length;
      refuseBomb(entry, size, inflated);
      crc = crc32(chunk, crc);
      part.bytes(chunk);
    });
    if (size !== entry.size || crc !== entry.crc) throw refusal(`is damaged (${shown(entry.name)})`);
    part.end();
    await readDescriptor(reader, entry, inOrder[index + 1]?.offset ?? offset);
  }
  if (reader.position !== offset) throw broken();
}

function refuseBomb({ name, compressedSize }: ZipEntry, size: number, inflated: number): void {
  const tooDense = size > RATIO_MATTERS_FROM && size > MAX_RATIO * compressedSize;
  if (!tooDense && inflated <= MAX_INFLATED_BYTES) return;
  throw refusal(`unpacks to far more than a document holds (${shown(name)})`);
}

async function readLocalHeader(reader: ByteReader, entry: ZipEntry): Promise<void> {
  if (reader.position !== entry.offset) throw refusal('holds data between its parts or before them');
  const header = await reader.take(LOCAL_HEADER_BYTES);
  if (!header || header.readUInt32LE(0) !== LOCAL_SIGNATURE) throw broken();
  const name = await reader.take(header.readUInt16LE(26));
  const extra = await reader.take(header.readUInt16LE(28));
  const same =
    name?.toString() === entry.name &&
    header.readUInt16LE(8) === entry.method &&
    (entry.hasDescriptor || header.readUInt32LE(18) === entry.compressedSize);
  if (!extra || !same) throw refusal('describes a part in two different ways');
}

async function readContent(reader: ByteReader, entry: ZipEntry, see: (chunk: Buffer) => void): Promise<void> {
  const pieces = reader.pieces(entry.compressedSize);
  if (entry.method === 0) {
    for await (const piece of pieces) see(piece);
    return;
  }
  const inflate = createInflateRaw();
  try {
    await pipeline(Readable.from(pieces, { objectMode: false }), inflate, async (inflating) => {
      for await (const chunk of inflating) see(chunk as Buffer);
    });
  } catch (error) {
    if (isZlibError(error)) throw refusal(`is damaged (${shown(entry.name)})`);
    throw error;
  }
  // What lies behind the end of the compressed data is not part of the document.
  if (inflate.bytesWritten !== entry.compressedSize) throw refusal('holds data between its parts');
}

async function readDescriptor(reader: ByteReader, { hasDescriptor }: ZipEntry, next: number): Promise<void> {
  const length = next - reader.position;
  if (!hasDescriptor && length === 0) return;
  if (!hasDescriptor || !DESCRIPTOR_BYTES.includes(length)) throw refusal('holds data between its parts');
  const descriptor = await reader.take(length);
  const signed = length % 8 === 0;
  if (!descriptor || (signed && descriptor.readUInt32LE(0) !== DESCRIPTOR_SIGNATURE)) throw broken();
}
