/** A statement as a row of items: words, and what stands for a figure, a date, a skill or an employer. */
import { COMPANY_ENDS, type SpokenName } from './resume-names.js';
import { calendarYear, type Duration, spokenDuration } from './spoken-numbers.js';
import {
  AT_LEAST,
  AT_MOST,
  CORRECTION_FILLERS,
  CORRECTIONS,
  FILLER_PHRASES,
  FILLERS,
  VOID_AFTER,
  VOID_BEFORE,
} from './statement.vocabulary.js';
import type { Token } from './tokens.js';

interface At {
  first: Token;
  last: Token;
}
export type WordItem = At & { kind: 'word'; word: string };
export type DurationItem = At & { kind: 'duration'; years: Duration; ago: boolean };
export type YearItem = At & { kind: 'year'; year: number };
export type NameItem = At & { kind: 'skill' | 'employer'; name: string };
export type Item = WordItem | DurationItem | YearItem | NameItem;

export const isWord = (item: Item | undefined, set: ReadonlySet<string>): item is WordItem =>
  item?.kind === 'word' && set.has(item.word);
export const wordAt = (items: readonly Item[], at: number): string => {
  const item = items[at];
  return item?.kind === 'word' ? item.word : '';
};

export function itemsOf(tokens: readonly Token[], names: readonly SpokenName[]): Item[] {
  const words = tokens.map(({ word }) => word);
  const byFirst = Map.groupBy(names, (name) => name.words[0]);
  const items: Item[] = [];
  for (let at = 0; at < tokens.length; ) {
    const { item, length } = itemAt(tokens, words, at, byFirst);
    if (item) items.push(item);
    at += length;
  }
  return corrected(qualified(items));
}

type Found = { item: Item | null; length: number };

function itemAt(
  tokens: readonly Token[],
  words: readonly string[],
  at: number,
  byFirst: ReadonlyMap<string | undefined, readonly SpokenName[]>,
): Found {
  const spanning = (length: number): At => ({ first: tokenAt(tokens, at), last: tokenAt(tokens, at + length - 1) });
  const filler = fillerLength(words, at);
  if (filler > 0) return { item: null, length: filler };
  const name = byFirst
    .get(words[at])
    ?.find((one) => startsWith(words, at, one.words) && isMeant(one, tokens, words, at));
  if (name) {
    const length = name.words.length;
    return { item: { kind: name.kind, name: name.name, ...spanning(length) }, length };
  }
  const year = calendarYear(words, at);
  if (year) return { item: { kind: 'year', year: year.value, ...spanning(year.length) }, length: year.length };
  const duration = spokenDuration(words, at);
  if (duration) return durationAt(words, at, duration, spanning(duration.length));
  return { item: { kind: 'word', word: words[at] ?? '', ...spanning(1) }, length: 1 };
}

const tokenAt = (tokens: readonly Token[], at: number): Token => {
  const token = tokens[at];
  if (!token) throw new RangeError(`There is no token ${at}.`);
  return token;
};

const startsWith = (words: readonly string[], at: number, wanted: readonly string[]) =>
  wanted.every((word, offset) => words[at + offset] === word);

function fillerLength(words: readonly string[], at: number): number {
  const phrase = FILLER_PHRASES.find((one) => startsWith(words, at, one));
  // "I mean" corrects what stands before it: it is told apart below.
  if (phrase) return phrase.join(' ') === 'i mean' ? 0 : phrase.length;
  return FILLERS.has(words[at] ?? '') ? 1 : 0;
}

const SKILL_BEFORE =
  /^(?:of|in|with|using|use|used|and|or|write|writing|wrote|written|learn|learned|learnt|know|touched|programming|coding|doing|did|like)$/;
const NO_SKILL_AFTER = /^(?:to|back|on|through|into|ahead|further|over|there|deeper|home|out|up|down|away|along|s|of)$/;

/** A name that is also a common word needs the words of a skill around it, and its capital where there are any. */
function isMeant(name: SpokenName, tokens: readonly Token[], words: readonly string[], at: number): boolean {
  if (name.short && COMPANY_ENDS.has(words[at + name.words.length] ?? '')) return false;
  if (!name.ambiguous) return true;
  const hasCapitals = tokens.some(({ capital, word }) => capital && word !== 'i');
  const sentenceStart = at === 0 || tokens[at - 1]?.after === 'stop';
  if (hasCapitals && !sentenceStart) return tokens[at]?.capital === true;
  if (NO_SKILL_AFTER.test(words[at + 1] ?? '')) return false;
  return at === 0 || SKILL_BEFORE.test(words[at - 1] ?? '');
}

/** Years that are no time of work ("five years old", "every two years", "a ten year plan") become plain words. */
function durationAt(
  words: readonly string[],
  at: number,
  { value, length }: { value: Duration; length: number },
  span: At,
): Found {
  const [before = '', before2 = ''] = [words[at - 1], words[at - 2]];
  const next = words[at + length] ?? '';
  if (next === 'ago') return { item: { kind: 'duration', years: value, ago: true, ...span }, length };
  const within = before === 'in' && !/^(?:experience|spent)$/.test(before2);
  const adjective = value.min > 1 && words[at + length - 1] === 'year' && !/^(?:of|with|in)$/.test(next);
  const isVoid =
    within ||
    (VOID_BEFORE.has(before) && !(before === 'than' && /^(?:more|less|fewer|longer)$/.test(before2))) ||
    VOID_AFTER.has(next) ||
    adjective;
  if (isVoid) return { item: { kind: 'word', word: '(years)', ...span }, length };
  return { item: { kind: 'duration', years: value, ago: false, ...span }, length };
}

/** "More than five years" is at least five, "less than five years" at most. */
function qualified(items: readonly Item[]): Item[] {
  const before = (at: number, phrases: readonly string[][]) =>
    phrases.some((phrase) => phrase.every((word, i) => wordAt(items, at - phrase.length + i) === word));
  return items.map((item, at) => {
    if (item.kind !== 'duration' || item.ago) return item;
    if (before(at, AT_MOST)) return { ...item, years: { min: 0, max: item.years.max } };
    const after = `${wordAt(items, at + 1)} ${wordAt(items, at + 2)}`;
    if (before(at, AT_LEAST) || /^(?:at least|or more|or longer|minimum )/.test(after))
      return { ...item, years: { min: item.years.min, max: Number.POSITIVE_INFINITY } };
    return item;
  });
}

/** "Two years ago, no sorry, four years ago": the second is meant. */
function corrected(items: readonly Item[]): Item[] {
  const withdrawn = new Set<Item>();
  items.forEach((item, at) => {
    if (item.kind !== 'duration' && item.kind !== 'year') return;
    let next = at + 1;
    if (wordAt(items, next) === 'ago') next += 1;
    let marked = false;
    while (isWord(items[next], CORRECTIONS) || isWord(items[next], CORRECTION_FILLERS)) {
      marked ||=
        isWord(items[next], CORRECTIONS) || (wordAt(items, next) === 'mean' && wordAt(items, next - 1) === 'i');
      next += 1;
    }
    if (marked && items[next]?.kind === item.kind) for (const one of items.slice(at, next)) withdrawn.add(one);
  });
  return items.filter((item) => !withdrawn.has(item));
}
