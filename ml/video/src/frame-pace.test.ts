import { describe, expect, it } from '@jest/globals';
import { FramePace, PACE } from './frame-pace.js';
import { RoundPace } from './round-pace.js';

interface Load {
  /** For each round: when its camera sends its first picture, and how often. */
  cameras: readonly { firstMs: number; everyMs: number }[];
  threads: number;
  /** How long a search takes, by the time. */
  searchMs(nowMs: number): number;
  toMs: number;
}
interface Measured {
  round: number;
  capturedAtMs: number;
  delayMs: number;
}

/** A worker in virtual time: rounds handle one picture at a time, threads take what waits longest. */
function simulate({ cameras, threads, searchMs, toMs }: Load) {
  let nowMs = 0;
  const pace = new FramePace(() => nowMs);
  const rounds = cameras.map((camera, i) => ({
    ...camera,
    pace: new RoundPace(pace, (i * 0.618) % 1),
    waiting: [] as number[],
    busy: false,
  }));
  const queue: { round: number; capturedAtMs: number; askedAtMs: number }[] = [];
  let searching: { round: number; capturedAtMs: number; untilMs: number }[] = [];
  const measured: Measured[] = [];
  const reduced = rounds.map(() => false);
  let skipped = 0;
  for (; nowMs < toMs; nowMs++) {
    for (const { round, capturedAtMs } of searching.filter(({ untilMs }) => untilMs <= nowMs)) {
      const one = rounds[round];
      if (one) one.busy = false;
      measured.push({ round, capturedAtMs, delayMs: nowMs - capturedAtMs });
    }
    searching = searching.filter(({ untilMs }) => untilMs > nowMs);
    for (const [i, round] of rounds.entries()) {
      if (nowMs >= round.firstMs && (nowMs - round.firstMs) % round.everyMs === 0) {
        // As the kit does: a picture a second older than the newest is dropped.
        round.waiting = [...round.waiting.filter((atMs) => nowMs - atMs <= 1000), nowMs];
      }
      while (!round.busy) {
        const capturedAtMs = round.waiting.shift();
        if (capturedAtMs === undefined) break;
        if (round.pace.skips(capturedAtMs, nowMs - capturedAtMs)) {
          skipped += 1;
          continue;
        }
        reduced[i] = round.pace.reducedTo !== null;
        round.busy = true;
        queue.push({ round: i, capturedAtMs, askedAtMs: nowMs });
      }
    }
    while (searching.length < threads) {
      const job = queue.shift();
      if (!job) break;
      pace.noteWait(nowMs - job.askedAtMs);
      searching.push({ ...job, untilMs: nowMs + searchMs(nowMs) });
    }
  }
  return { measured, reduced, skipped, intervalMs: pace.intervalMs };
}

const after = (measured: Measured[], fromMs: number) => measured.filter(({ capturedAtMs }) => capturedAtMs >= fromMs);
const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const countsOf = (measured: Measured[], rounds: number) =>
  Array.from({ length: rounds }, (_, i) => measured.filter(({ round }) => round === i).length);
/** Ten cameras with two pictures a second, at moments of their own. */
const spread = Array.from({ length: 10 }, (_, i) => ({ firstMs: (i * 137) % 500, everyMs: 500 }));
const together = spread.map(() => ({ firstMs: 0, everyMs: 500 }));

describe('the pace of a worker', () => {
  it.each([
    ['spread', spread],
    ['at the same moments', together],
  ])('takes every picture of ten cameras when there is time for them: %s', (_, cameras) => {
    const { skipped, measured } = simulate({ cameras, threads: 2, searchMs: () => 54, toMs: 30_000 });
    expect(skipped).toBe(0);
    expect(median(measured.map(({ delayMs }) => delayMs))).toBeLessThan(200);
  });

  it.each([
    ['spread', spread],
    ['at the same moments', together],
  ])('keeps the median delay below 300 ms when there is time for two thirds of them: %s', (_, cameras) => {
    const { measured, reduced } = simulate({ cameras, threads: 2, searchMs: () => 150, toMs: 90_000 });
    const settled = after(measured, 15_000);
    // A search alone takes 150 ms of it.
    expect(median(settled.map(({ delayMs }) => delayMs))).toBeLessThan(300);
    // Two threads have 13 searches a second; at least half of that is used, and each round gets its share.
    const counts = countsOf(settled, 10);
    expect(settled.length).toBeGreaterThan(0.5 * 13 * 75);
    expect(Math.max(...counts)).toBeLessThanOrEqual(Math.min(...counts) * 1.35);
    expect(reduced).toEqual(Array(10).fill(true));
  });

  it('gives a round that sends more pictures no more than the others', () => {
    const cameras = [{ firstMs: 30, everyMs: 100 }, ...spread.slice(0, 7)];
    const { measured } = simulate({ cameras, threads: 1, searchMs: () => 100, toMs: 60_000 });
    const counts = countsOf(after(measured, 15_000), cameras.length);
    expect(counts[0]).toBeLessThanOrEqual(Math.min(...counts.slice(1)) * 1.5);
  });

  const longestGap = (measured: Measured[], round: number) => {
    const times = measured.flatMap((one) => (one.round === round ? [one.capturedAtMs] : []));
    return Math.max(...times.slice(1).map((atMs, i) => atMs - (times[i] ?? 0)));
  };
  const everyRound = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

  it('measures a picture of each round in about 2 s as long as there is time for that', () => {
    const { measured } = simulate({ cameras: spread, threads: 2, searchMs: () => 250, toMs: 60_000 });
    const settled = after(measured, 15_000);
    for (const round of everyRound) expect(longestGap(settled, round)).toBeLessThanOrEqual(PACE.mostMs + 500);
  });

  it('measures few but fresh ones when there is not', () => {
    // Without a pace ten searches wait for two threads: 3 s.
    const { measured, reduced } = simulate({ cameras: spread, threads: 2, searchMs: () => 600, toMs: 90_000 });
    const settled = after(measured, 15_000);
    expect(median(settled.map(({ delayMs }) => delayMs))).toBeLessThan(1000);
    for (const round of everyRound) expect(longestGap(settled, round)).toBeLessThanOrEqual(PACE.utmostMs + 500);
    expect(reduced).toEqual(Array(10).fill(true));
  });

  it('takes all again when the load is over, and the rounds say so', () => {
    const load = { cameras: spread, threads: 2, searchMs: (nowMs: number) => (nowMs < 40_000 ? 200 : 54) };
    expect(simulate({ ...load, toMs: 40_000 }).reduced).toEqual(Array(10).fill(true));
    const { measured, reduced, intervalMs } = simulate({ ...load, toMs: 90_000 });
    expect(intervalMs).toBeLessThan(500);
    const last = after(measured, 70_000).filter(({ capturedAtMs }) => capturedAtMs < 89_000);
    expect(countsOf(last, 10)).toEqual(Array(10).fill(38));
    expect(reduced).toEqual(Array(10).fill(false));
  });
});
