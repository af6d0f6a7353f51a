/**
 * The thread that reads the text of one DOC (Word 97 to 2003), with `word-extractor`. It reads the pieces of text; macros,
 * fields and embedded objects are not looked at.
 *
 * Loaded by `node:worker_threads` itself (see pdf.thread.ts): it imports packages and types only.
 */
import { parentPort, workerData } from 'node:worker_threads';
import WordExtractor from 'word-extractor';
import type { ThreadAnswer, ThreadTask } from './thread-messages.js';

const SECTOR_BYTES = 512;
/** The first bytes of the stream `WordDocument`, which begins with a sector ([MS-DOC] 2.5.2, FibBase). */
const DOCUMENT_MARK = 0xa5ec;
const FLAGS_OFFSET = 10;
const ENCRYPTED_FLAG = 0x0100;

/** Dashes and quotes stay what they are; headers and footers are no part of the body. */
const AS_WRITTEN = { filterUnicode: false, includeHeadersAndFooters: false };
interface Readable {
  getBody(options: typeof AS_WRITTEN): string;
  getTextboxes(options: typeof AS_WRITTEN): string;
}

/** The library decodes what is encrypted as if it were text. */
function isEncrypted(file: Buffer): boolean {
  for (let at = SECTOR_BYTES; at + SECTOR_BYTES <= file.length; at += SECTOR_BYTES) {
    if (file.readUInt16LE(at) === DOCUMENT_MARK) return (file.readUInt16LE(at + FLAGS_OFFSET) & ENCRYPTED_FLAG) !== 0;
  }
  return false;
}

async function readDoc({ bytes, maxCharacters }: ThreadTask): Promise<ThreadAnswer> {
  // A worker is given the bytes as a plain array of them.
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isEncrypted(file)) return { kind: 'unreadable', why: 'ENCRYPTED' };
  // The package's types do not know that these take options.
  const document = (await new WordExtractor().extract(file)) as unknown as Readable;
  const text = `${document.getTextboxes(AS_WRITTEN)}\n${document.getBody(AS_WRITTEN)}`;
  return { kind: 'text', text, cut: text.length > maxCharacters };
}

if (!parentPort) throw new Error('doc.thread is to be started as a worker thread.');
const port = parentPort;
// The one who started the thread passes this task, and nobody else can.
readDoc(workerData as ThreadTask).then(
  (answer) => port.postMessage(answer),
  () => {
    const answer: ThreadAnswer = { kind: 'unreadable', why: 'BROKEN' };
    port.postMessage(answer);
  },
);
