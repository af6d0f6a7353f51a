/** When a run of words was said. */
import type { RecognisedWord } from './recogniser.js';

/** Both null where the recogniser does not tell when words were said. */
export interface WordSpan {
  /** Milliseconds from the segment's first sample. */
  startMs: number | null;
  durationMs: number | null;
}

export function spanOf(words: readonly RecognisedWord[]): WordSpan {
  const startMs = words[0]?.startMs ?? null;
  const endMs = words.at(-1)?.endMs ?? null;
  return { startMs, durationMs: startMs === null || endMs === null ? null : endMs - startMs };
}
