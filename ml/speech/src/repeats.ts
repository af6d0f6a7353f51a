/** Words said twice in a row ("we we", "in the in the"), as the transcript has them. Pure. */
import { isFiller } from './fillers.js';
import type { RecognisedWord } from './recogniser.js';
import { spanOf, type WordSpan } from './word-span.js';

/** Below this the recogniser is not sure enough of a word to say that it was repeated; so it is if it does not tell. */
export const REPEAT_CONFIDENCE = 0.5;
const LONGEST_PHRASE = 3;
/** Doubled in good English: not a repeat. */
const DOUBLED = new Set(['that', 'had', 'very', 'really', 'no', 'yes', 'bye', 'so', 'far', 'again', 'many', 'much']);
/** Digits are dictated one by one: "two two zero". */
const NUMBERS = new Set(
  'zero oh one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred'.split(' '),
);

export interface Repeat extends WordSpan {
  /** Index of the first word. */
  at: number;
  /** What was said, all of it: "we we". */
  text: string;
}

/** Each place where one to three words come again at once; a longer phrase is told before a shorter one. */
export function findRepeats(words: readonly RecognisedWord[]): Repeat[] {
  const repeats: Repeat[] = [];
  for (let at = 0; at < words.length; ) {
    const length = [...Array(LONGEST_PHRASE).keys()]
      .map((i) => LONGEST_PHRASE - i)
      .find((n) => repeatsAt(words, at, n));
    if (length === undefined) {
      at++;
      continue;
    }
    let end = at + 2 * length;
    while (repeatsAt(words, end - length, length)) end += length;
    const said = words.slice(at, end);
    repeats.push({ at, text: said.map(({ text }) => text).join(' '), ...spanOf(said) });
    at = end;
  }
  return repeats;
}

function repeatsAt(words: readonly RecognisedWord[], at: number, length: number): boolean {
  const phrase = words.slice(at, at + length);
  const again = words.slice(at + length, at + 2 * length);
  if (again.length < length) return false;
  const sure = [...phrase, ...again].every(({ confidence }) => confidence !== null && confidence >= REPEAT_CONFIDENCE);
  const ordinary = phrase.some(
    ({ text }) => !DOUBLED.has(text.toLowerCase()) && !NUMBERS.has(text.toLowerCase()) && !isFiller(text),
  );
  return sure && ordinary && phrase.every(({ text }, i) => text.toLowerCase() === again[i]?.text.toLowerCase());
}
