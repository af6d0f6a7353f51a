/** From and until when somebody says they were at an employer, against the dates of the positions there. */
import { type Clause, isClaimed } from './clauses.js';
import { difference, type Place, placeOfDate } from './employer-places.js';
import { type Item, isWord, wordAt } from './items.js';
import { type PositionFact, type Span, spanOf, yearsOf } from './resume-figures.js';
import { type Difference, type ResumeView, spanning } from './resume-view.js';
import { END_WORDS, START_WORDS, STILL_WORDS } from './statement.vocabulary.js';
import { DATE_TOLERANCE_YEARS } from './thresholds.js';

/** The side of a time at an employer that a date was said of. */
type Side = 'joined' | 'start' | 'end' | 'within';

interface SaidDate {
  at: number;
  /** Where the verb stands that says so: "joined", "left". */
  verb: number | null;
  item: Item;
  year: number;
  side: Side;
}

export function dateDifferences(clause: Clause, resume: ResumeView, places: readonly Place[]): Difference[] {
  const found = saidDates(clause, resume.now).flatMap((said) => {
    const place = placeOfDate(clause.items, places, said);
    const spans = place ? place.positions.flatMap((position) => spanOf(position, resume.now) ?? []) : [];
    const span = place && spanning([place.item, said.item]);
    if (!place || !span || spans.length === 0 || !isClaimed(clause, said.at)) return [];
    const gap = dateGap(said, spans);
    if (gap <= DATE_TOLERANCE_YEARS) return [];
    const verb = { joined: 'began', start: 'began', end: 'ended', within: 'was' }[said.side];
    return [
      difference('EMPLOYMENT_DATES', place, span, {
        said: `${verb} at ${place.item.name} in ${said.year}`,
        written: datesOf(place.positions),
        gap,
        tolerance: DATE_TOLERANCE_YEARS,
      }),
    ];
  });
  // "From 2010 to 2014" is one claim: the end that is further off is told.
  const all = [...found, ...stillThere(clause, resume, places)];
  return all.toSorted((a, b) => (b.tolerances ?? 0) - (a.tolerances ?? 0)).slice(0, 1);
}

const datesOf = (positions: readonly PositionFact[]) =>
  positions.map(({ start, end }) => `${start ?? '?'} to ${end ?? '?'}`).join(', ');

function saidDates({ items }: Clause, now: Date): SaidDate[] {
  return items.flatMap((item, at): SaidDate[] => {
    const year = yearOf(items, at, now);
    const said = year === null ? null : sideOf(items, at, item.kind !== 'year');
    return year === null || said === null ? [] : [{ at, item, year, ...said }];
  });
}

/** "2019", "five years ago", "last year". */
function yearOf(items: readonly Item[], at: number, now: Date): number | null {
  const item = items[at];
  if (item?.kind === 'year') return item.year;
  if (item?.kind === 'duration' && item.ago) return Math.floor(yearsOf(now) - item.years.min);
  return wordAt(items, at) === 'year' && wordAt(items, at - 1) === 'last' ? now.getUTCFullYear() - 1 : null;
}

function sideOf(items: readonly Item[], at: number, relative: boolean): Pick<SaidDate, 'side' | 'verb'> | null {
  // A month may stand between: "since May 2019".
  const before = [wordAt(items, at - 1), wordAt(items, at - 2)];
  const verb = items.findLastIndex((item, i) => i < at && (isWord(item, START_WORDS) || isWord(item, END_WORDS)));
  const plain = (side: Side) => ({ side, verb: null });
  if (before.includes('since')) return plain('start');
  if (before.includes('from')) return plain('start');
  if (before.some((word) => /^(?:until|till|to)$/.test(word))) return plain('end');
  if (/^(?:and)$/.test(before[0] ?? '') && items.slice(0, at).some((item) => item.kind === 'year')) return plain('end');
  if (wordAt(items, at - 1) === 'between') return plain('start');
  if (!relative && !before.includes('in')) return null;
  if (isWord(items[verb], END_WORDS)) return { side: 'end', verb };
  if (isWord(items[verb], START_WORDS)) return { side: 'joined', verb };
  return relative ? null : plain('within');
}

/** Years between the year that was said and the nearest that the resume allows. */
function dateGap({ year, side }: SaidDate, spans: readonly Span[]): number {
  const starts = spans.map(({ start }) => Math.floor(start));
  const ends = spans.map(({ end }) => Math.floor(end - 1 / 24));
  const away = (years: readonly number[]) => Math.min(...years.map((one) => Math.abs(one - year)));
  if (side === 'joined') return Math.abs(Math.min(...starts) - year);
  if (side === 'start') return away(starts);
  if (side === 'end') return away(ends);
  return Math.max(0, Math.min(...starts) - year, year - Math.max(...ends));
}

/** "I still work at …" where the resume has an end that is past. */
function stillThere(clause: Clause, resume: ResumeView, places: readonly Place[]): Difference[] {
  const { items } = clause;
  const at = items.findIndex((item) => isWord(item, STILL_WORDS));
  const still = items[at];
  if (
    !still ||
    !isClaimed(clause, at) ||
    !items.some((item) => /^(?:am|work|working)$/.test(item.kind === 'word' ? item.word : ''))
  )
    return [];
  const place = places.find((one) => one.at > at);
  const spans = place ? place.positions.flatMap((position) => spanOf(position, resume.now) ?? []) : [];
  const span = place && spanning([still, place.item]);
  if (!place || !span || spans.length === 0 || spans.some(({ current }) => current)) return [];
  const gap = yearsOf(resume.now) - Math.max(...spans.map(({ end }) => end));
  if (gap <= DATE_TOLERANCE_YEARS) return [];
  return [
    difference('EMPLOYMENT_DATES', place, span, {
      said: `still at ${place.item.name}`,
      written: datesOf(place.positions),
      gap,
      tolerance: DATE_TOLERANCE_YEARS,
    }),
  ];
}
