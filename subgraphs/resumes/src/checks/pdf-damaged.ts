/**
 * A PDF that cannot be read in order from its first byte to its last: cut off, or with something in it that is no PDF.
 * Broken resumes are taken, and whoever reads the text says that there is none. But a reader may repair what we cannot
 * follow, so nothing that acts may stand anywhere in such a file, and nothing that makes it another kind of file.
 *
 * Unlike the check of a whole PDF this one looks for words, wherever they stand and whatever they mean there, also in
 * every stream that unpacks. It would rather refuse too much: the file is broken anyway.
 */
import { setImmediate } from 'node:timers/promises';
import { inflateSync } from 'node:zlib';
import { hasCode, isZlibError } from './error-code.js';
import type { FileBytes } from './file-bytes.js';
import { archiveWatch } from './foreign-data.js';
import type { PdfBudget } from './pdf-budget.js';
import { ACTIVE_NAMES } from './pdf-inspector.js';
import { type DamagedPdf, refusal } from './refusal.js';

/** Held in memory as a whole. Larger files that are broken are refused. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Of one stream, unpacked. */
const MAX_STREAM = 2 * 1024 * 1024;

/** What makes a file a page, a script or a program for somebody else. */
const FOREIGN = [
  /<(?:!doctype|html|script|iframe|\?php)\b/i,
  /This program (?:cannot|must) be run/,
  /\n#! ?\//,
  /\{\\rtf/,
];
const FOREIGN_BYTES = ['\x7fELF', 'PK\x03\x04'];
/** Two letters stand in any noise: of the short names only those with a value behind them. */
const isShort = (name: string) => name.length <= 3;
const SHORT = ACTIVE_NAMES.filter(isShort).join('|');
const LONG = [...ACTIVE_NAMES.filter((name) => !isShort(name)), 'OpenAction'].join('|');
const ACTIVE = new RegExp(`/(?:(?:${LONG})(?![A-Za-z0-9_])|(?:${SHORT})\\s*(?:[<([]|\\d+\\s+\\d+\\s+R))`);
/** Objects in a stream that does not unpack in one step. */
const OBJECTS = /\/ObjStm/;
const OTHERWISE_PACKED = /\/(?:(?:LZW|ASCIIHex|ASCII85|RunLength)Decode|Crypt)\b|FlateDecode\s*\/FlateDecode/;

/** @throws AppError UNSUPPORTED_MEDIA_TYPE */
export async function checkDamagedPdf(file: FileBytes, { what }: DamagedPdf, budget: PdfBudget): Promise<void> {
  if (file.sizeBytes > MAX_BYTES) throw refusal(what);
  const chunks: Buffer[] = [];
  for await (const chunk of await file.read()) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  archiveWatch()(bytes);
  // Behind a PDF that has ended there may be another kind of file.
  const end = bytes.indexOf('%%EOF');
  if (end >= 0 && !/^%%EOF\s*$/.test(bytes.toString('latin1', end))) throw refusal(what);
  const text = unescaped(bytes);
  refuseSigns(text);
  if (OBJECTS.test(text) && OTHERWISE_PACKED.test(text)) throw refusal(what);
  for (const content of packedStreams(bytes)) {
    budget.objectStream();
    const unpacked = inflated(content);
    if (!unpacked) continue;
    budget.inflated(unpacked.length);
    refuseSigns(unescaped(unpacked));
    // Others have their turn.
    await setImmediate();
  }
}

/** As text, a byte a character. In a name `#4a` is the letter J; elsewhere it matters little that it becomes one. */
const unescaped = (bytes: Buffer): string =>
  bytes
    .toString('latin1')
    .replace(/#([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

function refuseSigns(text: string): void {
  const name = ACTIVE.exec(text)?.[0];
  if (name) throw refusal(`is damaged, and holds ${name}`);
  if (FOREIGN.some((sign) => sign.test(text)) || FOREIGN_BYTES.some((sign) => text.includes(sign))) {
    throw refusal('is damaged, and holds data of another kind');
  }
}

/** What follows each word `stream` and begins as packed data do. */
function* packedStreams(bytes: Buffer): Generator<Buffer> {
  for (let at = bytes.indexOf('stream'); at >= 0; at = bytes.indexOf('stream', at + 6)) {
    let from = at + 'stream'.length;
    if (bytes[from] === 13) from += 1;
    if (bytes[from] === 10) from += 1;
    // The two bytes with which zlib data begin.
    if ((bytes[from] ?? 0) % 16 === 8 && bytes.readUInt16BE(Math.min(from, bytes.length - 2)) % 31 === 0) {
      yield bytes.subarray(from);
    }
  }
}

/** As far as it unpacks; undefined when nothing does. */
function inflated(content: Buffer): Buffer | undefined {
  try {
    // Cut off streams give what they hold.
    return inflateSync(content, { finishFlush: 2, maxOutputLength: MAX_STREAM });
  } catch (error) {
    if (hasCode(error, /^ERR_BUFFER_TOO_LARGE$/)) throw refusal('unpacks to far more than a document holds');
    if (!isZlibError(error)) throw error;
    // Not what it looked like.
    return undefined;
  }
}
