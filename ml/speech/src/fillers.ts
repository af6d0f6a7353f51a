/**
 * Hesitation sounds ("um"), where the recogniser returns them: Deepgram does when it is asked to, pocketsphinx and
 * Whisper leave them out. Pure.
 */
import type { RecognisedWord } from './recogniser.js';
import { spanOf, type WordSpan } from './word-span.js';

/** Below this the recogniser is not sure enough that it was a filler and not, say, "a". */
export const FILLER_CONFIDENCE = 0.5;
/** Sounds that agree or deny ("mhmm", "uh-huh", "uh-uh") are answers, not hesitations. */
const FILLERS = new Set(['um', 'umm', 'uhm', 'uh', 'uhh', 'er', 'erm', 'ah', 'hm', 'hmm', 'mm']);

export interface Filler extends WordSpan {
  /** Index of the first word. */
  at: number;
  /** What was said, all of it: "um uh". */
  text: string;
}

export const isFiller = (text: string): boolean => FILLERS.has(text.toLowerCase());

/** Each run of fillers. */
export function findFillers(words: readonly RecognisedWord[]): Filler[] {
  const fillers: Filler[] = [];
  for (let at = 0; at < words.length; at++) {
    let end = at;
    while (isSureFiller(words[end])) end++;
    if (end === at) continue;
    const run = words.slice(at, end);
    fillers.push({ at, text: run.map(({ text }) => text).join(' '), ...spanOf(run) });
    at = end;
  }
  return fillers;
}

function isSureFiller(word: RecognisedWord | undefined): boolean {
  return word !== undefined && isFiller(word.text) && word.confidence !== null && word.confidence >= FILLER_CONFIDENCE;
}
