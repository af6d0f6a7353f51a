/** Dates as resumes write them: a month of a year, a year alone, or up to the present. */

export interface YearMonth {
  year: number;
  /** 1 to 12; null where only the year is written. */
  month: number | null;
}
export type RangeEnd = YearMonth | 'present';

export interface DateRange {
  start: YearMonth | null;
  end: RangeEnd | null;
}

/** A range, and where in the line it stands. */
export interface FoundRange extends DateRange {
  index: number;
  length: number;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH_NAME =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?';
const YEAR = '(?:19[5-9]\\d|20\\d\\d)';

/** `Mar 2019`, `March, 2019`, `Mar. ’19`, `03/2019`, `2019-03`, `2019/03`, `15.03.2019`, `2019`. */
const DATE =
  `(?:(?:\\d{1,2}\\.? )?(?:${MONTH_NAME})\\b[.,]? ?(?:\\d{1,2}, )?(?:${YEAR}|['’]\\d\\d)` +
  `|\\d{1,2}\\.(?:0?[1-9]|1[0-2])\\.${YEAR}` +
  `|(?:0?[1-9]|1[0-2]) ?[/.] ?${YEAR}` +
  `|${YEAR}[-/.](?:0[1-9]|1[0-2])(?:-[0-3]\\d)?` +
  `|(?:(?:spring|summer|autumn|fall|winter) )?${YEAR})(?![\\d%])`;
const PRESENT = '(?:the )?(?:present|current|currently|now|today|ongoing|date|heute|actualidad)\\b';
const TO = ' ?(?:[-–—−‒~]{1,2}|\\bto\\b|\\buntil\\b|\\btill?\\b|\\bthrough\\b|\\bthru\\b) ?';
const NOT_INSIDE_A_WORD = '(?<![\\p{L}\\p{N}]|\\d[/.,-])';

const RANGE = new RegExp(
  `${NOT_INSIDE_A_WORD}(?:from )?(?<start>${DATE}|(?:${MONTH_NAME})\\b)${TO}(?<end>${DATE}|${PRESENT})`,
  'giu',
);
const BETWEEN = new RegExp(`\\bbetween (?<start>${DATE}|(?:${MONTH_NAME})\\b) and (?<end>${DATE}|${PRESENT})`, 'gi');
const SINCE = new RegExp(`\\bsince (?<start>${DATE})`, 'gi');
const SINGLE = new RegExp(`${NOT_INSIDE_A_WORD}(?<start>${DATE})`, 'giu');

/** `2019`, `2019-03`, `present`: how a fact states it. */
export const written = (date: RangeEnd): string =>
  date === 'present' || date.month === null
    ? String(date === 'present' ? date : date.year)
    : `${date.year}-${String(date.month).padStart(2, '0')}`;

/** Every range of a line, `since 2018` among them, in order. */
export function findRanges(line: string): FoundRange[] {
  const ranges = [...line.matchAll(RANGE), ...line.matchAll(BETWEEN)].flatMap(
    (match) => toRange(match, match.groups?.['end']) ?? [],
  );
  const since = [...line.matchAll(SINCE)].flatMap((match) => toRange(match, 'present') ?? []);
  return [...ranges, ...since.filter((one) => !ranges.some((other) => overlaps(one, other)))].sort(
    (a, b) => a.index - b.index,
  );
}

/** Dates that stand alone in a line: the start and the end at once. */
export function findSingleDates(line: string): FoundRange[] {
  return [...line.matchAll(SINGLE)].flatMap((match) => toRange(match, match.groups?.['start']) ?? []);
}

const overlaps = (a: FoundRange, b: FoundRange) => a.index < b.index + b.length && b.index < a.index + a.length;

function toRange(match: RegExpExecArray, endText: string | undefined): FoundRange | null {
  const end = endText === undefined ? null : readEnd(endText);
  const startText = match.groups?.['start'] ?? '';
  const start = readDate(startText) ?? monthOfSameYear(startText, end);
  if (!start || !end) return null;
  return { start, end, index: match.index, length: match[0].length };
}

/** `Jan – Mar 2019`: the first takes the year of the second. */
function monthOfSameYear(text: string, end: RangeEnd | null): YearMonth | null {
  const month = monthNumber(text);
  return month && end && end !== 'present' ? { year: end.year, month } : null;
}

function readEnd(text: string): RangeEnd | null {
  return new RegExp(`^${PRESENT}`, 'i').test(text) ? 'present' : readDate(text);
}

function readDate(text: string): YearMonth | null {
  const year = /(?:19|20)\d\d/.exec(text)?.[0];
  if (!year) {
    const short = /['’](\d\d)/.exec(text)?.[1];
    const month = monthNumber(text);
    // Nobody who works was hired before the fifties.
    return short && month ? { year: Number(short) + (Number(short) < 50 ? 2000 : 1900), month } : null;
  }
  const named = monthNumber(text);
  if (named) return { year: Number(year), month: named };
  const numbers = (text.replace(year, ' ').match(/\d{1,2}/g) ?? []).map(Number);
  // Of a whole date the day comes first when the year comes last, else last.
  const month = text.startsWith(year) ? numbers[0] : numbers.at(-1);
  return { year: Number(year), month: month ?? null };
}

function monthNumber(text: string): number | null {
  const name = /[a-z]{3,}/i.exec(text)?.[0].toLowerCase();
  const index = name ? MONTHS.indexOf(name.slice(0, 3)) : -1;
  return index < 0 ? null : index + 1;
}

/**
 * Months since the year 0 at which a date begins and ends. A year without a month counts as its middle: of what
 * it may be, the least far from all.
 */
const MIDDLE_OF_YEAR = 6;
export const startMonth = (date: YearMonth) => date.year * 12 + (date.month === null ? MIDDLE_OF_YEAR : date.month - 1);
export const endMonth = (date: RangeEnd, now: Date) => {
  if (date === 'present') return monthOf(now);
  return date.year * 12 + (date.month ?? MIDDLE_OF_YEAR);
};
/** With the part of the present month that has passed. */
export const monthOf = (now: Date) => now.getUTCFullYear() * 12 + now.getUTCMonth() + (now.getUTCDate() - 1) / 31;
