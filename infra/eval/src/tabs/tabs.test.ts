import { describe, expect, test } from '@jest/globals';
import { DELIVERIES, OVERTAKEN_WITHIN_MS, tabHistories } from './tab-histories.js';
import { judgeSwitches } from './tab-scores.js';
import { tabs } from './tabs.part.js';

const hidden = [
  { fromMs: 1000, toMs: 3000 },
  { fromMs: 8000, toMs: null },
];
const right = ['START 1000', 'END 3000 2000', 'START 8000', 'END 20000 12000'];

describe('what was told of switches', () => {
  test('is exact when each onset and end was told once, in any order', () => {
    expect(judgeSwitches(hidden, 20_000, right.toReversed())).toEqual({ hits: 2, falseAlarms: 0, exact: true });
  });

  test.each([
    ['an onset told twice', [...right, 'START 1000'], 2, 1],
    ['an end told twice', [...right, 'END 3000 2000'], 2, 1],
    ['an end that is missing', right.slice(0, 3), 1, 0],
    ['a page hidden to the end that is closed at its last event', right.with(3, 'END 8000 0'), 1, 1],
    ['something else', [...right, 'other insight'], 2, 1],
  ])('is not exact with %s', (_, told, hits, falseAlarms) => {
    expect(judgeSwitches(hidden, 20_000, told)).toEqual({ hits, falseAlarms, exact: false });
  });
});

describe('events out of order', () => {
  const swapped = tabHistories(false)
    .filter(({ delivery }) => delivery === 'out of order')
    .flatMap(({ arriving }) =>
      arriving.flatMap((event, i) => {
        const before = arriving[i - 1];
        return before && before.capturedAtMs > event.capturedAtMs ? [{ event, before }] : [];
      }),
    );

  test('are a return that overtakes its own hiding, and a hiding that overtakes the return before it', () => {
    expect(new Set(swapped.map(({ event }) => event.visible))).toEqual(new Set(['0', '1']));
  });

  test('are late by what `fraud` waits for at most', () => {
    for (const { event, before } of swapped) {
      expect(before.capturedAtMs - event.capturedAtMs).toBeLessThanOrEqual(OVERTAKEN_WITHIN_MS);
    }
  });
});

test('a page may stay hidden until the round ends, later than its last event', () => {
  const open = tabHistories(false).filter(({ hidden: all }) => all.at(-1)?.toMs === null);
  expect(open.length).toBeGreaterThan(10);
  for (const { endedMs, arriving } of open) {
    expect(endedMs).toBeGreaterThan(Math.max(...arriving.map(({ capturedAtMs }) => capturedAtMs)));
  }
});

test('`fraud` tells every switch of every history exactly', async () => {
  const { floors, notes } = await tabs.run({ quick: false, progress: () => undefined });
  expect(notes).toEqual([]);
  expect(floors).toMatchObject([{ state: 'met', measured: `${DELIVERIES.length * 25} of 100 histories exact` }]);
});
