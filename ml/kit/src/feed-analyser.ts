/**
 * The port between the worker runtime and an analyser that reads what is stored instead of media: `nlp` and
 * `aggregator`. It keeps no checkpoint: after a takeover it reads the round's feed from the first sequence.
 */
import type { AnalyserService } from '@interview/schema/enums';
import type { AggregateResult, RoundState, StoredInsight, StoredSegment } from '@interview/schema/messages';
import type { InsightFinding, StatusFinding } from './analyser.js';

export type AggregateFinding = Pick<
  AggregateResult,
  'kind' | 'upTo' | 'speech' | 'video' | 'fraud' | 'recommendations'
> & {
  /** Unique for what it rests on, see `InsightFinding.key`. */
  key: string;
};

export type FeedFinding = InsightFinding | AggregateFinding | StatusFinding;

/** How far a round's feed has been read. */
export interface FeedPosition {
  /** Sequence of the last insight and of the last segment; 0 before the first. */
  insight: number;
  segment: number;
  /** Grows when a person reviews an insight; the feed is then read anew, by a new analysis. */
  revision: number;
}

/** The analysis of one round's stored feed. Calls come one after the other. */
export interface FeedAnalysis {
  /** What was stored since the last call, each list in the order of its sequence. */
  add(news: { insights: readonly StoredInsight[]; segments: readonly StoredSegment[] }): void;
  /** The round's state changed, e.g. a question was marked. */
  roundChanged?(round: RoundState): void;
  /** What there is to publish now. An insight that is stored already is not published again. */
  findings(now: { nowMs: number; position: FeedPosition; ended: boolean }): FeedFinding[];
  /**
   * True while an ended round's last findings wait for what the analysis asked somewhere else: the round is not finished
   * before, and `findings` is called again. Whoever says so bounds it.
   */
  waits?(): boolean;
  /** Another analysis begins anew, or the round left this worker: what is under way is given up. */
  close?(): void;
}

export interface FeedAnalyser {
  service: AnalyserService;
  /** `<service>/<version>`, shown as an insight's source. */
  source: string;
  /** Whose results an ended round waits for before it is finished. */
  after: readonly AnalyserService[];
  /** Least time between two calls of `findings` for a round. */
  intervalMs: number;
  open(round: RoundState): FeedAnalysis;
  /** What it stands on beside Redis and the insights subgraph, for `/health`: each rejects while that does not answer. */
  probes?: Record<string, () => Promise<unknown>>;
}
