/** Years of work in all, against what the resume's positions cover and what it states. */
import { type Clause, isClaimed } from './clauses.js';
import { type Item, isWord, wordAt } from './items.js';
import { joinQuotes, spanOf, statedTotals } from './resume-figures.js';
import { type Difference, gapBetween, inYears, type ResumeView, spanning } from './resume-view.js';
import { saidTitles } from './said-titles.js';
import { saidYears } from './skill-claims.js';
import { spokenDuration } from './spoken-numbers.js';
import { ANY_WORK, IN_TOTAL, WORKING_LIFE } from './statement.vocabulary.js';
import { toleranceOf } from './thresholds.js';
import { isTurnWord } from './titles.js';

interface Total {
  years: number;
  quote: string;
}

/** What the positions cover, and each total that is written out. */
function totalsOf({ facts, text, now }: ResumeView): Total[] {
  const stated = statedTotals(text).flatMap(({ phrase, quote }) => {
    const read = spokenDuration([...phrase.split(' '), 'years'], 0);
    return read ? [{ years: read.value.min, quote }] : [];
  });
  if (facts.totalYearsExperience === null) return stated;
  const dated = facts.positions.flatMap((position) => {
    const span = spanOf(position, now);
    return span ? [{ span, quote: position.quote }] : [];
  });
  const first = dated.toSorted((a, b) => a.span.start - b.span.start)[0];
  const last = dated.toSorted((a, b) => b.span.end - a.span.end)[0];
  const quote = joinQuotes([first, last].flatMap((one) => one?.quote ?? []));
  // Without dated positions the figure is the one that is stated.
  const covered = quote === '' ? [] : [{ years: facts.totalYearsExperience, quote }];
  return [...covered, ...stated];
}

export function totalDifferences(clause: Clause, resume: ResumeView): Difference[] {
  const { items } = clause;
  if (items.some(({ kind }) => kind === 'skill' || kind === 'employer') || clause.topic) return [];
  const durations = saidYears(clause, resume.now);
  const totals = durations.length > 0 ? totalsOf(resume) : [];
  return durations.flatMap(({ at, item, years }) => {
    const scope = item.kind === 'duration' ? scopeOf(clause, at, resume) : null;
    if (!scope || totals.length === 0 || !isClaimed(clause, at)) return [];
    const said = scope === 'all' ? years : { min: years.min, max: Number.POSITIVE_INFINITY };
    const nearest = totals
      .map((total) => ({ ...total, gap: gapBetween(said, { min: total.years, max: total.years }) }))
      .toSorted((a, b) => a.gap - toleranceOf(a.years) - (b.gap - toleranceOf(b.years)))[0];
    const span = spanning([item, ...claimWords(items, at)]);
    if (!nearest || !span) return [];
    const tolerance = toleranceOf(nearest.years);
    if (nearest.gap <= tolerance) return [];
    const figures = `Said: ${inYears(years)} of work; the resume's positions or its own words make ${inYears({ min: nearest.years, max: nearest.years })}.`;
    return [
      {
        kind: 'TOTAL_YEARS' as const,
        subject: null,
        ...span,
        resumeQuote: nearest.quote,
        explanation: `${figures} Difference ${inYears({ min: nearest.gap, max: nearest.gap })}, tolerance ${inYears({ min: tolerance, max: tolerance })}.`,
        tolerances: nearest.gap / tolerance,
      },
    ];
  });
}

/**
 * `all`: it is said to be all of it. `part`: of one kind of work, or not said to be all: then only more than the resume
 * has can differ.
 */
function scopeOf(clause: Clause, at: number, resume: ResumeView): 'all' | 'part' | null {
  const { items } = clause;
  let next = at + 1;
  while (isWord(items[next], ANY_WORK)) next += 1;
  if (isWord(items[next], WORKING_LIFE)) {
    // "Of experience with …": of something that the resume does not name.
    if (/^(?:with|using)$/.test(wordAt(items, next + 1))) return null;
    const ofAField = /^(?:in|as)$/.test(wordAt(items, next + 1)) && !isWord(items[next + 2], IN_TOTAL);
    const inTotal = items.some((item) => isWord(item, IN_TOTAL)) && !ofAField;
    return inTotal || /^all in all$/.test([0, 1, 2].map((i) => wordAt(items, i)).join(' ')) ? 'all' : 'part';
  }
  if (isOfAnotherThing(items, at)) return null;
  const before = items.slice(0, at);
  if (before.some((item) => isWord(item, WORKING_LIFE))) return 'part';
  const working = before.some((item) => item.kind === 'word' && /^work(?:ed|ing)$/.test(item.word));
  if (working && items.some((item) => isWord(item, IN_TOTAL))) return 'all';
  if (saidTitles(clause).length > 0) return 'part';
  return before.some((item) => item.kind === 'word' && isOwnWork(item.word, resume)) ? 'part' : null;
}

/** "Twelve years of school": of something, and it is not work. */
const isOfAnotherThing = (items: readonly Item[], at: number) => /^(?:of|in|with)$/.test(wordAt(items, at + 1));

/** "I have been teaching for …" where the resume has a teacher. */
function isOwnWork(word: string, { facts }: ResumeView): boolean {
  if (word === 'working' || word === 'worked') return false;
  const stem = /^(\p{L}{4,}?)(?:ing|ed)$/u.exec(word)?.[1];
  if (!stem) return false;
  const titles = facts.positions.flatMap(({ title }) => title?.toLowerCase().split(/[^\p{L}]+/u) ?? []);
  return titles.some((title) => isTurnWord(title) && title.startsWith(stem));
}

/** The words that make the figure one of work, for the quote. */
function claimWords(items: readonly Item[], at: number): Item[] {
  const upTo = items.findIndex((item, i) => i > at && isWord(item, WORKING_LIFE));
  if (upTo > 0) return items.slice(at, upTo + 1);
  return items.slice(Math.max(0, at - 4), at);
}
