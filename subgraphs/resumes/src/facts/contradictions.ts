/** Dates of a resume that cannot all be right, each said in a sentence that names them. Nothing is corrected. */
import type { StatedTotal } from './experience.js';
import type { Position } from './positions.js';
import { endMonth, monthOf, startMonth } from './year-month.js';

/** A reader needs to know that there are more, not all of them. */
const MAX_SENTENCES = 3;
/** Between what is stated and what the dates add up to: as much as people round and leave out. */
const TOLERANCE_YEARS = 2;
const TOLERANCE_SHARE = 0.3;

export function findContradictions(
  positions: readonly Position[],
  covered: number | null,
  stated: StatedTotal | null,
  now: Date,
): string[] {
  const sentences = positions.flatMap((position) => contradictionIn(position, now) ?? []);
  const total = covered === null || !stated ? null : contradictionOfTotal(covered, stated);
  if (total) sentences.push(total);
  return sentences.slice(0, MAX_SENTENCES);
}

function contradictionIn({ fact, range }: Position, now: Date): string | null {
  const { start, end } = range;
  const what = `"${[fact.title, fact.employer].filter(Boolean).join(', ')}" (${fact.start} to ${fact.end})`;
  if (start && isFuture(startMonth(start), start.month === null, now)) return `${what} begins in the future.`;
  if (!start || !end || end === 'present') return null;
  const bothToTheMonth = start.month !== null && end.month !== null;
  const endsBefore = bothToTheMonth ? endMonth(end, now) <= startMonth(start) : end.year < start.year;
  if (endsBefore) return `${what} ends before it begins.`;
  if (isFuture(endMonth(end, now) - 1, end.month === null, now)) return `${what} ends in the future.`;
  return null;
}

/** The present month and year are not the future. */
const isFuture = (month: number, yearOnly: boolean, now: Date) =>
  yearOnly ? Math.floor(month / 12) > now.getUTCFullYear() : month > monthOf(now);

function contradictionOfTotal(covered: number, stated: StatedTotal): string | null {
  const far = Math.abs(stated.years - covered) > Math.max(TOLERANCE_YEARS, TOLERANCE_SHARE * stated.years);
  // Years in one field may well be fewer than all.
  if (!far || (stated.ofAField && stated.years < covered)) return null;
  return `It states "${stated.quote}", but the positions it dates cover ${covered} years.`;
}
