/**
 * What an aggregate counts, gathered insight by insight and segment by segment. Insights and segments have
 * sequences of their own, so a tally must not depend on how the two are mixed: each touches only its own part.
 *
 * An insight that a person dismissed leaves; of an episode only its START counts.
 */
import { FRAUD_TYPES, type InsightType } from '@interview/schema/enums';
import { INSIGHT_VALUES, type InsightValue } from '@interview/schema/insight-values';
import type { StoredInsight, StoredSegment } from '@interview/schema/messages';
import type { TalliedContradiction } from './contradiction-follow-ups.js';

/** A sum and the weight it is to be divided by. */
export interface WeightedSum {
  sum: number;
  weight: number;
}

type HeadLevel = InsightValue<'HEAD_MOVEMENT'>['level'];

export interface Tally {
  confidence: WeightedSum;
  latency: WeightedSum;
  facing: WeightedSum;
  eyeContact: WeightedSum;
  /** How often each level was measured; the latest measured comes last. */
  headLevels: Map<HeadLevel, number>;
  hesitations: number;
  alerts: Map<InsightType, number>;
  /** Insights that a follow-up question may rest on. */
  pauses: { id: string; atMs: number; durationMs: number }[];
  answers: { id: string; atMs: number; value: InsightValue<'RESPONSE_QUALITY'> }[];
  contradictions: TalliedContradiction[];
  lastInsightMs: number;
  /** By the time they were said; of equal times, by sequence. */
  candidateSegments: StoredSegment[];
  longestCandidateSegmentMs: number;
  candidateMs: number;
  candidateWords: number;
  lastSegmentEndMs: number;
}

export function createTally(): Tally {
  const empty = (): WeightedSum => ({ sum: 0, weight: 0 });
  return {
    confidence: empty(),
    latency: empty(),
    facing: empty(),
    eyeContact: empty(),
    headLevels: new Map(),
    hesitations: 0,
    alerts: new Map(),
    pauses: [],
    answers: [],
    contradictions: [],
    lastInsightMs: 0,
    candidateSegments: [],
    longestCandidateSegmentMs: 0,
    candidateMs: 0,
    candidateWords: 0,
    lastSegmentEndMs: 0,
  };
}

/** Adds an insight to the tally. @throws ZodError for a value that is not of its type. */
export function addInsight(tally: Tally, insight: StoredInsight): void {
  if (insight.disposition === 'DISMISSED') return;
  tally.lastInsightMs = Math.max(tally.lastInsightMs, insight.timestampMs);
  if (isAlert(insight)) tally.alerts.set(insight.type, (tally.alerts.get(insight.type) ?? 0) + 1);
  switch (insight.type) {
    case 'SPEECH_CONFIDENCE': {
      const { score, words } = INSIGHT_VALUES.SPEECH_CONFIDENCE.parse(insight.value);
      addTo(tally.confidence, score, words);
      break;
    }
    case 'HESITATION':
      addHesitation(tally, insight);
      break;
    case 'RESPONSE_LATENCY':
      addTo(tally.latency, INSIGHT_VALUES.RESPONSE_LATENCY.parse(insight.value).latencyMs, 1);
      break;
    case 'ENGAGEMENT': {
      const { facingShare, eyeContactShare, windowMs } = INSIGHT_VALUES.ENGAGEMENT.parse(insight.value);
      addTo(tally.facing, facingShare, windowMs);
      addTo(tally.eyeContact, eyeContactShare, windowMs);
      break;
    }
    case 'HEAD_MOVEMENT': {
      const { level } = INSIGHT_VALUES.HEAD_MOVEMENT.parse(insight.value);
      const before = tally.headLevels.get(level) ?? 0;
      tally.headLevels.delete(level);
      tally.headLevels.set(level, before + 1);
      break;
    }
    case 'RESPONSE_QUALITY': {
      const value = INSIGHT_VALUES.RESPONSE_QUALITY.parse(insight.value);
      tally.answers.push({ id: insight.id, atMs: insight.timestampMs, value });
      break;
    }
    case 'RESUME_CONTRADICTION': {
      const value = INSIGHT_VALUES.RESUME_CONTRADICTION.parse(insight.value);
      tally.contradictions.push({ id: insight.id, atMs: insight.timestampMs, value, explanation: insight.explanation });
      break;
    }
    default:
  }
}

function addHesitation(tally: Tally, { id, timestampMs: atMs, value }: StoredInsight): void {
  const { kind, durationMs } = INSIGHT_VALUES.HESITATION.parse(value);
  tally.hesitations += 1;
  if (kind === 'PAUSE' && durationMs !== undefined) tally.pauses.push({ id, atMs, durationMs });
}

/** Adds a final segment to the tally. */
export function addSegment(tally: Tally, segment: StoredSegment): void {
  tally.lastSegmentEndMs = Math.max(tally.lastSegmentEndMs, segment.timestampMs + segment.durationMs);
  if (segment.speaker !== 'CANDIDATE') return;
  insertByTime(tally.candidateSegments, segment);
  tally.longestCandidateSegmentMs = Math.max(tally.longestCandidateSegmentMs, segment.durationMs);
  tally.candidateMs += segment.durationMs;
  tally.candidateWords += segment.text.split(/\s+/u).filter(Boolean).length;
}

/** Nearly always at the end: segments are stored about in the order in which they are said. */
function insertByTime(segments: StoredSegment[], segment: StoredSegment): void {
  const before = segments.findLastIndex(({ timestampMs }) => timestampMs <= segment.timestampMs);
  segments.splice(before + 1, 0, segment);
}

/** An onset of one of the five fraud types; FACE_SWITCH has no phases. */
function isAlert({ type, value }: StoredInsight): boolean {
  const isFraud = (FRAUD_TYPES as readonly InsightType[]).includes(type);
  return isFraud && (type === 'FACE_SWITCH' || value['phase'] === 'START');
}

function addTo(sum: WeightedSum, value: number, weight: number): void {
  sum.sum += value * weight;
  sum.weight += weight;
}
