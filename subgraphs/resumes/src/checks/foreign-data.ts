/**
 * Files that are two things at once: a document for one program, an archive or a program for another. Archivers look
 * for their signature anywhere in a file (RAR, 7-Zip), or in its last 64 KB (ZIP).
 */
import { type ReadBytes } from './file-bytes.js';
import { refusal } from './refusal.js';

const ANYWHERE: readonly [signature: Buffer, what: string][] = [
  [Buffer.from('Rar!\x1a\x07', 'latin1'), 'a RAR archive'],
  [Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1'), 'a 7-Zip archive'],
];
const LONGEST = 6;

/** What a file or a part of one begins with, and is then called. */
const BEGINNINGS: readonly [signature: Buffer, what: string][] = [
  ...ANYWHERE,
  [Buffer.from('PK\x03\x04', 'latin1'), 'a ZIP archive'],
  [Buffer.from('PK\x05\x06', 'latin1'), 'a ZIP archive'],
  [Buffer.from('\x1f\x8b\x08', 'latin1'), 'a gzip archive'],
  [Buffer.from('BZh', 'latin1'), 'a bzip2 archive'],
  [Buffer.from('\xfd7zXZ\x00', 'latin1'), 'an xz archive'],
  [Buffer.from('MSCF', 'latin1'), 'a cabinet archive'],
  [Buffer.from('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'latin1'), 'an old Office document'],
  [Buffer.from('%PDF-', 'latin1'), 'a PDF'],
  [Buffer.from('MZ', 'latin1'), 'a program'],
  [Buffer.from('\x7fELF', 'latin1'), 'a program'],
  [Buffer.from('#!', 'latin1'), 'a script'],
  [Buffer.from('L\x00\x00\x00\x01\x14\x02\x00', 'latin1'), 'a shortcut'],
  [Buffer.from('{\\rtf', 'latin1'), 'an RTF document'],
];

/** How many bytes `foreignBeginning` wants to see. */
export const BEGINNING_BYTES = 8;

/** The name of what begins so, when it is a file that does not belong into a document. */
export const foreignBeginning = (bytes: Buffer): string | undefined =>
  BEGINNINGS.find(([signature]) => bytes.subarray(0, signature.length).equals(signature))?.[1];

/** @returns a function to be shown the file's chunks in order. It throws AppError UNSUPPORTED_MEDIA_TYPE. */
export function archiveWatch(): (chunk: Buffer) => void {
  let tail: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const seam = Buffer.concat([tail, chunk.subarray(0, LONGEST)]);
    for (const [signature, what] of ANYWHERE) {
      if (chunk.includes(signature) || seam.includes(signature)) throw refusal(`is also ${what}`);
    }
    tail = Buffer.concat([tail, chunk]).subarray(-(LONGEST - 1));
  };
}

/** The end record of a ZIP archive (22 bytes) lies before a comment of at most 65,535. */
const ZIP_END = Buffer.from('PK\x05\x06', 'latin1');
const ZIP_END_REACH = 22 + 65_535;

/** For files that are no ZIP archive. @throws AppError UNSUPPORTED_MEDIA_TYPE */
export async function refuseZipAtEnd(read: ReadBytes, sizeBytes: number): Promise<void> {
  const from = Math.max(0, sizeBytes - ZIP_END_REACH);
  if ((await read(from, ZIP_END_REACH)).includes(ZIP_END)) throw refusal('is also a ZIP archive');
}

/** Readers of PDF take a file that has its header within the first kilobyte. */
const PDF_HEADER_REACH = 1024;

/** For files that are no PDF. @throws AppError UNSUPPORTED_MEDIA_TYPE */
export async function refusePdfAtStart(read: ReadBytes): Promise<void> {
  if ((await read(0, PDF_HEADER_REACH)).includes('%PDF-')) throw refusal('is also a PDF');
}
