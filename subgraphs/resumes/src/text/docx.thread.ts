/**
 * The thread that reads the text of one DOCX: the main part of the package, inflated piece by piece and read as it
 * comes. Nothing else in the package is opened: no relation is followed, no macro, image or template is touched, and the XML
 * parser knows no entities but XML's own five.
 *
 * Loaded by `node:worker_threads` itself (see pdf.thread.ts): it imports packages and types only.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { SaxesParser } from 'saxes';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import type { ThreadAnswer, ThreadTask } from './thread-messages.js';

/** Office calls it `document.xml`, its newer web versions `document2.xml`. */
const MAIN_PART = /^word\/document\d*\.xml$/i;
/** A document has a few dozen; more were put there to keep us busy. */
const MAX_ENTRIES = 5000;
/** Text that another branch repeats, or that was moved elsewhere. */
const SKIPPED = new Set(['Fallback', 'moveFrom']);

class UnreadableError extends Error {
  readonly why: 'ENCRYPTED' | 'BROKEN' | 'TOO_LARGE';
  constructor(why: 'ENCRYPTED' | 'BROKEN' | 'TOO_LARGE') {
    super(why);
    this.why = why;
  }
}

/**
 * Turns WordprocessingML into lines: a paragraph is a line, a list item begins with a bullet, the cells of a row are
 * apart by tabs. Elements are told by their local names, whatever prefix the file binds.
 */
class DocumentText {
  text = '';
  #runs = 0;
  #inText = 0;
  #skipped = 0;

  open(name: string, attributes: Record<string, string>): void {
    if (SKIPPED.has(name)) this.#skipped += 1;
    if (this.#skipped > 0) return;
    if (name === 'r') this.#runs += 1;
    else if (name === 't') this.#inText += 1;
    // Outside of runs, tabs are settings of a paragraph.
    else if (name === 'tab' && this.#runs > 0) this.text += '\t';
    else if (name === 'br' || name === 'cr') this.text += '\n';
    else if (name === 'noBreakHyphen') this.text += '-';
    // List 0 takes a paragraph out of the list that its style puts it in.
    else if (name === 'numId' && attributes['w:val'] !== '0') this.text += '• ';
  }

  close(name: string): void {
    if (SKIPPED.has(name)) this.#skipped -= 1;
    if (this.#skipped > 0) return;
    if (name === 'r') this.#runs -= 1;
    else if (name === 't') this.#inText -= 1;
    else if (name === 'p') this.text += '\n';
    else if (name === 'tc') this.text = `${this.text.trimEnd()}\t`;
    else if (name === 'tr') this.text = `${this.text.trimEnd()}\n`;
  }

  characters(given: string): void {
    if (this.#inText > 0 && this.#skipped === 0) this.text += given;
  }
}

const localName = (name: string) => name.slice(name.indexOf(':') + 1);

async function findMainPart(zip: ZipFile): Promise<Entry> {
  if (zip.entryCount > MAX_ENTRIES) throw new UnreadableError('TOO_LARGE');
  for await (const entry of zip.eachEntry()) if (MAIN_PART.test(entry.fileName)) return entry;
  throw new UnreadableError('BROKEN');
}

async function readDocx({ bytes, maxCharacters, maxInflatedBytes }: ThreadTask): Promise<ThreadAnswer> {
  // A worker is given the bytes as a plain array of them.
  const zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
    lazyEntries: true,
    validateEntrySizes: true,
  });
  const part = await findMainPart(zip);
  if (part.isEncrypted()) throw new UnreadableError('ENCRYPTED');
  const document = new DocumentText();
  const parser = new SaxesParser({ position: false, xmlns: false });
  parser.on('error', () => {
    throw new UnreadableError('BROKEN');
  });
  parser.on('opentag', ({ name, attributes }) => document.open(localName(name), attributes));
  parser.on('closetag', ({ name }) => document.close(localName(name)));
  parser.on('text', (given) => document.characters(given));
  const decoder = new TextDecoder('utf-8');
  let inflated = 0;
  for await (const chunk of (await zip.openReadStreamPromise(part)) as AsyncIterable<Buffer>) {
    inflated += chunk.length;
    if (inflated > maxInflatedBytes) throw new UnreadableError('TOO_LARGE');
    parser.write(decoder.decode(chunk, { stream: true }));
    if (document.text.length > maxCharacters) return { kind: 'text', text: document.text, cut: true };
  }
  parser.close();
  return { kind: 'text', text: document.text, cut: false };
}

if (!parentPort) throw new Error('docx.thread is to be started as a worker thread.');
const port = parentPort;
// The one who started the thread passes this task, and nobody else can.
readDocx(workerData as ThreadTask).then(
  (answer) => port.postMessage(answer),
  (error: unknown) => {
    const answer: ThreadAnswer = {
      kind: 'unreadable',
      why: error instanceof UnreadableError ? error.why : 'BROKEN',
    };
    port.postMessage(answer);
  },
);
