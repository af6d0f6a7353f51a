/**
 * Counts what a reader that jumps by offsets could take for the beginning of an object or of a trailer, wherever it
 * stands. Whoever reads a PDF in order counts the ones that stand in the open; what is more lies hidden in a string, a
 * comment or a stream, where a reader that is told the offset finds it and a check that reads in order does not.
 */
import { refusal } from './refusal.js';

const OBJ = Buffer.from('obj');
const TRAILER = Buffer.from('trailer');
/** Bytes looked at before and behind a word. */
const REACH = 256;
/** In files that were made to keep us busy. */
const MAX_LOOKS = 20_000;

/** Two numbers with comments or white space between, up to the word `obj`. */
const NUMBERS = /\d(?:[\0\t\n\f\r ]|%[^\r\n]*[\r\n])+\d+(?:[\0\t\n\f\r ]|%[^\r\n]*[\r\n])*$/;
const DICTIONARY = /^(?:[\0\t\n\f\r ]|%[^\r\n]*[\r\n])*<</;

const isSpace = (code: number | undefined) =>
  code === 32 || code === 10 || code === 13 || code === 0 || code === 9 || code === 12;
const isDigit = (code: number | undefined) => code !== undefined && code >= 48 && code <= 57;

export class BeginningCount {
  objects = 0;
  trailers = 0;
  #window: Buffer = Buffer.alloc(0);
  /** Within the window: up to where words were counted. */
  #counted = 0;
  #looks = 0;

  feed(chunk: Buffer): void {
    this.#window = Buffer.concat([this.#window, chunk]);
    this.#count(this.#window.length - REACH);
    const from = Math.max(0, this.#counted - REACH);
    this.#window = this.#window.subarray(from);
    this.#counted -= from;
  }

  end(): void {
    this.#count(this.#window.length);
  }

  /** Words that begin before `until`. */
  #count(until: number): void {
    const window = this.#window;
    for (const at of hits(window, OBJ, this.#counted, until)) if (this.#beginsObject(at)) this.objects += 1;
    for (const at of hits(window, TRAILER, this.#counted, until)) {
      const behind = window.toString('latin1', at + TRAILER.length, at + TRAILER.length + REACH);
      if (this.#mayLook() && DICTIONARY.test(behind)) this.trailers += 1;
    }
    this.#counted = Math.max(this.#counted, until);
  }

  #beginsObject(at: number): boolean {
    const window = this.#window;
    let before = at - 1;
    while (isSpace(window[before])) before -= 1;
    // Nothing but white space as far as can be seen: then it is counted, and what is hidden shows.
    if (before < 0) return at > 0;
    if (isDigit(window[before])) {
      while (isDigit(window[before])) before -= 1;
      if (before < 0) return true;
      if (isSpace(window[before])) {
        while (isSpace(window[before])) before -= 1;
        if (before < 0 || isDigit(window[before])) return true;
      }
    } else if (before === at - 1) {
      return false;
    }
    // A comment may stand between.
    return this.#mayLook() && NUMBERS.test(window.toString('latin1', Math.max(0, at - REACH), at));
  }

  #mayLook(): true {
    this.#looks += 1;
    if (this.#looks > MAX_LOOKS) throw refusal('is not a well-formed PDF');
    return true;
  }
}

function* hits(window: Buffer, word: Buffer, from: number, until: number): Generator<number> {
  for (let at = window.indexOf(word, from); at >= 0 && at < until; at = window.indexOf(word, at + 1)) yield at;
}
