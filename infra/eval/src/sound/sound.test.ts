import { describe, expect, test } from '@jest/globals';
import { Random } from '../random.js';
import { composeConversation, USUAL_PLAN } from './conversation.js';
import { droppedPackets, overTheLine } from './line.js';
import { remapping } from './listener.js';
import { rms, stretchesOf } from './recordings.js';
import { SPEECH_LEVEL } from './voices.js';

/** A tone between two silences, with a hum 60 dB below it throughout. */
function toneBetween(silenceMs: number, toneMs: number): Float32Array {
  const length = (2 * silenceMs + toneMs) * 16;
  return Float32Array.from({ length }, (_, i) => {
    const sounds = i >= silenceMs * 16 && i < (silenceMs + toneMs) * 16;
    return Math.sin(i) * (sounds ? 0.5 : 0.0005);
  });
}

describe('a stretch of speech', () => {
  test('is trimmed to where its sound begins and ends', () => {
    const [stretch, ...others] = stretchesOf(toneBetween(500, 1000));
    expect(others).toEqual([]);
    expect(stretch).toHaveLength(16_000);
  });

  test('is none when it is a click', () => {
    expect(stretchesOf(toneBetween(500, 100))).toEqual([]);
  });
});

describe('a conversation', () => {
  const conversation = composeConversation(
    { ...USUAL_PLAN, candidate: 'slt', interviewer: 'rms' },
    new Random('a conversation'),
  );

  test('holds silence where its labels say so, and speech around it', () => {
    const { CANDIDATE: track } = conversation.tracks;
    const level = (fromMs: number, toMs: number) => rms(track.subarray(Math.round(fromMs * 16), Math.round(toMs * 16)));
    expect(conversation.silences.length).toBeGreaterThan(0);
    for (const { fromMs, toMs } of conversation.silences) {
      expect(level(fromMs + 1, toMs - 1)).toBe(0);
      expect(level(fromMs - 20, fromMs)).toBeGreaterThan(0);
      expect(level(toMs, toMs + 20)).toBeGreaterThan(0);
    }
  });

  test('has no silence so near to 1.5 s that its edges would decide', () => {
    for (const { fromMs, toMs } of conversation.silences) {
      expect(Math.abs(toMs - fromMs - 1500)).toBeGreaterThanOrEqual(49.9);
    }
  });

  test('lets nobody speak while an answer is awaited', () => {
    for (const { fromMs, latencyMs } of conversation.answers) {
      for (const track of Object.values(conversation.tracks)) {
        expect(rms(track.subarray(Math.round((fromMs - latencyMs + 1) * 16), Math.round((fromMs - 1) * 16)))).toBe(0);
      }
    }
  });

  test('is the same for the same seed', () => {
    const plan = { ...USUAL_PLAN, candidate: 'slt', interviewer: 'rms' } as const;
    const again = composeConversation(plan, new Random('a conversation'));
    expect(again.silences).toEqual(conversation.silences);
    for (const speaker of ['CANDIDATE', 'INTERVIEWER'] as const) {
      // Compared as bytes: a million numbers, one by one, take a minute.
      const bytes = (of: typeof again) => Buffer.from(of.tracks[speaker].buffer);
      expect(bytes(again).equals(bytes(conversation))).toBe(true);
    }
  });
});

describe('the line', () => {
  const speech = Float32Array.from({ length: 160_000 }, (_, i) => Math.sin(i / 3) * SPEECH_LEVEL * Math.SQRT2);
  const heard = (condition: Parameters<typeof overTheLine>[1]) => {
    const sent = overTheLine(speech, condition, new Random('line'));
    return Float32Array.from(sent, (sample, i) => sample / 32767 - (speech[i] ?? 0));
  };
  const ratioDb = (noise: Float32Array) => 20 * Math.log10(rms(speech) / rms(noise));

  test.each([
    ['noise 20 dB', 20],
    ['noise 10 dB', 10],
    ['noise 5 dB', 5],
  ] as const)('puts in %s below speech', (condition, db) => {
    expect(ratioDb(heard(condition))).toBeCloseTo(db, 0);
  });

  test('drops runs of one to three packets, and only where packets are dropped', () => {
    expect(droppedPackets(1000, 'clean', new Random('d'))).toEqual(new Set());
    const dropped = droppedPackets(10_000, 'dropped packets', new Random('d'));
    expect(dropped.size / 10_000).toBeGreaterThan(0.02);
    expect(dropped.size / 10_000).toBeLessThan(0.06);
  });
});

test('moved probabilities meet the thresholds as the tried ones would, and keep their order', () => {
  const moved = remapping([
    { from: 0.2, to: 0.35 },
    { from: 0.3, to: 0.5 },
  ]);
  expect([0, 0.2, 0.3, 1].map(moved)).toEqual([0, 0.35, 0.5, 1]);
  expect(moved(0.299)).toBeLessThan(0.5);
  const all = Array.from({ length: 101 }, (_, i) => moved(i / 100));
  expect(all).toEqual(all.toSorted((a, b) => a - b));
});
