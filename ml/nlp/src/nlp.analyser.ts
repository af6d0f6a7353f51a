/** The analyser of answers: each completed one is measured once. */

import type { InsightFinding } from '@interview/ml-kit/analyser';
import type { FeedAnalyser, FeedAnalysis } from '@interview/ml-kit/feed-analyser';
import type { RoundState, StoredSegment } from '@interview/schema/messages';
import { type Answer, completedAnswers } from './answers.js';
import { explain, responseQuality } from './response-quality.js';

export const nlpAnalyser: FeedAnalyser = {
  service: 'nlp',
  source: 'nlp/1',
  after: ['speech'],
  intervalMs: 500,
  open: openAnalysis,
};

function openAnalysis(opened: RoundState): FeedAnalysis {
  let round = opened;
  const segments: StoredSegment[] = [];
  const told = new Set<string>();
  return {
    add: (news) => void segments.push(...news.segments),
    roundChanged(changed) {
      round = changed;
    },
    findings({ nowMs, ended }) {
      const startedAtMs = round.startedAtMs ?? nowMs;
      const questions = round.questions.map(({ id, text, askedAtMs }) => ({
        id,
        text,
        askedMs: askedAtMs - startedAtMs,
      }));
      const untilMs = ended ? Number.POSITIVE_INFINITY : nowMs - startedAtMs;
      return completedAnswers(segments, questions, untilMs).flatMap((answer) => {
        const finding = findingOf(answer, startedAtMs);
        if (!finding || told.has(finding.key)) return [];
        told.add(finding.key);
        return [finding];
      });
    },
  };
}

/** Its key is the first segment's id: the same answer told again, with a later segment more, is the same insight. */
function findingOf({ segments, question }: Answer, startedAtMs: number): InsightFinding | null {
  const [first, last] = [segments[0], segments.at(-1)];
  if (!first || !last) return null;
  const value = responseQuality({ segments, question });
  return {
    kind: 'insight',
    key: `answer:${first.id}`,
    type: 'RESPONSE_QUALITY',
    severity: 'INFO',
    value,
    explanation: explain(value),
    atMs: startedAtMs + first.timestampMs,
    capturedAtMs: startedAtMs + last.timestampMs + last.durationMs,
  };
}
