/**
 * Looks at a PDF's objects as the lexer names them, for what makes a reader act: scripts, programs, attachments,
 * actions at opening. Key and value names are those of ISO 32000-1.
 */
import type { PdfTokens } from './pdf-lexer.js';
import { DamagedPdf, refusal } from './refusal.js';

/** Refused wherever they stand outside strings and contents. */
const REFUSED_NAMES: Record<string, string> = {
  JavaScript: 'holds JavaScript',
  Launch: 'starts a program (Launch)',
  EmbeddedFile: 'holds another file (EmbeddedFile)',
  EmbeddedFiles: 'holds another file (EmbeddedFiles)',
  RichMedia: 'holds active media (RichMedia)',
  Rendition: 'holds active media (Rendition)',
  GoToE: 'holds another file (GoToE)',
  ImportData: 'reads data from elsewhere (ImportData)',
  SubmitForm: 'sends data elsewhere (SubmitForm)',
};
/** Refused as keys; as values they are names that someone chose. */
const REFUSED_KEYS: Record<string, string> = {
  JS: 'holds JavaScript',
  AA: 'acts by itself (AA)',
  XFA: 'holds an XFA form',
  Encrypt: 'is encrypted: give it without a password',
};
/** Every name that is refused as such, for a file whose names cannot be told from its contents. */
export const ACTIVE_NAMES: readonly string[] = [...Object.keys(REFUSED_NAMES), ...Object.keys(REFUSED_KEYS)];
/** Actions that a reader may click on, and that must not run when the file is opened. */
const ACTIONS = ['URI', 'GoToR', 'Named', 'Thread', 'Sound', 'Movie', 'Hide', 'SetOCGState', 'Trans', 'ResetForm'];

/** Deeper than any object that means something. */
const MAX_DEPTH = 100;
/** Of actions and of what opening leads to; a resume has dozens of links. */
const MAX_REMEMBERED = 50_000;

/** What is known of the whole file, from all its object streams too. */
export interface PdfFindings {
  /** Numbers of objects that are actions. */
  actions: Set<number>;
  /** Numbers of objects that the file opens with. */
  openings: Set<number>;
}

/** A stream of objects, with what must be known to read it. */
export interface ObjectStream {
  chunks: Buffer[];
  count: number;
  first: number;
  isDeflated: boolean;
}

interface Frame {
  kind: 'dict' | 'array';
  /** Under which key of the dictionary around it it stands. */
  under: string | undefined;
  key: string | undefined;
  hasValue: boolean;
  /** Names and words by key, as far as they matter; an array's items by the empty key, and for the key it stands under. */
  values: Map<string, string[]>;
  opensWith: boolean;
}

const REMEMBERED_KEYS = [
  'Type',
  'S',
  'Filter',
  'N',
  'First',
  'Next',
  'Predictor',
  'F',
  'UF',
  'EF',
  'DecodeParms',
  'DP',
];

/** Compressed bytes of one object stream; real ones have some ten thousand. */
const MAX_OBJECT_STREAM = 4 * 1024 * 1024;

export class PdfInspector implements PdfTokens {
  /** Of the object being read. */
  object: number | undefined;
  readonly #findings: PdfFindings;
  readonly #frames: Frame[] = [];
  #streams: ObjectStream[] = [];
  #stream: ObjectStream | undefined;
  #streamBytes = 0;
  #last: Frame | undefined;

  constructor(findings: PdfFindings) {
    this.#findings = findings;
  }

  get depth(): number {
    return this.#frames.length;
  }

  /** Object streams that have ended since it was last asked. */
  takeStreams(): ObjectStream[] {
    const streams = this.#streams;
    this.#streams = [];
    return streams;
  }

  name(text: string): void {
    const refused = Object.hasOwn(REFUSED_NAMES, text) ? REFUSED_NAMES[text] : undefined;
    if (refused) throw refusal(refused);
    const frame = this.#frames.at(-1);
    if (frame?.kind === 'dict' && (frame.key === undefined || frame.hasValue)) this.#key(frame, text);
    else this.#value(text);
  }

  word(text: string): void {
    const frame = this.#frames.at(-1);
    if (text === 'R' && frame) this.#reference(frame);
    this.#value(text);
  }

  open(kind: Frame['kind']): void {
    const outer = this.#frames.at(-1);
    if (this.#frames.length >= MAX_DEPTH) throw refusal('is nested deeper than a document is');
    this.#value(kind);
    const under = outer?.kind === 'array' ? outer.under : outer?.key;
    const opensWith = outer?.opensWith === true || (outer?.kind === 'dict' && under === 'OpenAction');
    this.#frames.push({ kind, under, key: undefined, hasValue: false, values: new Map(), opensWith });
  }

  close(kind: Frame['kind']): void {
    const frame = this.#frames.pop();
    if (!frame || frame.kind !== kind) throw new DamagedPdf('is not a well-formed PDF');
    this.#last = frame;
    const outer = this.#frames.at(-1);
    if (kind === 'array') {
      const items = frame.values.get('') ?? [];
      if (outer?.kind === 'dict' && frame.under !== undefined) remember(outer, frame.under, items);
      return;
    }
    if (frame.values.has('EF') && (frame.values.has('F') || frame.values.has('UF')))
      throw refusal('holds another file');
    const predictor = Number(frame.values.get('Predictor')?.[0] ?? 1);
    if (predictor > 1) for (const around of this.#frames) remember(around, 'Predictor', [String(predictor)]);
    this.#action(frame);
  }

  string(): void {
    this.#value('()');
  }

  comment(_text: string): void {
    // Says nothing to a reader of objects.
  }

  streamStart(): boolean {
    const values = this.#last?.values;
    // A stream's F names the file, or the address, that its content is in.
    if (values?.has('F')) throw refusal('refers to something elsewhere');
    const isObjects = values?.get('Type')?.includes('ObjStm') || values?.has('First');
    if (!values || !isObjects) return false;
    this.#stream = objectStream(values);
    this.#streamBytes = 0;
    return true;
  }

  streamBytes(bytes: Buffer): void {
    this.#streamBytes += bytes.length;
    if (this.#streamBytes > MAX_OBJECT_STREAM) throw refusal('holds objects that are too large to be checked');
    this.#stream?.chunks.push(Buffer.from(bytes));
  }

  streamEnd(): void {
    if (this.#stream) this.#streams.push(this.#stream);
    this.#stream = undefined;
  }

  #key(frame: Frame, text: string): void {
    const refused = Object.hasOwn(REFUSED_KEYS, text) ? REFUSED_KEYS[text] : undefined;
    if (refused) throw refusal(refused);
    frame.key = text;
    frame.hasValue = false;
  }

  #value(text: string): void {
    const frame = this.#frames.at(-1);
    if (!frame) return;
    frame.hasValue = true;
    if (frame.kind === 'array') remember(frame, '', [text]);
    else if (frame.key !== undefined && REMEMBERED_KEYS.includes(frame.key)) remember(frame, frame.key, [text]);
    else if (frame.key === 'OpenAction') remember(frame, frame.key, [text]);
  }

  /** `12 0 R`: the two words before are the object's number and generation. */
  #reference(frame: Frame): void {
    if (frame.key !== 'OpenAction') return;
    const number = Number(frame.values.get('OpenAction')?.at(-2));
    if (Number.isInteger(number)) addBounded(this.#findings.openings, number);
  }

  #action(frame: Frame): void {
    const kind = frame.values.get('S')?.[0];
    const acts = kind !== undefined && (ACTIONS.includes(kind) || (kind === 'GoTo' && frame.values.has('Next')));
    if (!acts) return;
    if (frame.opensWith) throw refusal(actsAtOpening);
    if (this.#frames.length === 0 && this.object !== undefined) addBounded(this.#findings.actions, this.object);
  }
}

const actsAtOpening = 'acts when it is opened (OpenAction)';

/** Once the whole file is known. @throws AppError UNSUPPORTED_MEDIA_TYPE */
export function refuseActionAtOpening({ actions, openings }: PdfFindings): void {
  if (openings.intersection(actions).size > 0) throw refusal(actsAtOpening);
}

/** What a value is made of, bounded: long arrays are no values that matter. */
function remember(frame: Frame, key: string, values: readonly string[]): void {
  const known = frame.values.get(key) ?? [];
  if (known.length < 16) known.push(...values.slice(0, 16));
  frame.values.set(key, known);
}

function addBounded(numbers: Set<number>, number: number): void {
  if (numbers.size >= MAX_REMEMBERED) throw refusal('holds more links than a resume has');
  numbers.add(number);
}

/** @throws AppError UNSUPPORTED_MEDIA_TYPE when its content cannot be looked at. */
function objectStream(values: ReadonlyMap<string, readonly string[]>): ObjectStream {
  const whole = (key: string) => {
    const value = values.get(key) ?? [];
    return value.length === 1 && /^\d+$/.test(value[0] ?? '') ? Number(value[0]) : undefined;
  };
  const [count, first] = [whole('N'), whole('First')];
  const filters = (values.get('Filter') ?? []).filter((value) => value !== 'array');
  const isPlain = filters.length === 0;
  const isDeflated = filters.length === 1 && filters[0] === 'FlateDecode';
  const isReadable = (isPlain || isDeflated) && !['Predictor', 'F', 'DP'].some((key) => values.has(key));
  const parameters = values.get('DecodeParms') ?? [];
  if (count === undefined || first === undefined || !isReadable || parameters.includes('R')) {
    throw refusal('holds objects that cannot be checked');
  }
  return { chunks: [], count, first, isDeflated };
}
