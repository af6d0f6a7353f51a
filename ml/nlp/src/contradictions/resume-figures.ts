/** What a resume says in figures, as far as it can be compared: with the room that a year without a month leaves. */
import type { ResumeFacts } from '@interview/schema/messages';

export type PositionFact = ResumeFacts['positions'][number];

/** In years of the calendar, e.g. 2019.25 for the beginning of April 2019. */
export interface Span {
  start: number;
  end: number;
  /** How much shorter or longer it may be, because a year stands without its month. */
  slack: number;
  current: boolean;
}

const HALF_A_YEAR = 0.5;

export const yearsOf = (now: Date) => now.getUTCFullYear() + now.getUTCMonth() / 12;

/** From start to end; null without both, or the wrong way round. */
export function spanOf({ start, end }: PositionFact, now: Date): Span | null {
  const from = start === null ? null : dateOf(start, 0);
  const to = end === null ? null : end === 'present' ? { at: yearsOf(now), slack: 0 } : dateOf(end, 1 / 12);
  if (!from || !to || to.at + to.slack < from.at) return null;
  return { start: from.at, end: to.at, slack: from.slack + to.slack, current: end === 'present' };
}

/** A year without a month counts as its middle. */
function dateOf(written: string, monthEnd: number): { at: number; slack: number } | null {
  const [, year, month] = /^(\d{4})(?:-(\d{2}))?$/.exec(written) ?? [];
  if (year === undefined) return null;
  if (month === undefined) return { at: Number(year) + HALF_A_YEAR, slack: HALF_A_YEAR };
  return { at: Number(year) + (Number(month) - 1) / 12 + monthEnd, slack: 0 };
}

export interface Range {
  min: number;
  max: number;
}

export function durationOf(positions: readonly PositionFact[], now: Date): Range | null {
  const spans = positions.flatMap((position) => spanOf(position, now) ?? []).toSorted((a, b) => a.start - b.start);
  if (spans.length === 0) return null;
  let reached = Number.NEGATIVE_INFINITY;
  let years = 0;
  for (const { start, end } of spans) {
    years += Math.max(0, end - Math.max(start, reached));
    reached = Math.max(reached, end);
  }
  const slack = Math.max(...spans.map((span) => span.slack));
  return { min: Math.max(0, years - slack), max: years + slack };
}

const STATED =
  /\b(\d{1,2}(?:\.\d)?|[a-z]+(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?)\s?\+? (?:years?|yrs?)['’]?(?: of)?(?: [a-z-]+){0,3}? experience\b/gi;

/** The totals that a resume states in words, each with its quote. */
export function statedTotals(text: string): { phrase: string; quote: string }[] {
  return [...text.matchAll(STATED)].map(([quote, phrase = '']) => ({
    phrase: phrase.toLowerCase().replace('-', ' '),
    quote,
  }));
}

/** Places of the resume, as one quote. */
export const joinQuotes = (quotes: readonly string[]) => [...new Set(quotes)].join(' … ');
