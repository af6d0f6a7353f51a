/**
 * Words from what sherpa-onnx tells of a segment. It tells text and tokens; the probabilities of tokens and their times
 * only where library and model give them. What it does not tell is null. Pure.
 */
import { z } from 'zod';
import type { Heard } from './decoder.recogniser.js';
import type { RecognisedWord } from './recogniser.js';

export const WhisperResult = z.object({
  text: z.string(),
  tokens: z.array(z.string()).default([]),
  /** Seconds at which each token begins, and how long it lasts. */
  timestamps: z.array(z.number()).default([]),
  durations: z.array(z.number()).default([]),
  /** Natural logarithm of each token's probability. */
  ys_log_probs: z.array(z.number()).default([]),
});
export type WhisperResult = z.infer<typeof WhisperResult>;

/** "[BLANK_AUDIO]", "(upbeat music)": what is heard that is no word. */
const REMARK = /\[[^\]]*\]|\([^)]*\)/g;
const EDGES = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu;

export function whisperWords(heard: unknown): Heard {
  const result = WhisperResult.parse(heard);
  const text = result.text.replaceAll(REMARK, ' ').replaceAll(/\s+/g, ' ').trim();
  const written = text.split(' ').filter((word) => word.replaceAll(EDGES, '') !== '');
  const measured = measuredWords(result);
  // Only if the tokens make the very words of the text is it known whose their measures are.
  const fits = measured.length === written.length && measured.every(({ token }, i) => token === written[i]);
  const words = written.map((word, i): RecognisedWord => {
    const { startMs = null, endMs = null, confidence = null } = (fits && measured[i]) || {};
    return { text: word.replaceAll(EDGES, '').toLowerCase(), startMs, endMs, confidence };
  });
  return { text: words.length > 0 ? text : '', words };
}

interface MeasuredWord extends Omit<RecognisedWord, 'text'> {
  token: string;
}

/** The words that the tokens make: one begins with each token that begins with a space. */
function measuredWords({ tokens, timestamps, durations, ys_log_probs: logs }: WhisperResult): MeasuredWord[] {
  const timed = timestamps.length === tokens.length && durations.length === tokens.length;
  const sure = logs.length === tokens.length;
  const words: { token: string; from: number; to: number }[] = [];
  for (const [i, token] of tokens.entries()) {
    const last = words.at(-1);
    if (last && !token.startsWith(' ')) Object.assign(last, { token: last.token + token, to: i });
    else words.push({ token: token.trimStart(), from: i, to: i });
  }
  return words.map(({ token, from, to }) => {
    const mean = logs.slice(from, to + 1).reduce((sum, log) => sum + log, 0) / (to - from + 1);
    return {
      token,
      startMs: timed ? milliseconds(timestamps[from]) : null,
      endMs: timed ? milliseconds((timestamps[to] ?? 0) + (durations[to] ?? 0)) : null,
      // The geometric mean of its tokens' probabilities.
      confidence: sure ? Math.min(1, Math.exp(mean)) : null,
    };
  });
}

const milliseconds = (seconds = 0) => Math.round(seconds * 1000);
