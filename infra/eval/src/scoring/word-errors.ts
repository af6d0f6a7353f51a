/** Word errors of a transcript: substituted, missing and added words, by the words that were said. */
import type { Random } from '../random.js';

export interface WordErrors {
  errors: number;
  words: number;
}

/** Lower case, no punctuation, so that what was heard is compared and not how it is written. */
export function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9' ]+/g, ' ')
    .split(' ')
    .filter((word) => word !== '');
}

/** The least number of edits between both (Levenshtein over words). */
export function wordErrors(said: string, heard: string): WordErrors {
  const [reference, got] = [wordsOf(said), wordsOf(heard)];
  let row = [...got.keys(), got.length];
  for (const [i, word] of reference.entries()) {
    const next = [i + 1];
    for (const [j, other] of got.entries()) {
      const [diagonal = 0, above = 0, left = 0] = [row[j], row[j + 1], next[j]];
      next.push(Math.min(above + 1, left + 1, diagonal + (word === other ? 0 : 1)));
    }
    row = next;
  }
  return { errors: row[got.length] ?? 0, words: reference.length };
}

export interface ErrorRate extends WordErrors {
  rate: number;
  low: number;
  high: number;
}

/** All errors by all words, with the 95 % interval of a bootstrap over recordings. */
export function errorRateOf(recordings: readonly WordErrors[], random: Random): ErrorRate {
  const total = sum(recordings);
  const rates = Array.from({ length: 1000 }, () => {
    const { errors, words } = sum(
      recordings.flatMap(() => recordings[Math.floor(random.next() * recordings.length)] ?? []),
    );
    return errors / words;
  }).toSorted((a, b) => a - b);
  return { ...total, rate: total.errors / total.words, low: rates[25] ?? 0, high: rates[974] ?? 1 };
}

const sum = (all: readonly WordErrors[]): WordErrors => ({
  errors: all.reduce((errors, one) => errors + one.errors, 0),
  words: all.reduce((words, one) => words + one.words, 0),
});
