/** How long, from and until when, and as what somebody says they were at an employer that the resume names. */
import { type Clause, isAboutSpeaker, isClaimed, isHypothetical, isQuestion, negations } from './clauses.js';
import { type Item, isWord, type NameItem, wordAt } from './items.js';
import { durationOf, joinQuotes, type PositionFact, type Span, spanOf, yearsOf } from './resume-figures.js';
import { type Difference, gapBetween, inYears, type ResumeView, spanning } from './resume-view.js';
import { saidTitles } from './said-titles.js';
import { saidYears, skillYears } from './skill-claims.js';
import type { Duration } from './spoken-numbers.js';
import {
  EMPLOYMENT_VERBS,
  END_WORDS,
  FINITE_VERBS,
  HARMLESS_ENDS,
  PART_OF_TIME,
  START_WORDS,
  STILL_WORDS,
} from './statement.vocabulary.js';
import { DATE_TOLERANCE_YEARS, TITLE_STEPS, toleranceOf } from './thresholds.js';
import { titleDifference } from './titles.js';

interface Place {
  item: NameItem;
  at: number;
  positions: PositionFact[];
}

const TIES = /^(?:at|for|with|in|by|from|joined|join|joining|left|leaving|quit|of|and|inside|to)$/;

/** The employers that a clause speaks of working at. */
function placesIn({ items }: Clause, resume: ResumeView): Place[] {
  return items.flatMap((item, at) =>
    item.kind === 'employer' && isTied(items, at) ? [{ item, at, positions: resume.positionsAt(item.name) }] : [],
  );
}

/** "At Acme", "for the Institute"; or first, where it is not what the sentence is about ("Acme is ten years old"). */
function isTied(items: readonly Item[], at: number): boolean {
  if (at === 0) return !isWord(items[1], FINITE_VERBS);
  return TIES.test(wordAt(items, at - 1) === 'the' ? wordAt(items, at - 2) : wordAt(items, at - 1));
}

/** The place that something else in the clause is said of: the nearest before it, else the nearest. */
const nearest = (places: readonly Place[], at: number): Place | undefined =>
  places.toSorted((a, b) => Number(a.at > at) - Number(b.at > at) || Math.abs(a.at - at) - Math.abs(b.at - at))[0];

const quotes = (positions: readonly PositionFact[]) => joinQuotes(positions.map(({ quote }) => quote));

export function employerDifferences(clause: Clause, resume: ResumeView): Difference[] {
  const { topic } = clause;
  const found = placesIn(clause, resume);
  // "How long were you at …?" – "Five years."
  const asked =
    found.length === 0 && topic?.kind === 'employer'
      ? [{ item: topic, at: 0, positions: resume.positionsAt(topic.name) }]
      : [];
  const places = [...found, ...asked];
  if (places.length === 0) return [];
  const titles = titleDifferences(clause, resume, places);
  return [...durations(clause, resume, places), ...dates(clause, resume, places), ...titles, ...denied(clause, places)];
}

function durations(clause: Clause, resume: ResumeView, places: readonly Place[]): Difference[] {
  const ofSkills = new Set(skillYears(clause, resume.now).map(({ said }) => said.item));
  const plain =
    clause.items.some((item) => isWord(item, EMPLOYMENT_VERBS)) &&
    !clause.items.some((item) => isWord(item, PART_OF_TIME) || item.kind === 'skill');
  return saidYears(clause, resume.now).flatMap(({ at, item, years }) => {
    const place = nearest(places, at);
    const span = place && spanning([place.item, item]);
    if (!place || !span || item.kind !== 'duration' || ofSkills.has(item) || !isClaimed(clause, at)) return [];
    const said = plain ? years : { min: years.min, max: Number.POSITIVE_INFINITY };
    const whole = durationOf(place.positions, resume.now);
    if (!whole) return [];
    // Of several positions there, the time of one may be meant.
    const parts = place.positions.flatMap((position) => durationOf([position], resume.now) ?? []);
    const titled = saidTitles(clause).length > 0 ? parts : [];
    const gap = Math.min(...[whole, ...titled].map((written) => gapBetween(said, written)));
    const middle = (whole.min + whole.max) / 2;
    const tolerance = toleranceOf(middle);
    if (gap <= tolerance) return [];
    return [
      difference('EMPLOYMENT_DURATION', place, span, {
        said: `${inYears(years)} at ${place.item.name}`,
        written: inYears(rounded(whole)),
        gap,
        tolerance,
      }),
    ];
  });
}

const rounded = ({ min, max }: Duration): Duration => ({ min: Number(min.toFixed(1)), max: Number(max.toFixed(1)) });

interface Figures {
  said: string;
  written: string;
  gap: number;
  tolerance: number;
}

function difference(
  kind: Difference['kind'],
  place: Place,
  span: { first: Item; last: Item },
  { said, written, gap, tolerance }: Figures,
): Difference {
  const measured = `Difference ${inYears({ min: gap, max: gap })}, tolerance ${inYears({ min: tolerance, max: tolerance })}.`;
  return {
    kind,
    subject: place.item.name,
    ...span,
    resumeQuote: quotes(place.positions),
    explanation: `Said: ${said}; the resume says ${written}. ${measured}`,
    tolerances: gap / tolerance,
  };
}

/** The side of a time at an employer that a date was said of. */
type Side = 'joined' | 'start' | 'end' | 'within';

interface SaidDate {
  at: number;
  item: Item;
  year: number;
  side: Side;
}

function dates(clause: Clause, resume: ResumeView, places: readonly Place[]): Difference[] {
  const found = saidDates(clause, resume.now).flatMap((said) => {
    const place = nearest(places, said.at);
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
    const side = year === null ? null : sideOf(items, at, item.kind !== 'year');
    return year === null || side === null ? [] : [{ at, item, year, side }];
  });
}

/** "2019", "five years ago", "last year". */
function yearOf(items: readonly Item[], at: number, now: Date): number | null {
  const item = items[at];
  if (item?.kind === 'year') return item.year;
  if (item?.kind === 'duration' && item.ago) return Math.floor(yearsOf(now) - item.years.min);
  return wordAt(items, at) === 'year' && wordAt(items, at - 1) === 'last' ? now.getUTCFullYear() - 1 : null;
}

function sideOf(items: readonly Item[], at: number, relative: boolean): Side | null {
  // A month may stand between: "since May 2019".
  const before = [wordAt(items, at - 1), wordAt(items, at - 2)];
  const verbs = items.slice(0, at).filter((item) => isWord(item, START_WORDS) || isWord(item, END_WORDS));
  const verb = verbs.at(-1);
  if (before.includes('since')) return 'start';
  if (before.includes('from')) return 'start';
  if (before.some((word) => /^(?:until|till|to)$/.test(word))) return 'end';
  if (/^(?:and)$/.test(before[0] ?? '') && items.slice(0, at).some((item) => item.kind === 'year')) return 'end';
  if (wordAt(items, at - 1) === 'between') return 'start';
  if (!relative && !before.includes('in')) return null;
  if (isWord(verb, END_WORDS)) return 'end';
  if (isWord(verb, START_WORDS)) return 'joined';
  return relative ? null : 'within';
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

function titleDifferences(clause: Clause, resume: ResumeView, places: readonly Place[]): Difference[] {
  return saidTitles(clause).flatMap(({ title, items, at }) => {
    const place = nearest(places, at);
    const span = place && spanning([...items, place.item]);
    if (!place || !span || !isClaimed(clause, at)) return [];
    const held = resume
      .positionsAt(place.item.name)
      .flatMap((position) => (position.title ? [{ position, title: position.title }] : []));
    const apart = held.map((one) => ({ ...one, ...titleDifference(title, one.title) }));
    if (held.length === 0 || apart.some(({ steps, otherWork }) => steps < TITLE_STEPS && !otherWork)) return [];
    const steps = Math.min(...apart.map((one) => one.steps));
    const written = held.map((one) => `“${one.title}”`).join(', ');
    const measured = steps >= TITLE_STEPS ? `${steps} steps apart, limit ${TITLE_STEPS}` : 'they name other work';
    return [
      {
        kind: 'JOB_TITLE' as const,
        subject: place.item.name,
        ...span,
        resumeQuote: quotes(place.positions),
        explanation: `Said: “${title}” at ${place.item.name}; the resume says ${written}: ${measured}.`,
        tolerances: null,
      },
    ];
  });
}

/** "I never worked at …", without a time or a place that limits it. */
function denied(clause: Clause, places: readonly Place[]): Difference[] {
  const { items } = clause;
  const [negation] = negations(clause);
  if (negation === undefined || isQuestion(clause) || isHypothetical(clause) || !isAboutSpeaker(clause, negation))
    return [];
  const place = places.find(({ at }) => at > negation);
  const start = items[negation];
  if (!place || !start) return [];
  const between = items.slice(negation + 1, place.at);
  const plain = between.every(
    (item) =>
      item.kind === 'word' && /^(?:worked|work|been|was|employed|at|for|by|in|ever|have|actually)$/.test(item.word),
  );
  if (!plain || between.length === 0 || !items.slice(place.at + 1).every((item) => isWord(item, HARMLESS_ENDS)))
    return [];
  return [
    {
      kind: 'EMPLOYER_DENIED',
      subject: place.item.name,
      first: start,
      last: place.item,
      resumeQuote: quotes(place.positions),
      explanation: `Said never to have worked at ${place.item.name}; the resume has it as an employer.`,
      tolerances: null,
    },
  ];
}
