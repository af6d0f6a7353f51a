/** Keeps a round's aggregate: publishes it when a figure changed, and once more when the round has ended. */
import type { FeedAnalyser, FeedAnalysis, FeedPosition } from '@interview/ml-kit/feed-analyser';
import type { RoundState } from '@interview/schema/messages';
import { summarise } from './aggregate.js';
import { addInsight, addSegment, createTally } from './tally.js';

export const aggregatorAnalyser: FeedAnalyser = {
  service: 'aggregator',
  source: 'aggregator/1',
  after: ['speech', 'video', 'fraud', 'nlp'],
  // At most one aggregate a second.
  intervalMs: 1000,
  open: openAnalysis,
};

function openAnalysis(opened: RoundState): FeedAnalysis {
  const tally = createTally();
  let questions = opened.questions;
  let published: string | undefined;
  let changed = false;
  return {
    add({ insights, segments }) {
      for (const insight of insights) addInsight(tally, insight);
      for (const segment of segments) addSegment(tally, segment);
      changed ||= insights.length + segments.length > 0;
    },
    roundChanged(round) {
      changed ||= round.questions.length !== questions.length;
      questions = round.questions;
    },
    findings({ position, ended }) {
      if (!changed && !ended) return [];
      changed = false;
      const figures = summarise(tally, questions);
      const text = JSON.stringify(figures);
      if (text === published && !ended) return [];
      published = text;
      return [{ kind: 'aggregate', key: keyOf(position, questions.length), upTo: position, ...figures }];
    },
  };
}

/** The same for the same content: follow-ups quote the questions, so these count too. */
const keyOf = ({ insight, segment, revision }: FeedPosition, questions: number) =>
  `aggregate:${insight}:${segment}:${revision}:${questions}`;
