import { describe, expect, it } from '@jest/globals';
import { capturedAtMs } from './capture-latency.js';
import type { Feeds } from './documents.js';
import type { FeedEvent } from './feed-log.js';

const STARTED = 1_000_000;

function insight(type: Feeds['insight']['type'], value: object): FeedEvent {
  const data = {
    id: 'an insight',
    type,
    value,
    timestampMs: 5000,
    severity: 'INFO',
    explanation: '',
    source: 'test/1',
    disposition: 'UNREVIEWED',
    createdAt: '',
    cursor: '',
    round: null,
  } as Feeds['insight'];
  return { feed: 'insight', arrivedAtMs: STARTED + 9000, data };
}

function segment(timestampMs: number, durationMs: number): FeedEvent {
  const data = { speaker: 'CANDIDATE', isFinal: true, timestampMs, durationMs } as Feeds['segment'];
  return { feed: 'segment', arrivedAtMs: STARTED + 9000, data };
}

describe('the capture that latency is counted from', () => {
  it.each([
    ['a pause', insight('HESITATION', { kind: 'PAUSE', durationMs: 2500 }), 7500],
    ['a repeated word', insight('HESITATION', { kind: 'REPEAT' }), 5000],
    ['a window of speech', insight('SPEECH_CONFIDENCE', { windowMs: 3000 }), 8000],
    ['a window of pictures', insight('ENGAGEMENT', { windowMs: 3000 }), 5000],
    ["an alert's end", insight('TAB_SWITCH', { phase: 'END', durationMs: 3000 }), 5000],
    ['a transcript segment', segment(4000, 1500), 5500],
  ])('of %s is that of its end', (_what, event, endMs) => {
    expect(capturedAtMs(event, STARTED, [])).toBe(STARTED + endMs);
  });

  it('of an answer is that of its last segment', () => {
    const before = [segment(1000, 500), segment(5000, 900), segment(6500, 700)];
    expect(capturedAtMs(insight('RESPONSE_QUALITY', {}), STARTED, before)).toBe(STARTED + 7200);
  });
});
