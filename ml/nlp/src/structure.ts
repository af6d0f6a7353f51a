/**
 * How an answer is put together, as counts of words that a person can count along. More is not better: the counts say
 * what is there and grade nothing.
 */
import type { InsightValue } from '@interview/schema/insight-values';
import { wordsOf } from './words.js';

export type Structure = NonNullable<InsightValue<'RESPONSE_QUALITY'>['structure']>;

// biome-ignore format: lists to be read as lists
/** The words of each count. Of two that overlap the longer one counts, once. */
export const STRUCTURE_WORDS: Record<keyof Structure, readonly string[]> = {
  steps: [
    'first', 'firstly', 'first of all', 'second', 'secondly', 'third', 'thirdly', 'to begin with', 'step one', 'step two', 'step three', 'next',
    'then', 'after that', 'afterwards', 'later on', 'before that', 'finally', 'lastly', 'last of all', 'in the end', 'at the end', 'eventually',
  ],
  reasons: [
    'because', 'because of', 'therefore', 'that is why', 'which is why', "that's why", 'the reason', 'so that', 'in order to', 'due to', 'since we', 'since i',
    'given that', 'as a consequence of', 'for that reason',
  ],
  examples: ['for example', 'for instance', 'an example', 'one example', 'such as', 'to give you an example', 'in one case', 'one time', 'say for'],
  results: [
    'as a result', 'the result', 'resulted in', 'led to', 'which meant', 'so we could', 'so i could', 'reduced', 'increased', 'improved', 'saved', 'grew', 'dropped',
    'went down', 'went up', 'went from', 'doubled', 'halved', 'cut by', 'faster than', 'in the end we', 'in the end i', 'we achieved', 'i achieved',
  ],
};

/** Before "first", "second", "third" and "next" these make an adjective: "my first job". */
const ADJECTIVE_AFTER = /^(?:a|an|the|my|our|your|his|her|their|its|this|that|every|each|last|one|at|few|per)$/;
const ORDINALS = new Set(['first', 'second', 'third', 'next']);
/** "The first thing", "the next step" do order. */
const ORDERED_THING = /^(?:thing|step|point|part|phase)$/;

interface Phrase {
  kind: keyof Structure;
  words: readonly string[];
}
// The keys of a record of exactly these; Object.keys forgets that.
const KINDS = Object.keys(STRUCTURE_WORDS) as (keyof Structure)[];
const PHRASES: readonly Phrase[] = KINDS.flatMap((kind) =>
  STRUCTURE_WORDS[kind].map((phrase) => ({ kind, words: phrase.split(' ') })),
).toSorted((a, b) => b.words.length - a.words.length);

export function structureOf(text: string): Structure {
  const words = wordsOf(text).map((word) => word.toLowerCase().replaceAll('’', "'"));
  const structure: Structure = { steps: 0, reasons: 0, examples: 0, results: 0 };
  for (let at = 0; at < words.length; ) {
    const phrase = PHRASES.find(
      (one) => one.words.every((word, i) => words[at + i] === word) && isMeant(one, words, at),
    );
    if (phrase) structure[phrase.kind] += 1;
    at += phrase?.words.length ?? 1;
  }
  return structure;
}

function isMeant({ words: phrase }: Phrase, words: readonly string[], at: number): boolean {
  if (phrase.length > 1 || !ORDINALS.has(phrase[0] ?? '')) return true;
  return !ADJECTIVE_AFTER.test(words[at - 1] ?? '') || ORDERED_THING.test(words[at + 1] ?? '');
}
