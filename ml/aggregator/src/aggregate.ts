/**
 * The aggregate of a round: a pure function of what is stored of it and of the questions marked in it, so a
 * recomputation after any restart gives the same.
 *
 * | figure                  | how                                                                                  |
 * | ----------------------- | ------------------------------------------------------------------------------------ |
 * | averageConfidence       | mean of SPEECH_CONFIDENCE scores, weighted by words                                  |
 * | averageResponseTimeMs   | mean of RESPONSE_LATENCY                                                             |
 * | talkRatio               | the candidate's speech / time from the start to the last thing that is stored        |
 * | wordsPerMinute          | the candidate's words / the candidate's speech                                       |
 * | engagementScore         | mean of ENGAGEMENT facing shares, weighted by time                                   |
 * | eyeContactPercentage    | the same of eye contact shares, 0 to 100                                             |
 * | headMovement            | the most frequent level; of equally frequent ones the latest                         |
 * | alertsCount             | onsets of all five fraud types                                                       |
 *
 * A figure that nothing was measured for is null.
 */
import type { AggregateResult, RoundState, StoredInsight, StoredSegment } from '@interview/schema/messages';
import { followUps } from './follow-ups.js';
import { addInsight, addSegment, createTally, type Tally, type WeightedSum } from './tally.js';

export type Aggregate = Pick<AggregateResult, 'speech' | 'video' | 'fraud' | 'recommendations'>;

/** Aggregates all of a round at once. */
export function aggregate(
  insights: readonly StoredInsight[],
  segments: readonly StoredSegment[],
  questions: RoundState['questions'],
): Aggregate {
  const tally = createTally();
  for (const insight of insights) addInsight(tally, insight);
  for (const segment of segments) addSegment(tally, segment);
  return summarise(tally, questions);
}

/** The figures of a tally. Does not change it. */
export function summarise(tally: Tally, questions: RoundState['questions']): Aggregate {
  const alerts = (type: Parameters<Tally['alerts']['get']>[0]) => tally.alerts.get(type) ?? 0;
  const elapsedMs = Math.max(tally.lastInsightMs, tally.lastSegmentEndMs);
  const spoke = tally.candidateSegments.length > 0;
  const eyeContact = mean(tally.eyeContact);
  return {
    speech: {
      averageConfidence: rounded(mean(tally.confidence), 3),
      totalHesitations: tally.hesitations,
      averageResponseTimeMs: rounded(mean(tally.latency), 0),
      talkRatio: spoke && elapsedMs > 0 ? rounded(Math.min(1, tally.candidateMs / elapsedMs), 3) : null,
      wordsPerMinute: tally.candidateMs > 0 ? rounded(tally.candidateWords / (tally.candidateMs / 60_000), 1) : null,
    },
    video: {
      engagementScore: rounded(mean(tally.facing), 3),
      eyeContactPercentage: eyeContact === null ? null : Math.round(eyeContact * 100),
      headMovement: mostFrequentLevel(tally),
    },
    fraud: {
      alertsCount: [...tally.alerts.values()].reduce((sum, count) => sum + count, 0),
      tabSwitches: alerts('TAB_SWITCH'),
      multipleFacesDetected: alerts('MULTIPLE_FACES') > 0,
      faceSwitches: alerts('FACE_SWITCH'),
      backgroundVoices: alerts('BACKGROUND_VOICE'),
    },
    recommendations: followUps(tally, questions),
  };
}

function mostFrequentLevel({ headLevels }: Tally) {
  const most = Math.max(...headLevels.values());
  return [...headLevels].findLast(([, count]) => count === most)?.[0] ?? null;
}

const mean = ({ sum, weight }: WeightedSum) => (weight > 0 ? sum / weight : null);

const rounded = (value: number | null, digits: number) => (value === null ? null : Number(value.toFixed(digits)));
