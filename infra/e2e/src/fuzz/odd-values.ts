/**
 * Values that software trips over, for fast-check: each scalar's edges, what JavaScript and PostgreSQL take
 * differently, and what is well formed but not what was asked for. Beside them stand values that do exist, so that
 * a generated question also gets past the first check.
 */
import fc, { type Arbitrary } from 'fast-check';

/** What exists already and may be asked about. */
export interface Known {
  /** Ids that the askers' company holds, by the name of their type. */
  ids: Readonly<Record<string, readonly string[]>>;
  /** Ids of another company: given where an id is asked for, and nowhere else. */
  foreignIds: readonly string[];
  /** Cursors of every list, of both companies. */
  cursors: readonly string[];
  /** External ids of the askers' company that may be erased with whatever hangs on them. */
  externalIds: readonly string[];
  /** Names of stored files. */
  fileNames: readonly string[];
}

/** A string for each of these lengths: around the columns' limits, and far beyond. */
const LENGTHS = [254, 255, 256, 2000, 2001, 5001, 60_000];

const TRAPS = [
  ...['', ' ', '\0', 'a\0b', '\n', '\r\n\t', '\u001b[31m', '\u007f', '\u0085', '\u2028'],
  ...[
    '\ud800',
    'x\udc00y',
    '\ud83d',
    '\ufffe',
    '\u202egnp.exe',
    '\u2066\u2069',
    '\u200b',
    '\ufeff',
    'e\u0301',
    '👩‍👩‍👧',
  ],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__typename', 'then', 'toJSON'],
  ...['null', 'undefined', 'NaN', 'true', '0', '-1', '1e309', '[]', '{}', '[object Object]'],
  ...[
    "' OR 1=1 --",
    '"; --',
    "\\'",
    '%',
    '_',
    '?',
    '??',
    ':name',
    '$1',
    '$$',
    '#{1}',
    '{{1}}',
    '%s%n',
    '\\x00',
    '\\u0000',
  ],
  ...[
    '../..',
    '..%2f..%2f',
    '/',
    '\\',
    'C:\\',
    '*',
    '{round}',
    'a:b',
    'stream:audio:{x}',
    '<b onclick=alert(1)>',
    '=1+1',
  ],
];

/** Sixteen bits at a time: halves of characters too. */
const halves = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 }).map((codes) => {
  return String.fromCharCode(...codes);
});

export const oddString: Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...TRAPS) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: halves },
  { weight: 1, arbitrary: fc.constantFrom(...LENGTHS).map((length) => 'x'.repeat(length)) },
  { weight: 1, arbitrary: fc.constantFrom(...LENGTHS.slice(0, 4)).map((length) => '😀'.repeat(length)) },
);

const NUMBERS = [
  ...[0, -0, 1, -1, 10, 11, 500, 501, 0.5, -0.1, 1e-320],
  ...[2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 53, 2 ** 53 + 2, -(2 ** 63), 1e21, 1e308, -1e308],
];
export const oddNumber: Arbitrary<number> = fc.oneof(
  fc.constantFrom(...NUMBERS),
  fc.integer({ min: -20, max: 600 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

const INSTANTS = [
  ...['0000-01-01T00:00:00Z', '0000-12-31T23:59:59.999+23:59', '0001-01-01T00:00:00.000Z', '0001-01-01T00:00:00+14:00'],
  ...['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59-14:00', '1970-01-01T00:00:00Z', '1883-11-18T12:03:58-04:56'],
  ...[
    '2016-12-31T23:59:60Z',
    '2026-02-30T10:00:00Z',
    '2024-02-29T24:00:00Z',
    '2026-01-30T24:00:01Z',
    '2026-13-01T00:00:00Z',
  ],
  ...['2026-01-30T09:30:00.123456789Z', '2026-01-30t09:30:00z', '2026-01-30T09:30:00+99:99', '2026-01-30T09:30:00'],
  ...[
    '2026-01-30',
    '2026-W05-5',
    '+010000-01-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '1769765400000',
    '２０２６-01-30T09:30:00Z',
  ],
];
export const oddInstant: Arbitrary<string> = fc.oneof(
  fc.constantFrom(...INSTANTS),
  fc
    .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  fc.integer({ min: -100_000, max: 100_000 }).map((ms) => new Date(Date.now() + ms).toISOString()),
);

/** Objects whose keys mean something to JavaScript, deep ones, and plain ones. */
export const oddJson: Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.jsonValue({ maxDepth: 4, depthSize: 'small' }) },
  { weight: 3, arbitrary: oddString },
  { weight: 1, arbitrary: oddNumber },
  {
    weight: 2,
    // Not a literal, which would set the prototype.
    arbitrary: fc
      .tuple(fc.constantFrom(...TRAPS), oddString)
      .map(([key, value]) => JSON.parse(`{${JSON.stringify(key)}:${JSON.stringify(value)}}`) as unknown),
  },
  { weight: 1, arbitrary: fc.constantFrom(30, 300, 3000).map((depth) => nested(depth)) },
  { weight: 1, arbitrary: fc.constantFrom(10, 3000).map((length) => Array.from({ length }, () => 0)) },
);

function nested(depth: number): unknown {
  let value: unknown = 0;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** A cursor as it was given, cut, with a bit turned, or with another value inside. */
export function oddCursor({ cursors }: Known): Arbitrary<string> {
  if (cursors.length === 0) return oddString;
  const known = fc.constantFrom(...cursors);
  return fc.oneof(
    { weight: 3, arbitrary: known },
    { weight: 1, arbitrary: fc.tuple(known, fc.nat(60)).map(([cursor, length]) => cursor.slice(0, length)) },
    {
      weight: 2,
      arbitrary: fc.tuple(known, fc.nat(), fc.nat(7)).map(([cursor, at, bit]) => {
        const bytes = Buffer.from(cursor, 'base64url');
        const index = at % Math.max(bytes.length, 1);
        bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
        return bytes.toString('base64url');
      }),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(known, fc.nat(), fc.oneof(oddString, oddNumber, oddInstant, fc.constantFrom(null, true, [], {})))
        .map(([cursor, at, value]) => withPart(cursor, at, value)),
    },
  );
}

/** The cursor's JSON array with one of its parts replaced; what is no such array stays as it is. */
function withPart(cursor: string, at: number, value: unknown): string {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    // Not of that form: then only its text can be changed.
    return cursor;
  }
  if (!Array.isArray(parts) || parts.length === 0) return cursor;
  const changed: unknown[] = parts.with(at % parts.length, value);
  return Buffer.from(JSON.stringify(changed)).toString('base64url');
}

/** @param type whose id is asked for, where that is known */
export function oddId(known: Known, type?: string): Arbitrary<string> {
  const all = fc.constantFrom(...Object.values(known.ids).flat());
  const fitting = (type === undefined ? undefined : known.ids[type]) ?? [];
  const existing =
    fitting.length > 0
      ? fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...fitting) }, { weight: 1, arbitrary: all })
      : all;
  return fc.oneof(
    { weight: 16, arbitrary: existing },
    { weight: 2, arbitrary: fc.constantFrom(...known.foreignIds) },
    { weight: 1, arbitrary: existing.map((id) => id.toUpperCase()) },
    { weight: 1, arbitrary: existing.map((id) => `{${id}}`) },
    { weight: 1, arbitrary: fc.uuid() },
    { weight: 2, arbitrary: oddString },
  );
}

/** Text that stands for anything: an external id, a cursor, a name. */
export function oddText(known: Known): Arbitrary<string> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...known.externalIds) },
    { weight: 1, arbitrary: oddCursor(known) },
    { weight: 3, arbitrary: oddString },
    { weight: 4, arbitrary: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 30 }) },
  );
}
