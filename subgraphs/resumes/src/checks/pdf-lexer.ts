/**
 * Cuts a PDF into its tokens as it streams (ISO 32000-1, section 7.2 and 7.3): strings, comments and stream contents
 * are passed by, so that the word JavaScript in a text is not taken for the name /JavaScript. Holds one token.
 */

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

enum State {
  Between,
  Comment,
  String,
  Hex,
  Name,
  Word,
  LessThan,
  GreaterThan,
  Stream,
}

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

  #state: State = State.Between;
  #offset = 0;
  #text = '';
  #depth = 0;
  #escaped = false;
  #afterDict = false;
  #wanted = false;
  /** Bytes at the end of a chunk that may begin `endstream`. */
  #held: Buffer = Buffer.alloc(0);

  constructor(readonly tokens: PdfTokens) {}

  /** Whether it stands between two tokens: what was given may end here. */
  get isBetween(): boolean {
    return this.#state === State.Between;
  }

  feed(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) at = this.#state === State.Stream ? this.#passStream(chunk, at) : this.#step(chunk, at);
    this.#offset += chunk.length;
  }

  /** Reports a token that the end of the file ends. */
  end(): void {
    if (this.#state === State.Comment || this.#state === State.Word || this.#state === State.Name) this.#finish(0);
  }

  /** Handles the byte at `at`; answers where to go on. */
  #step(chunk: Buffer, at: number): number {
    const code = chunk[at] ?? 0;
    switch (this.#state) {
      case State.Between:
        this.#begin(code, this.#offset + at);
        return at + 1;
      case State.Comment:
        if (code === 10 || code === 13) this.#finish(at);
        else if (code !== 0 && this.#text.length < MAX_COMMENT) this.#text += String.fromCharCode(code);
        return at + 1;
      case State.String:
        this.#inString(code, at);
        return at + 1;
      case State.Hex:
        if (code === 62) this.#finish(at + 1);
        return at + 1;
      case State.LessThan:
        if (code === 60) {
          this.#finish(at + 1);
          return at + 1;
        }
        this.#state = State.Hex;
        return at;
      case State.GreaterThan:
        // A single one means nothing.
        this.#finish(code === 62 ? at + 1 : at, code === 62);
        return code === 62 ? at + 1 : at;
      default:
        if (CLASS[code] === 0) {
          if (this.#text.length < 3 * MAX_TOKEN) this.#text += String.fromCharCode(code);
          return at + 1;
        }
        this.#finish(at);
        return at;
    }
  }

  #begin(code: number, position: number): void {
    if (CLASS[code] === 1) return;
    this.start = position;
    this.#text = '';
    if (code === 37) this.#state = State.Comment;
    else if (code === 40) {
      this.#state = State.String;
      this.#depth = 1;
      this.#escaped = false;
    } else if (code === 60) this.#state = State.LessThan;
    else if (code === 62) this.#state = State.GreaterThan;
    else if (code === 47) this.#state = State.Name;
    else if (code === 91) this.#report(position + 1, () => this.tokens.open('array'));
    else if (code === 93) this.#report(position + 1, () => this.tokens.close('array'));
    else if (CLASS[code] === 2) this.#report(position + 1, () => this.tokens.word(String.fromCharCode(code)));
    else {
      this.#state = State.Word;
      this.#text = String.fromCharCode(code);
    }
  }

  #inString(code: number, at: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (code === 92) this.#escaped = true;
    else if (code === 40) this.#depth += 1;
    else if (code === 41) {
      this.#depth -= 1;
      if (this.#depth === 0) this.#finish(at + 1);
    }
  }

  /** The token ends before `at` of this chunk. */
  #finish(at: number, isClose = false): void {
    const { tokens } = this;
    const text = this.#text;
    const state = this.#state;
    this.#state = State.Between;
    const end = this.#offset + at;
    const afterDict = this.#afterDict;
    if (state === State.Comment) {
      tokens.comment(text);
      this.previousEnd = end;
      return;
    }
    this.#afterDict = false;
    if (state === State.Name) tokens.name(decodeName(text));
    else if (state === State.LessThan) tokens.open('dict');
    else if (state === State.GreaterThan) {
      if (!isClose) return;
      tokens.close('dict');
      this.#afterDict = true;
    } else if (state === State.Word) {
      if (text === 'stream' && afterDict) this.#enterStream();
      else tokens.word(text);
    } else tokens.string();
    this.previousEnd = end;
  }

  #report(end: number, report: () => void): void {
    this.#afterDict = false;
    report();
    this.previousEnd = end;
  }

  #enterStream(): void {
    this.#state = State.Stream;
    this.#held = Buffer.alloc(0);
    this.#wanted = this.tokens.streamStart();
  }

  /** Goes to the end of the stream, or of the chunk. */
  #passStream(chunk: Buffer, at: number): number {
    const held = this.#held.length;
    const bytes = held > 0 ? Buffer.concat([this.#held, chunk.subarray(at)]) : chunk.subarray(at);
    const end = bytes.indexOf(END_STREAM);
    const upTo = end >= 0 ? end : Math.max(0, bytes.length - END_STREAM.length + 1);
    if (this.#wanted && upTo > 0) this.tokens.streamBytes(bytes.subarray(0, upTo));
    if (end < 0) {
      this.#held = Buffer.from(bytes.subarray(upTo));
      return chunk.length;
    }
    this.#state = State.Between;
    this.tokens.streamEnd();
    const next = at + end + END_STREAM.length - held;
    this.previousEnd = this.#offset + next;
    return next;
  }
}

const decodeName = (text: string) =>
  text
    .replace(/#([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
    .slice(0, MAX_TOKEN);
