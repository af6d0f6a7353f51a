/** Factories of what the live page shows. */
import type { Insight, Segment } from './timeline';

export function makeInsight(number: number, more: Partial<Insight> = {}): Insight {
  return {
    id: `i${number}`,
    timestampMs: number * 1000,
    type: 'HESITATION',
    severity: 'LOW',
    value: { kind: 'PAUSE', durationMs: 3200 },
    explanation: 'Pause of 3.2 s (threshold 2.0 s).',
    source: 'speech/1',
    disposition: 'UNREVIEWED',
    reviewedBy: null,
    reviewNote: null,
    createdAt: '2026-01-30T09:30:00.000Z',
    cursor: `c${number}`,
    ...more,
  };
}

export function makeSegment(number: number, more: Partial<Segment> = {}): Segment {
  return {
    id: `s${number}`,
    roundId: 'r',
    speaker: 'CANDIDATE',
    text: `line ${number}`,
    timestampMs: number * 1000,
    durationMs: 900,
    confidence: 0.9,
    isFinal: true,
    cursor: `c${number}`,
    ...more,
  };
}
