/** The employers that a clause speaks of, and what is told of a time there that differs. */
import type { Clause } from './clauses.js';
import { type Item, isWord, type NameItem, wordAt } from './items.js';
import { joinQuotes, type PositionFact } from './resume-figures.js';
import { type Difference, inYears, type ResumeView } from './resume-view.js';
import { EMPLOYMENT_VERBS, END_WORDS, FINITE_VERBS, MOVES, OTHER_TIMES, START_WORDS } from './statement.vocabulary.js';

export interface Place {
  item: NameItem;
  at: number;
  positions: PositionFact[];
}

const TIES = /^(?:at|for|with|in|by|from|joined|join|joining|left|leaving|quit|of|and|inside|to)$/;

/** The employers that a clause speaks of working at. */
export function placesIn({ items }: Clause, resume: ResumeView): Place[] {
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
export const nearest = (places: readonly Place[], at: number): Place | undefined =>
  places.toSorted((a, b) => Number(a.at > at) - Number(b.at > at) || Math.abs(a.at - at) - Math.abs(b.at - at))[0];

/** Words between two places of a clause, and whether a comma parts them. */
const between = (items: readonly Item[], a: number, b: number) => {
  const [from, to] = [Math.min(a, b), Math.max(a, b)];
  return {
    words: items.slice(from + 1, to),
    parted: items.slice(from, to).some(({ last }) => last.after === 'comma'),
  };
};

/** The place that follows at once: "ten years at Acme", "left the Institute". */
export function placeAfter(items: readonly Item[], places: readonly Place[], at: number): Place | undefined {
  let next = at + 1;
  while (/^(?:at|with|for|by|in|from|working|to|the)$/.test(wordAt(items, next))) next += 1;
  return places.find((place) => place.at === next);
}

/** Another verb: "moved", "graduated", "lived"; what is said of it need not be said of the employer. */
const isOtherVerb = (item: Item) => {
  const word = wordOf(item);
  return MOVES.has(word) || (/..(?:ed|ing)$/.test(word) && !EMPLOYMENT_VERBS.has(word) && !isStep(item));
};
const isStep = (item: Item) => isWord(item, START_WORDS) || isWord(item, END_WORDS);

/**
 * The employer that a date is said of. "Left Acme for Beta in 2019" tells when Acme ended; where the verb names none, or
 * there is no such verb, the place stands before the date, or directly after it, with no other verb between the two.
 */
export function placeOfDate(
  items: readonly Item[],
  places: readonly Place[],
  { at, side, verb }: { at: number; side: string; verb: number | null },
): Place | undefined {
  const named = verb === null ? undefined : placeAfter(items, places, verb);
  const place = named ?? placeAfter(items, places, at) ?? nearest(places, at);
  if (!place) return undefined;
  const { words } = between(items, at, place.at);
  if (words.some(isOtherVerb)) return undefined;
  const another = words.some((item) => wordOf(item) === 'and' || (verb === null && isStep(item)));
  const fresh = side === 'joined' || side === 'within' || (side === 'end' && verb !== null);
  // "At Acme, and in 2015 …": the date belongs to what follows.
  if (fresh && another && !(verb !== null && named === undefined && place.at < verb)) return undefined;
  if (verb !== null) return place;
  const directly = placeAfter(items, places, at) === place;
  if (place.at < at) return side === 'within' && wordAt(items, at + 1) === 'i' ? undefined : place;
  return directly || (side !== 'within' && words.every(isOfStay)) ? place : undefined;
}

const wordOf = (item: Item) => (item.kind === 'word' ? item.word : '');
/** "Since 2012 I have been head chef at …". */
const isOfStay = (item: Item) => (item.kind === 'word' && item.word !== 'and') || item.kind === 'year';

/** Where a duration was spent; nothing where a comma or a move to another place stands between. */
export function placeOfDuration(items: readonly Item[], places: readonly Place[], at: number): Place | undefined {
  const place = placeAfter(items, places, at) ?? nearest(places, at);
  if (!place) return undefined;
  const { words, parted } = between(items, at, place.at);
  const moved = words.some((item) => isWord(item, MOVES) || isWord(item, OTHER_TIMES) || isStep(item));
  return parted || moved ? undefined : place;
}

export const quotes = (positions: readonly PositionFact[]) => joinQuotes(positions.map(({ quote }) => quote));

interface Figures {
  said: string;
  written: string;
  gap: number;
  tolerance: number;
}

export function difference(
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
