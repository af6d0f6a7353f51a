/** A resume as it is compared with: its facts by name, the ways of saying the names, and the day that "present" is. */
import type { ContradictionKind } from '@interview/schema/insight-values';
import type { ResumeFacts } from '@interview/schema/messages';
import type { Item } from './items.js';
import type { PositionFact } from './resume-figures.js';
import { type SpokenName, spokenNames } from './resume-names.js';
import type { Duration } from './spoken-numbers.js';

export interface ResumeView {
  facts: ResumeFacts;
  /** Whole, where it is known: what is named anywhere in it is not missing from it. */
  text: string;
  now: Date;
  names: readonly SpokenName[];
  skill(name: string): ResumeFacts['skills'][number] | undefined;
  positionsAt(employer: string): PositionFact[];
}

export function viewResume(facts: ResumeFacts, text: string, now: Date): ResumeView {
  const skills = new Map(facts.skills.map((skill) => [skill.name, skill]));
  return {
    facts,
    text,
    now,
    names: spokenNames(facts),
    skill: (name) => skills.get(name),
    positionsAt: (employer) => facts.positions.filter((position) => position.employer === employer),
  };
}

/** What a statement differs in, before it is told. */
export interface Difference {
  kind: ContradictionKind;
  /** The skill or the employer; null where it is all work. */
  subject: string | null;
  /** The words of the claim are those from the first item to the last. */
  first: Item;
  last: Item;
  resumeQuote: string;
  /** A sentence with both figures and the tolerance. */
  explanation: string;
  /** How many tolerances the two are apart; null where nothing is measured in years. */
  tolerances: number | null;
}

/** Years between what was said and what is written; 0 where they overlap. */
export function gapBetween(said: Duration, written: Duration): number {
  return Math.max(0, said.min - written.max, written.min - said.max);
}

export const spanning = (items: readonly Item[]): { first: Item; last: Item } | null => {
  const sorted = items.toSorted((a, b) => a.first.segment - b.first.segment || a.first.from - b.first.from);
  const [first, last] = [sorted[0], sorted.at(-1)];
  return first && last ? { first, last } : null;
};

const figure = (years: number) => String(Number(years.toFixed(1)));

/** "5 years", "at least 5 years", "3 to 4 years". */
export function inYears({ min, max }: Duration): string {
  const unit = (years: number) => (years === 1 ? 'year' : 'years');
  if (min === max) return `${figure(min)} ${unit(min)}`;
  if (max === Number.POSITIVE_INFINITY) return `at least ${figure(min)} ${unit(min)}`;
  if (min === 0) return `at most ${figure(max)} ${unit(max)}`;
  return `${figure(min)} to ${figure(max)} years`;
}
