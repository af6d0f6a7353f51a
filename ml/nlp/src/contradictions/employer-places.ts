/** The employers that a clause speaks of, and what is told of a time there that differs. */
import type { Clause } from './clauses.js';
import { type Item, isWord, type NameItem, wordAt } from './items.js';
import { joinQuotes, type PositionFact } from './resume-figures.js';
import { type Difference, inYears, type ResumeView } from './resume-view.js';
import { FINITE_VERBS } from './statement.vocabulary.js';

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
