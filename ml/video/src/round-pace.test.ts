import { describe, expect, it } from '@jest/globals';
import { FramePace, PACE } from './frame-pace.js';
import { REDUCED, RoundPace } from './round-pace.js';

/** A pace that was slowed down so often, from pictures 500 ms apart. */
function slowed(times: number): { pace: FramePace; faster(): void } {
  let nowMs = 0;
  const pace = new FramePace(() => nowMs);
  const windowOf = (waitedMs: number) => {
    nowMs += PACE.windowMs;
    pace.noteTaken(waitedMs, 500);
  };
  for (let i = 0; i < times; i++) windowOf(PACE.slowerAboveMs + 1);
  return {
    pace,
    faster() {
      while (pace.intervalMs > 0) windowOf(0);
    },
  };
}
/** Shows pictures 500 ms apart; tells which were taken. */
const show = (round: RoundPace, count: number, fromMs = 1_000_000) =>
  Array.from({ length: count }, (_, i) => !round.skips(fromMs + i * 500, 0));

describe('the pictures of a round', () => {
  it('are all taken when nothing waits', () => {
    const { pace } = slowed(0);
    const round = new RoundPace(pace, 0);
    expect(show(round, 20)).toEqual(Array(20).fill(true));
    expect(round.reducedTo).toBeNull();
  });

  it('are taken at the pace on the mean, whatever the interval of the camera', () => {
    const { pace } = slowed(1);
    expect(pace.intervalMs).toBe(625);
    const taken = show(new RoundPace(pace, 0), 100).filter(Boolean).length;
    expect(taken).toBeGreaterThanOrEqual(79);
    expect(taken).toBeLessThanOrEqual(82);
  });

  it('are taken at moments of its own, so that rounds do not wait for each other', () => {
    const { pace } = slowed(4);
    const rounds = [0, 0.5].map((phase) => show(new RoundPace(pace, phase), 40).slice(5));
    const both = rounds[0]?.filter((taken, i) => taken && rounds[1]?.[i]).length;
    expect(both).toBeLessThan((rounds[0]?.filter(Boolean).length ?? 0) / 2);
  });

  it('are told to be fewer after 5 s of it, and no more after 10 s without', () => {
    const { pace, faster } = slowed(3);
    const round = new RoundPace(pace, 0);
    show(round, 10);
    expect(round.reducedTo).toBeNull();
    show(round, 10, 1_005_000);
    expect(round.reducedTo).toBeCloseTo(1000 / pace.intervalMs, 0);
    faster();
    show(round, (REDUCED.overAfterMs - 1000) / 500, 1_010_000);
    expect(round.reducedTo).not.toBeNull();
    show(round, 4, 1_010_000 + REDUCED.overAfterMs - 1000);
    expect(round.reducedTo).toBeNull();
  });

  it('are taken when they have no time, came late, or the clock was set back', () => {
    const { pace } = slowed(8);
    expect(pace.intervalMs).toBe(PACE.mostMs);
    const round = new RoundPace(pace, 0);
    expect(show(round, 2)).toEqual([true, false]);
    expect(round.skips(Number.NaN, 0)).toBe(false);
    expect(round.skips(999_000, 0)).toBe(false);
    expect(show(round, 2, 5000)).toEqual([true, false]);
  });
});
