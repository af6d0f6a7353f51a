/**
 * The objects within an object stream (ISO 32000-1, section 7.5.7): pairs of number and offset first, then the objects.
 * Each offset must be where an object begins for a reader in order too, else one could lie hidden in a string.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflate } from 'node:zlib';
import { isZlibError } from './error-code.js';
import type { PdfBudget } from './pdf-budget.js';
import { type ObjectStream, type PdfFindings, PdfInspector } from './pdf-inspector.js';
import { PdfLexer } from './pdf-lexer.js';
import { refusal } from './refusal.js';

/** Of one stream; producers put some hundred into each. */
const MAX_OBJECTS = 20_000;

const hidden = () => refusal('holds objects that cannot be checked');

/** @throws AppError UNSUPPORTED_MEDIA_TYPE */
export async function inspectObjectStream(
  { chunks, count, first, isDeflated }: ObjectStream,
  findings: PdfFindings,
  budget: PdfBudget,
): Promise<void> {
  budget.objectStream();
  if (count > MAX_OBJECTS) throw hidden();
  const objects = new StreamedObjects(findings, count, first, budget);
  const see = (chunk: Buffer) => {
    budget.inflated(chunk.length);
    objects.lexer.feed(chunk);
  };
  const content = withoutLineEnd(Buffer.concat(chunks));
  if (isDeflated) await inflate(content, see);
  else see(content);
  objects.end();
}

async function inflate(content: Buffer, see: (chunk: Buffer) => void): Promise<void> {
  try {
    await pipeline(Readable.from([content]), createInflate(), async (inflating) => {
      for await (const chunk of inflating) see(chunk as Buffer);
    });
  } catch (error) {
    if (isZlibError(error)) throw hidden();
    throw error;
  }
}

/** The one that ends the line of the word `stream`. */
function withoutLineEnd(content: Buffer): Buffer {
  const [a, b] = content;
  return content.subarray(a === 13 && b === 10 ? 2 : a === 10 || a === 13 ? 1 : 0);
}

class StreamedObjects extends PdfInspector {
  readonly lexer: PdfLexer;
  readonly #header: number[] = [];
  readonly #count: number;
  readonly #first: number;
  /** Objects by where they begin, in order, once the header is read. */
  #places: { number: number; at: number }[] | undefined;
  #next = 0;

  constructor(findings: PdfFindings, count: number, first: number, budget: PdfBudget) {
    super(findings);
    this.lexer = new PdfLexer(this, budget);
    this.#count = count;
    this.#first = first;
  }

  override name(text: string): void {
    this.#outermost();
    super.name(text);
  }

  override word(text: string): void {
    if (this.#places === undefined && this.#header.length < 2 * this.#count) {
      if (!/^\d+$/.test(text)) throw hidden();
      this.#header.push(Number(text));
      return;
    }
    this.#outermost();
    super.word(text);
  }

  override open(kind: 'dict' | 'array'): void {
    this.#outermost();
    super.open(kind);
  }

  override string(): void {
    this.#outermost();
    super.string();
  }

  override streamStart(): boolean {
    throw hidden();
  }

  end(): void {
    this.lexer.end();
    const within = this.#places?.[this.#next];
    if (this.depth > 0 || !this.lexer.isBetween || (within && within.at < this.lexer.previousEnd)) throw hidden();
  }

  /** A value begins outside all others: whatever object begins before it begins here. */
  #outermost(): void {
    if (this.depth > 0) return;
    this.#places ??= this.#readHeader();
    const { start, previousEnd } = this.lexer;
    for (let place = this.#places[this.#next]; place && place.at <= start; place = this.#places[this.#next]) {
      if (place.at < previousEnd) throw hidden();
      this.object = place.number;
      this.#next += 1;
    }
  }

  #readHeader(): { number: number; at: number }[] {
    if (this.#header.length < 2 * this.#count) throw hidden();
    const places: { number: number; at: number }[] = [];
    for (let pair = 0; pair < this.#count; pair += 1) {
      const [number = 0, offset = 0] = this.#header.slice(2 * pair, 2 * pair + 2);
      places.push({ number, at: this.#first + offset });
    }
    return places.sort((a, b) => a.at - b.at);
  }
}
