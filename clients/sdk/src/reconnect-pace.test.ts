import { describe, expect, test } from '@jest/globals';
import { ReconnectPace } from './reconnect-pace.js';

function makePace(random = 1) {
  const time = { now: 0 };
  return { time, pace: new ReconnectPace({ now: () => time.now, random: () => random }) };
}

describe('the pace of reconnecting', () => {
  test('doubles up to a ceiling that a person still bears', () => {
    const { pace } = makePace();
    const waits = Array.from({ length: 8 }, () => pace.nextWait());
    expect(waits).toEqual([600, 1100, 2100, 4100, 8100, 15_100, 15_100, 15_100]);
  });

  test('is spread by chance from almost nothing up', () => {
    expect(makePace(0).pace.nextWait()).toBe(100);
    expect(makePace(0.5).pace.nextWait()).toBe(350);
  });

  test('starts again only after a connection that held', () => {
    const { pace, time } = makePace();
    pace.nextWait();
    pace.opened();
    time.now = 1_000;
    pace.lost(false);
    expect(pace.nextWait()).toBe(1100);
    pace.opened();
    time.now = 6_000;
    pace.lost(false);
    expect(pace.nextWait()).toBe(600);
  });

  test('is patient with a server that asks for it', () => {
    const { pace } = makePace(0);
    pace.lost(true);
    expect(pace.nextWait()).toBe(4_000);
  });
});
