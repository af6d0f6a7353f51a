import fc from 'fast-check';
import { samplesOf } from './pcm.js';
import { Timeline } from './timeline.js';

const CHUNK = 1600;
const CHUNK_MS = 100;

/** A timeline that has heard `count` chunks of 100 ms on time, from epoch ms 1000 on. */
function after(count: number): Timeline {
  const timeline = new Timeline();
  for (let i = 0; i < count; i++) timeline.place(1000 + i * CHUNK_MS, CHUNK);
  return timeline;
}

test('chunks on time follow on, and a sample has the time of its capture', () => {
  const timeline = after(10);
  expect(timeline.length).toBe(16_000);
  expect(timeline.timeOf(8_000)).toBe(1500);
});

test('jitter below 250 ms keeps the count of samples', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -110, max: 110 }), { maxLength: 200 }), (jitters) => {
      const timeline = new Timeline();
      for (const [i, jitter] of jitters.entries()) {
        expect(timeline.place(1000 + i * CHUNK_MS + jitter, CHUNK)).toEqual({ gap: 0, repeated: 0 });
      }
      expect(timeline.length).toBe(jitters.length * CHUNK);
    }),
  );
});

test('what is missing counts with its length', () => {
  const timeline = after(10);
  expect(timeline.place(2000 + 750, CHUNK)).toEqual({ gap: 750 * 16, repeated: 0 });
  expect(timeline.timeOf(timeline.length)).toBe(2850);
});

test('a chunk that is sent again is dropped', () => {
  const timeline = after(10);
  expect(timeline.place(1300, CHUNK)).toEqual({ gap: 0, repeated: CHUNK });
  expect(timeline.length).toBe(16_000);
});

test('of a chunk that overlaps, only what is new is taken', () => {
  const timeline = after(10);
  expect(timeline.place(1600, 16_000)).toEqual({ gap: 0, repeated: 6_400 });
  expect(timeline.length).toBe(16_000 + 9_600);
});

test('a clock set back by a minute loses no audio, and its new times hold', () => {
  const timeline = after(100);
  expect(timeline.place(-49_000, CHUNK)).toEqual({ gap: 0, repeated: 0 });
  expect(timeline.timeOf(timeline.length)).toBe(-49_000 + CHUNK_MS);
});

test('a sound card that runs 0.02 % slow makes no gap in an hour', () => {
  const timeline = new Timeline();
  for (let i = 0; i < 36_000; i++) expect(timeline.place(i * CHUNK_MS * 1.0002, CHUNK).gap).toBe(0);
  expect(Math.abs(timeline.timeOf(timeline.length) - 3_600_000 * 1.0002)).toBeLessThan(10);
});

test('samples are copied out of a larger buffer, also from an odd address', () => {
  const pool = Buffer.from([9, 1, 0, 2, 0, 9]);
  expect([...samplesOf(pool.subarray(1, 5))]).toEqual([1, 2]);
  expect(() => samplesOf(pool.subarray(0, 3))).toThrow(RangeError);
});
