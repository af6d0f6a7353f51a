/** A PDF from its first byte to its last: objects, tables and trailers, and nothing else between or behind them. */
import { type PdfFindings, PdfInspector } from './pdf-inspector.js';
import { DamagedPdf } from './refusal.js';

const NUMBER = /^[+-]?\d*\.?\d*$/;
/** What may stand outside dictionaries and arrays. `n` and `f` are of the table of objects. */
const WORDS = ['endobj', 'xref', 'trailer', 'startxref', 'n', 'f', 'true', 'false', 'null', 'R'];

export class PdfBody extends PdfInspector {
  objects = 0;
  trailers = 0;
  /** Of the words at the outermost level the last ones. */
  #last = ['', ''];
  #hasEnded = false;

  constructor(findings: PdfFindings) {
    super(findings);
  }

  override word(text: string): void {
    if (this.depth === 0) this.#outermost(text);
    super.word(text);
  }

  override open(kind: 'dict' | 'array'): void {
    if (this.depth === 0) {
      if (kind === 'dict' && this.#last[1] === 'trailer') this.trailers += 1;
      this.#outermost('');
    }
    super.open(kind);
  }

  override string(): void {
    if (this.depth === 0) this.#outermost('');
    super.string();
  }

  override comment(text: string): void {
    this.#hasEnded = /^%EOF\s{0,8}$/.test(text);
  }

  #outermost(text: string): void {
    this.#hasEnded = false;
    const [before, last] = this.#last;
    if (text === 'obj' && isInteger(before) && isInteger(last)) {
      this.objects += 1;
      this.object = Number(before);
    } else if (!NUMBER.test(text) && !WORDS.includes(text)) {
      throw new DamagedPdf('holds data that is not part of a PDF, or is damaged');
    }
    this.#last = [last ?? '', text];
  }

  /** @throws DamagedPdf unless the mark %%EOF was the last thing in the file. */
  end(): void {
    if (this.depth > 0 || !this.#hasEnded) throw new DamagedPdf('has data behind its end, or is cut off');
  }
}

const isInteger = (text: string | undefined) => /^\d+$/.test(text ?? '');
