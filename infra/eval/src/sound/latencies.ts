/** How long an answer took to come, as it was and as it was told: each answer takes the nearest latency, each latency one answer. */
import { type Label, type Matched, match, type Told } from '../scoring/match.js';
import { type Scores, scoresOf } from '../scoring/scores.js';
import type { Answer } from './conversation.js';

/** A latency belongs to an answer whose onset is at most this far from its own. */
const TOLERANCE_MS = 1_500;
const LIMIT_MS = 200;

interface LabelledLatency extends Label {
  latencyMs: number;
}
interface ToldLatency extends Told {
  latencyMs: number;
}
export type Latencies = Matched<LabelledLatency, ToldLatency>;

export const latenciesOf = (
  answers: readonly Pick<Answer, 'fromMs' | 'latencyMs'>[],
  told: readonly ToldLatency[],
): Latencies =>
  match(
    answers.map(({ fromMs, latencyMs }) => ({ fromMs, toMs: fromMs, latencyMs })),
    told,
    TOLERANCE_MS,
  );

export const errorsOf = ({ hits }: Latencies): number[] =>
  hits.map(({ label, told }) => told.latencyMs - label.latencyMs);

/** Recall is the share of answers within the limit; what is not told is not within it. False alarms are latencies of no answer. */
export const withinScores = (sequences: readonly Latencies[]): Scores =>
  scoresOf(
    sequences.map((latencies) => {
      const within = errorsOf(latencies).filter((error) => Math.abs(error) <= LIMIT_MS).length;
      const answers = latencies.hits.length + latencies.missed.length;
      return { hits: within, missed: answers - within, falseAlarms: latencies.falseAlarms.length };
    }),
  );
