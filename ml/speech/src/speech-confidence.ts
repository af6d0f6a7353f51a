/**
 * How sure the recogniser was of the candidate's words, and how fast they came, for each window of speech. Pure.
 *
 * A window is made of whole segments of one recogniser and closes with the one in which it reaches 10 s of speech;
 * silences between segments do not count. Another recogniser's segment, and the round's end, close what is left.
 * Segments of a recogniser that does not tell how sure it is are left out.
 */
import type { InsightFinding } from '@interview/ml-kit/analyser';
import type { Transcript } from './recogniser.js';
import type { SpokenSegment } from './transcription.js';

export const WINDOW_MS = 10_000;
/** A rate from fewer words says nothing. */
const FEWEST_WORDS = 3;

export interface ConfidenceWindow {
  /** First sample and epoch ms of the window's first segment. */
  from: number;
  atMs: number;
  capturedAtMs: number;
  windowMs: number;
  words: number;
  confidenceSum: number;
  /** Whose words they are. */
  recogniser: string;
}

export class SpeechConfidence {
  #window: ConfidenceWindow | null;

  constructor(window: ConfidenceWindow | null = null) {
    this.#window = window && { ...window };
  }

  /** Takes a transcribed segment; the insights of the windows that it closes. */
  add(segment: SpokenSegment, { words, recogniser }: Transcript): InsightFinding[] {
    const closed = this.#window && this.#window.recogniser !== recogniser ? this.close() : [];
    const confidences = words.flatMap(({ confidence }) => (confidence === null ? [] : [confidence]));
    if (confidences.length < words.length) return closed;
    const { from, atMs, capturedAtMs, durationMs } = segment;
    const window = this.#window ?? { from, atMs, capturedAtMs, windowMs: 0, words: 0, confidenceSum: 0, recogniser };
    this.#window = {
      ...window,
      capturedAtMs,
      windowMs: window.windowMs + durationMs,
      words: window.words + words.length,
      confidenceSum: confidences.reduce((sum, confidence) => sum + confidence, window.confidenceSum),
    };
    return this.#window.windowMs >= WINDOW_MS ? [...closed, ...this.close()] : closed;
  }

  /** Closes the window as it is; nothing when it holds too few words. */
  close(): InsightFinding[] {
    const window = this.#window;
    this.#window = null;
    if (!window || window.words < FEWEST_WORDS) return [];
    const { from, atMs, capturedAtMs, windowMs, words, recogniser } = window;
    const score = round(Math.min(1, window.confidenceSum / words), 3);
    const wordsPerMinute = round((words / windowMs) * 60_000, 1);
    return [
      {
        kind: 'insight',
        key: `confidence:${from}`,
        type: 'SPEECH_CONFIDENCE',
        severity: 'INFO',
        value: { score, words, wordsPerMinute, windowMs: Math.round(windowMs), recogniser },
        explanation:
          `${recogniser} gave its ${words} words a mean confidence of ${score.toFixed(2)} (of 1); ` +
          `${Math.round(wordsPerMinute)} words a minute over ${(windowMs / 1000).toFixed(1)} s of speech.`,
        atMs,
        capturedAtMs,
      },
    ];
  }

  snapshot(): ConfidenceWindow | null {
    return this.#window && { ...this.#window };
  }
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
