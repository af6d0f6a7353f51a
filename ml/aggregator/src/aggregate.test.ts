import { randomUUID } from 'node:crypto';
import type { InsightType } from '@interview/schema/enums';
import type { StoredInsight, StoredSegment } from '@interview/schema/messages';
import { describe, expect, it } from '@jest/globals';
import { aggregate } from './aggregate.js';

const roundId = '3f0f9d3e-52f5-4d0c-8a5c-0d4a5f1a9b11';
const questionId = '0d5c2a7e-93a1-4f0e-8f7d-1f2d3c4b5a69';
const questions = [{ id: questionId, text: 'How did you scale it?', askedAtMs: 0 }];

function insight(
  type: InsightType,
  value: StoredInsight['value'],
  changes: Partial<StoredInsight> = {},
): StoredInsight {
  return {
    id: randomUUID(),
    roundId,
    sequence: 1,
    timestampMs: 0,
    type,
    severity: 'INFO',
    value,
    explanation: 'measured',
    source: 'test/1',
    disposition: 'UNREVIEWED',
    reviewedBy: null,
    reviewNote: null,
    createdAtMs: 0,
    ...changes,
  };
}

function segment(timestampMs: number, text: string, changes: Partial<StoredSegment> = {}): StoredSegment {
  return {
    id: randomUUID(),
    roundId,
    sequence: 1,
    speaker: 'CANDIDATE',
    text,
    timestampMs,
    durationMs: 1000,
    confidence: null,
    createdAtMs: 0,
    ...changes,
  };
}

const of = (insights: StoredInsight[], segments: StoredSegment[] = []) => aggregate(insights, segments, questions);

describe('an aggregate', () => {
  it('has no figure that nothing was measured for', () => {
    expect(of([])).toEqual({
      speech: {
        averageConfidence: null,
        totalHesitations: 0,
        averageResponseTimeMs: null,
        talkRatio: null,
        wordsPerMinute: null,
      },
      video: { engagementScore: null, eyeContactPercentage: null, headMovement: null },
      fraud: {
        alertsCount: 0,
        tabSwitches: 0,
        multipleFacesDetected: false,
        faceSwitches: 0,
        backgroundVoices: 0,
      },
      recommendations: [],
    });
  });

  it('weights confidence by words and engagement by time', () => {
    const confidence = (score: number, words: number) =>
      insight('SPEECH_CONFIDENCE', { score, words, wordsPerMinute: 100, windowMs: 1000, recogniser: 'r' });
    const engagement = (facingShare: number, windowMs: number) =>
      insight('ENGAGEMENT', { facingShare, eyeContactShare: facingShare / 2, windowMs });
    const { speech, video } = of([confidence(1, 30), confidence(0.5, 10), engagement(1, 1000), engagement(0, 3000)]);
    expect(speech.averageConfidence).toBe(0.875);
    expect(video).toMatchObject({ engagementScore: 0.25, eyeContactPercentage: 13 });
  });

  it('counts the onsets of all five alerts, and no ends', () => {
    const { fraud } = of([
      insight('TAB_SWITCH', { phase: 'START' }),
      insight('TAB_SWITCH', { phase: 'END', durationMs: 5 }),
      insight('TAB_SWITCH', { phase: 'START' }),
      insight('MULTIPLE_FACES', { phase: 'START', count: 2 }),
      insight('FACE_ABSENT', { phase: 'START', count: 0 }),
      insight('FACE_ABSENT', { phase: 'END', durationMs: 5, count: 0 }),
      insight('BACKGROUND_VOICE', { phase: 'START', score: 1, evidence: [] }),
      insight('FACE_SWITCH', { distance: 0.7, threshold: 0.6, frames: 3 }),
    ]);
    expect(fraud).toEqual({
      alertsCount: 6,
      tabSwitches: 2,
      multipleFacesDetected: true,
      faceSwitches: 1,
      backgroundVoices: 1,
    });
  });

  it('leaves out what a person dismissed', () => {
    const dismissed = { disposition: 'DISMISSED' } as const;
    const pause = insight('HESITATION', { kind: 'PAUSE', durationMs: 9000 }, { timestampMs: 2000, ...dismissed });
    const result = of([insight('TAB_SWITCH', { phase: 'START' }, dismissed), pause], [segment(0, 'I built it')]);
    expect(result.fraud.alertsCount).toBe(0);
    expect(result.speech.totalHesitations).toBe(0);
    expect(result.recommendations).toEqual([]);
  });

  it('takes the candidate’s share of the time and pace from segments', () => {
    const interviewer = segment(5000, 'a question for you', { speaker: 'INTERVIEWER', durationMs: 5000 });
    const { speech } = of([], [segment(0, 'one two three four', { durationMs: 2000 }), interviewer]);
    expect(speech).toMatchObject({ talkRatio: 0.2, wordsPerMinute: 120 });
  });

  it('takes the most frequent level of head movement, of equal ones the latest', () => {
    const pose = { movesPerMinute: 1, yawDeg: 0, pitchDeg: 0, rollDeg: 0 };
    const levels = (...all: string[]) =>
      of(all.map((level) => insight('HEAD_MOVEMENT', { level, ...pose }))).video.headMovement;
    expect(levels('stable', 'frequent', 'stable', 'moderate')).toBe('stable');
    expect(levels('frequent', 'stable', 'stable', 'frequent')).toBe('frequent');
  });
});

describe('a follow-up question', () => {
  it('is offered for what differs from the resume', () => {
    const said = { quote: 'ten years of go', segmentId: 's' };
    const differs = insight('RESUME_CONTRADICTION', { kind: 'SKILL_YEARS', said, resume: { quote: '5 years of Go' } });
    expect(of([differs]).recommendations).toMatchObject([{ category: 'resume', insightIds: [differs.id] }]);
    expect(of([{ ...differs, disposition: 'DISMISSED' }]).recommendations).toEqual([]);
  });

  const pause = (durationMs: number, timestampMs = 1500) =>
    insight('HESITATION', { kind: 'PAUSE', durationMs }, { timestampMs });

  it('quotes what was said before a long pause, and rests on it', () => {
    const long = pause(3400);
    const { recommendations } = of([long], [segment(0, 'we moved the queue to Redis'), segment(9000, 'later words')]);
    expect(recommendations).toEqual([
      {
        category: 'follow_up',
        question: 'You said “we moved the queue to Redis”. Could you tell more about that?',
        reason: 'A pause of 3.4 s (threshold 3.0 s) followed these words.',
        insightIds: [long.id],
      },
    ]);
  });

  it('is not offered for a short pause, nor where nothing was said before', () => {
    expect(of([pause(2999)], [segment(0, 'words')]).recommendations).toEqual([]);
    expect(of([pause(5000)], [segment(5000, 'words')]).recommendations).toEqual([]);
    expect(of([pause(5000, 60_000)], [segment(0, 'words')]).recommendations).toEqual([]);
  });

  it('comes back to a question that a long answer hardly took up', () => {
    const answer = insight('RESPONSE_QUALITY', { words: 30, specifics: 0, relevance: 0.1, questionId });
    expect(of([answer]).recommendations).toEqual([
      {
        category: 'back_to_question',
        question: 'Coming back to “How did you scale it?”: what would you add?',
        reason: "The answer of 30 words takes up 10 % of the question's content words (threshold 20 %).",
        insightIds: [answer.id],
      },
    ]);
  });

  it('is offered for the latest five at most, each passage once', () => {
    const segments = Array.from({ length: 8 }, (_, i) => segment(i * 20_000, `passage ${i}`));
    const pauses = segments.flatMap((s) => [pause(4000, s.timestampMs + 1200), pause(5000, s.timestampMs + 1400)]);
    const offered = of(pauses, segments).recommendations.map(({ question }) => /passage \d/.exec(question)?.[0]);
    expect(offered).toEqual(['passage 7', 'passage 6', 'passage 5', 'passage 4', 'passage 3']);
  });
});
