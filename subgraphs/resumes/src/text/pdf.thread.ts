/**
 * The thread that reads the text of one PDF, with pdf.js as `unpdf` bundles it: without a worker of its own, and
 * without `eval` or `new Function`. Scripts, forms, images and fonts of the file are neither run nor drawn.
 *
 * This file is loaded by `node:worker_threads` itself: as `dist/text/pdf.thread.js` in production, as
 * `src/text/pdf.thread.ts` in tests, where Node strips the types. So it imports packages and types only.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { getResolvedPDFJS } from 'unpdf';
import type { ThreadAnswer, ThreadTask } from './thread-messages.js';

/** Of an item of text what the layout needs; `transform` is pdf.js' matrix, whose last two are x and y in points. */
interface Item {
  str: string;
  transform: number[];
  width: number;
  height: number;
  hasEOL: boolean;
}

const isItem = <T extends object>(item: T): item is T & Item => 'str' in item;

/** Gaps between two items of a line, in heights of the text: a word ends; a column ends. */
const WORD_GAP = 0.15;
const COLUMN_GAP = 1.5;
/** Items belong to one line when their baselines are this near, in heights of the text. */
const SAME_LINE = 0.4;
/** A step down by more than this, in heights of the text, is an empty line. */
const PARAGRAPH_STEP = 2.2;

/** The lines of a page in the order in which the file draws them, columns of a line apart by a tab. */
function layOut(items: Item[]): string {
  let text = '';
  let last: { x: number; y: number; height: number } | undefined;
  for (const item of items) {
    const [, , , , x = 0, y = 0] = item.transform;
    const height = item.height || last?.height || 10;
    if (last && item.str) {
      const step = Math.abs(last.y - y);
      const gap = x - last.x;
      if (step > SAME_LINE * height || gap < -height) {
        text = `${text.trimEnd()}${step > PARAGRAPH_STEP * height ? '\n\n' : '\n'}`;
      } else if (gap > COLUMN_GAP * height) text = `${text.trimEnd()}\t`;
      else if (gap > WORD_GAP * height && !/\s$/.test(text) && !/^\s/.test(item.str)) text += ' ';
    }
    text += item.str;
    // A blank says where it ends, not where the line does: pdf.js makes blanks as wide as a gap.
    if (item.str.trim()) last = { x: x + item.width, y, height };
  }
  return text.trimEnd();
}

async function readPdf({ bytes, maxPages, maxCharacters }: ThreadTask): Promise<ThreadAnswer> {
  const { getDocument } = await getResolvedPDFJS();
  const document = await getDocument({
    data: bytes,
    disableFontFace: true,
    useSystemFonts: false,
    enableXfa: false,
    // Nothing but errors, which come as rejections anyhow.
    verbosity: 0,
  }).promise;
  let text = '';
  const pages = Math.min(document.numPages, maxPages);
  for (let number = 1; number <= pages && text.length <= maxCharacters; number += 1) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    text += `${layOut(items.filter(isItem))}\n\n`;
    page.cleanup();
  }
  return { kind: 'text', text, cut: document.numPages > maxPages || text.length > maxCharacters };
}

/** The names are pdf.js' own. */
const isEncrypted = (error: unknown) => error instanceof Error && error.name === 'PasswordException';

if (!parentPort) throw new Error('pdf.thread is to be started as a worker thread.');
const port = parentPort;
// The one who started the thread passes this task, and nobody else can.
readPdf(workerData as ThreadTask).then(
  (answer) => port.postMessage(answer),
  (error: unknown) => {
    const answer: ThreadAnswer = { kind: 'unreadable', why: isEncrypted(error) ? 'ENCRYPTED' : 'BROKEN' };
    port.postMessage(answer);
  },
);
