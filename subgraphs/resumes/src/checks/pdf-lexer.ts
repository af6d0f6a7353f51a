/**
 * Cuts a PDF into its tokens as it streams (ISO 32000-1, section 7.2 and 7.3): strings, comments and stream contents
 * are passed by, so that the word JavaScript in a text is not taken for the name /JavaScript. Holds one token.
 */

import type { PdfBudget } from './pdf-budget.js';

export interface PdfTokens {
  /** Without its slash, its `#xx` decoded. */
  name(text: string): void;
  /** A number or a keyword. */
  word(text: string): void;
  open(kind: 'dict' | 'array'): void;
  close(kind: 'dict' | 'array'): void;
  string(): void;
  /** Behind the percent sign to the end of the line, without NUL, cut at 32 characters. */
  comment(text: string): void;
  /** The content of a stream begins. Whether its bytes are wanted. */
  streamStart(): boolean;
  streamBytes(bytes: Buffer): void;
  streamEnd(): void;
}

type State = 'between' | 'comment' | 'string' | 'hex' | 'name' | 'word' | 'less than' | 'greater than' | 'stream';

/** By character code: 1 white space, 2 delimiter, 0 regular. */
const CLASS = new Uint8Array(256);
for (const code of [0, 9, 10, 12, 13, 32]) CLASS[code] = 1;
for (const character of '()<>[]{}/%') CLASS[character.charCodeAt(0)] = 2;

const END_STREAM = Buffer.from('endstream');
/** Of a token; longer ones mean nothing to anyone here. */
const MAX_TOKEN = 128;
const MAX_COMMENT = 32;

export class PdfLexer {
  /** Where the token begins that is being reported. */
  start = 0;
  /** Where the token or comment before it ended. */
  previousEnd = 0;

  readonly #tokens: PdfTokens;
  readonly #budget: PdfBudget;
  #state: State = 'between';
  #offset = 0;
  #text = '';
  #depth = 0;
  #escaped = false;
  #afterDict = false;
  #wanted = false;
  /** Bytes at the end of a chunk that may begin `endstream`. */
  #held: Buffer = Buffer.alloc(0);

  constructor(tokens: PdfTokens, budget: PdfBudget) {
    this.#tokens = tokens;
    this.#budget = budget;
  }

  /** Whether it stands between two tokens: what was given may end here. */
  get isBetween(): boolean {
    return this.#state === 'between';
  }

  feed(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) at = this.#state === 'stream' ? this.#passStream(chunk, at) : this.#step(chunk, at);
    this.#offset += chunk.length;
  }

  /** Reports a token that the end of the file ends. */
  end(): void {
    if (this.#state === 'comment' || this.#state === 'word' || this.#state === 'name') this.#finish(0);
  }

  /** Handles what begins at `at`, as far as one state goes; answers where to go on. */
  #step(chunk: Buffer, at: number): number {
    switch (this.#state) {
      case 'between':
        return this.#passSpace(chunk, at);
      case 'comment':
        return this.#passComment(chunk, at);
      case 'string':
        return this.#passString(chunk, at);
      case 'hex': {
        const end = chunk.indexOf(62, at);
        if (end < 0) return chunk.length;
        this.#finish(end + 1);
        return end + 1;
      }
      case 'less than':
        if (chunk[at] === 60) {
          this.#finish(at + 1);
          return at + 1;
        }
        this.#state = 'hex';
        return at;
      case 'greater than': {
        // A single one means nothing.
        const isClose = chunk[at] === 62;
        const end = isClose ? at + 1 : at;
        this.#finish(end, isClose);
        return end;
      }
      default:
        return this.#passRegular(chunk, at);
    }
  }

  #passSpace(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length && CLASS[chunk[at] ?? 0] === 1) at += 1;
    if (at === chunk.length) return at;
    this.#begin(chunk[at] ?? 0, this.#offset + at);
    return at + 1;
  }

  #passComment(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length && chunk[at] !== 10 && chunk[at] !== 13) at += 1;
    if (this.#text.length < MAX_COMMENT) {
      const text = chunk.toString('latin1', from, Math.min(at, from + 4 * MAX_COMMENT)).replaceAll('\0', '');
      this.#text = (this.#text + text).slice(0, MAX_COMMENT);
    }
    if (at === chunk.length) return at;
    this.#finish(at);
    return at + 1;
  }

  #passString(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at += 1) {
      const code = chunk[at];
      if (this.#escaped) this.#escaped = false;
      else if (code === 92) this.#escaped = true;
      else if (code === 40) this.#depth += 1;
      else if (code === 41) {
        this.#depth -= 1;
        if (this.#depth > 0) continue;
        this.#finish(at + 1);
        return at + 1;
      }
    }
    return chunk.length;
  }

  /** Names and words. */
  #passRegular(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length && CLASS[chunk[at] ?? 0] === 0) at += 1;
    const room = 3 * MAX_TOKEN - this.#text.length;
    if (room > 0) this.#text += chunk.toString('latin1', from, Math.min(at, from + room));
    if (at < chunk.length) this.#finish(at);
    return at;
  }

  #begin(code: number, position: number): void {
    if (CLASS[code] === 1) return;
    this.start = position;
    this.#text = '';
    if (code === 37) this.#state = 'comment';
    else if (code === 40) {
      this.#state = 'string';
      this.#depth = 1;
      this.#escaped = false;
    } else if (code === 60) this.#state = 'less than';
    else if (code === 62) this.#state = 'greater than';
    else if (code === 47) this.#state = 'name';
    else if (CLASS[code] === 2) this.#single(code, position + 1);
    else {
      this.#state = 'word';
      this.#text = String.fromCharCode(code);
    }
  }

  /** The token ends before `at` of this chunk. */
  #finish(at: number, isClose = false): void {
    this.#budget.token();
    const tokens = this.#tokens;
    const text = this.#text;
    const state = this.#state;
    this.#state = 'between';
    const end = this.#offset + at;
    const afterDict = this.#afterDict;
    if (state === 'comment') {
      tokens.comment(text);
      this.previousEnd = end;
      return;
    }
    this.#afterDict = false;
    if (state === 'name') tokens.name(decodeName(text));
    else if (state === 'less than') tokens.open('dict');
    else if (state === 'greater than') {
      if (!isClose) return;
      tokens.close('dict');
      this.#afterDict = true;
    } else if (state === 'word') {
      if (text === 'stream' && afterDict) this.#enterStream();
      else tokens.word(text);
    } else tokens.string();
    this.previousEnd = end;
  }

  /** A token of one character. */
  #single(code: number, end: number): void {
    this.#budget.token();
    this.#afterDict = false;
    if (code === 91) this.#tokens.open('array');
    else if (code === 93) this.#tokens.close('array');
    else this.#tokens.word(String.fromCharCode(code));
    this.previousEnd = end;
  }

  #enterStream(): void {
    this.#state = 'stream';
    this.#held = Buffer.alloc(0);
    this.#wanted = this.#tokens.streamStart();
  }

  /** Goes to the end of the stream, or of the chunk. */
  #passStream(chunk: Buffer, at: number): number {
    const held = this.#held.length;
    const bytes = held > 0 ? Buffer.concat([this.#held, chunk.subarray(at)]) : chunk.subarray(at);
    const end = bytes.indexOf(END_STREAM);
    const upTo = end >= 0 ? end : Math.max(0, bytes.length - END_STREAM.length + 1);
    if (this.#wanted && upTo > 0) this.#tokens.streamBytes(bytes.subarray(0, upTo));
    if (end < 0) {
      this.#held = Buffer.from(bytes.subarray(upTo));
      return chunk.length;
    }
    this.#state = 'between';
    this.#tokens.streamEnd();
    const next = at + end + END_STREAM.length - held;
    this.previousEnd = this.#offset + next;
    return next;
  }
}

const decodeName = (text: string) => (text.includes('#') ? decodeEscapes(text) : text).slice(0, MAX_TOKEN);

const decodeEscapes = (text: string) =>
  text.replace(/#([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
