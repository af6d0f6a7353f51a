/** How many years a resume covers, and how many it says. */
import type { ResumeLine } from './lines.js';
import { type DateRange, endMonth, monthOf, startMonth } from './year-month.js';

/** What a year stands for that is both the start and the end. */
const WITHIN_A_YEAR_MONTHS = 6;

/** To a tenth of a year, which is finer than resumes are. */
export const roundYears = (months: number) => Math.round((months / 12) * 10) / 10;

/** Months from the start of a range to its end, the last one included; null without both, or when they are the wrong way round. */
export function monthsOf(range: DateRange, now: Date): [from: number, to: number] | null {
  const { start, end } = range;
  if (!start || !end) return null;
  const from = startMonth(start);
  const to = Math.min(endMonth(end, now), monthOf(now));
  if (end !== 'present' && start.year === end.year && start.month === null && end.month === null) {
    return [from - WITHIN_A_YEAR_MONTHS / 2, from + WITHIN_A_YEAR_MONTHS / 2];
  }
  return to > from ? [from, to] : null;
}

/** Years in at least one of the ranges: what overlaps counts once. Null when no range has a start and an end. */
export function yearsCovered(ranges: readonly DateRange[], now: Date): number | null {
  const spans = ranges.flatMap((range) => {
    const span = monthsOf(range, now);
    return span ? [span] : [];
  });
  if (spans.length === 0) return null;
  spans.sort((a, b) => a[0] - b[0]);
  let months = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const [from, to] of spans) {
    months += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return roundYears(months);
}

const NUMBERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
const TENS: Record<string, number> = { fifteen: 15, twenty: 20 };
/** `5`, `5.5`, `5+`, `five`, and then `years`, `yrs`, `years'`. The number is the group `years`. */
export const YEARS_PHRASE = `(?<years>\\d{1,2}(?:[.,]\\d)?|${[...NUMBERS, ...Object.keys(TENS)].join('|')}) ?(?:\\+|plus\\b)? ?(?:years?\\b['’]?|yrs?\\b\\.?)`;

export function yearsNumber(text: string): number {
  const word = text.toLowerCase();
  const named = NUMBERS.indexOf(word) + 1 || TENS[word];
  return named || Number(text.replace(',', '.'));
}

export interface StatedTotal {
  years: number;
  /** As written. */
  quote: string;
  /** Of a field ("in logistics"): then there may be more years than these. */
  ofAField: boolean;
}

const STATED = new RegExp(
  `\\b${YEARS_PHRASE} (?:of )?(?:[a-z-]+ ){0,3}?experience\\b(?<rest> (?:in|with|as|of|using|across|within)\\b)?`,
  'i',
);

/** "8 years of experience", the first of them. What is said of a skill is told apart by `skills.ts`. */
export function statedTotal(lines: readonly ResumeLine[]): StatedTotal | null {
  for (const { text } of lines) {
    const match = STATED.exec(text);
    if (!match?.groups) continue;
    const { years = '', rest } = match.groups;
    return { years: yearsNumber(years), quote: match[0].trim(), ofAField: rest !== undefined };
  }
  return null;
}
