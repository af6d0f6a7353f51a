/** Anything that may be stored of a round: insights of all types, each with a value of its type, and segments. */
import { InsightType } from '@interview/schema/enums';
import { INSIGHT_VALUES } from '@interview/schema/insight-values';
import type { RoundState, StoredInsight, StoredSegment } from '@interview/schema/messages';
import fc from 'fast-check';

export const roundId = '3f0f9d3e-52f5-4d0c-8a5c-0d4a5f1a9b11';
export const questionIds = ['0d5c2a7e-93a1-4f0e-8f7d-1f2d3c4b5a69', '7b1f0c6e-2a53-4c1d-9e8f-0a1b2c3d4e5f'] as const;
export const questions: RoundState['questions'] = [
  { id: questionIds[0], text: 'How did you scale it?', askedAtMs: 0 },
  { id: questionIds[1], text: 'What would you do otherwise?', askedAtMs: 30_000 },
];

const share = fc.double({ min: 0, max: 1, noNaN: true });
/** Few enough that equal times, and pauses right after words, are frequent. */
const ms = fc.integer({ min: 0, max: 60 }).map((seconds) => seconds * 1000);
const count = fc.nat(60);
const question = fc.constantFrom(...questionIds);

const episode = (evidence: Record<string, fc.Arbitrary<unknown>> = {}) =>
  fc.oneof(
    fc.record({ phase: fc.constant('START'), ...evidence }),
    fc.record({ phase: fc.constant('END'), durationMs: ms, ...evidence }),
  );

const VALUES: Record<InsightType, fc.Arbitrary<object>> = {
  SPEECH_CONFIDENCE: fc.record({
    score: share,
    words: count,
    wordsPerMinute: count,
    windowMs: ms,
    recogniser: fc.constant('r'),
  }),
  HESITATION: fc.oneof(
    fc.record({ kind: fc.constant('PAUSE'), durationMs: fc.constantFrom(2000, 2999, 3000, 9000) }),
    fc.record({ kind: fc.constantFrom('REPEAT', 'FILLER'), text: fc.constant('and') }),
  ),
  RESPONSE_LATENCY: fc.record({ latencyMs: ms }),
  HEAD_MOVEMENT: fc.record({
    level: fc.constantFrom('stable', 'moderate', 'frequent'),
    movesPerMinute: count,
    yawDeg: fc.constant(0),
    pitchDeg: fc.constant(0),
    rollDeg: fc.constant(0),
  }),
  VIDEO_QUALITY: fc.record({ issue: fc.constantFrom('OK', 'DARK'), luma: count, sharpness: count }),
  ENGAGEMENT: fc.record({ facingShare: share, eyeContactShare: share, windowMs: ms }),
  TAB_SWITCH: episode(),
  MULTIPLE_FACES: episode({ count: fc.constantFrom(2, 3) }),
  FACE_ABSENT: episode({ count: fc.constant(0) }),
  BACKGROUND_VOICE: episode({ score: share, evidence: fc.constant(['pitch']) }),
  FACE_SWITCH: fc.record({ distance: fc.constant(0.8), threshold: fc.constant(0.6), frames: fc.constant(3) }),
  RESUME_CONTRADICTION: fc.record({
    kind: fc.constant('SKILL_YEARS'),
    said: fc.record({ quote: fc.constantFrom('ten years', 'a year'), segmentId: fc.constant('s') }),
    resume: fc.record({ quote: fc.constant('2 years') }),
  }),
  RESPONSE_QUALITY: fc.record({
    words: fc.constantFrom(5, 19, 20, 60),
    specifics: count,
    relevance: fc.constantFrom(0, 0.2, 0.21, 0.9),
    questionId: question,
  }),
};

/** Without its sequence, which storing gives. */
export const anInsight: fc.Arbitrary<Omit<StoredInsight, 'sequence'>> = fc
  .constantFrom(...InsightType.options)
  .chain((type) =>
    fc.record({ value: VALUES[type], timestampMs: ms, id: fc.uuid() }).map(({ value, timestampMs, id }) => ({
      id,
      roundId,
      timestampMs,
      type,
      severity: 'INFO' as const,
      // What the contract does not allow is never stored: the arbitraries are held to it.
      value: INSIGHT_VALUES[type].parse(value),
      explanation: 'measured',
      source: 'test/1',
      disposition: 'UNREVIEWED' as const,
      reviewedBy: null,
      reviewNote: null,
      createdAtMs: 0,
    })),
  );

export const aSegment: fc.Arbitrary<Omit<StoredSegment, 'sequence'>> = fc
  .record({
    id: fc.uuid(),
    timestampMs: ms,
    durationMs: fc.constantFrom(0, 1000, 5000, 15_000),
    text: fc.constantFrom('one', 'two words', 'and three words', ' '),
    speaker: fc.constantFrom('CANDIDATE' as const, 'INTERVIEWER' as const),
  })
  .map((measured) => ({ ...measured, roundId, confidence: null, createdAtMs: 0 }));
