import { InsightResult } from '@interview/schema/messages';
import { describe, expect, it } from '@jest/globals';
import { Arrivals } from './arrivals.js';
import { insightResult } from './result-publisher.js';
import { latencyOf, medianOfRuns, percentile } from './statistics.js';
import { steadyRate } from './steady-rate.js';
import { table } from './table.js';

describe('percentiles', () => {
  const oneTo = (n: number) => Array.from({ length: n }, (_, i) => n - i);

  it('are the nearest rank, whatever the order', () => {
    expect(latencyOf(oneTo(100))).toEqual({ p50: 50, p95: 95, p99: 99 });
    expect(percentile([7], 0.99)).toBe(7);
  });

  it('do not exist without measurements', () => {
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });

  it('are medians over the runs, so that one bad run does not decide', () => {
    const run = (p: number) => ({ p50: p, p95: p, p99: p });
    expect(medianOfRuns([run(3), run(900), run(2)])).toEqual(run(3));
  });
});

describe('arrivals', () => {
  function after(sent: string[], received: string[]): Arrivals {
    const arrivals = new Arrivals(sent.length);
    for (const id of sent) arrivals.sent(id);
    for (const id of received) arrivals.received(id);
    return arrivals;
  }

  it('counts what is lost, repeated and out of order', () => {
    expect(after(['a', 'b', 'c'], ['a', 'b', 'c'])).toMatchObject({ lost: 0, repeated: 0, outOfOrder: 0 });
    expect(after(['a', 'b', 'c'], ['a', 'c'])).toMatchObject({ lost: 1, repeated: 0, outOfOrder: 0 });
    expect(after(['a', 'b'], ['a', 'b', 'b'])).toMatchObject({ lost: 0, repeated: 1, outOfOrder: 0 });
    expect(after(['a', 'b', 'c'], ['a', 'c', 'b'])).toMatchObject({ lost: 0, repeated: 0, outOfOrder: 1 });
  });

  it('measures each insight once and leaves strangers out', () => {
    expect(after(['a'], ['a', 'a', 'stranger']).latencies).toHaveLength(1);
  });

  it('is complete as soon as the last one is there', async () => {
    await expect(after(['a', 'b'], ['b', 'a']).complete(60_000)).resolves.toBeUndefined();
  });
});

describe('a steady rate', () => {
  it('sends all without waiting for answers', async () => {
    const answers: (() => void)[] = [];
    const sending = steadyRate(3, 1000, () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      answers.push(resolve);
      if (answers.length === 3) for (const answer of answers) answer();
      return promise;
    });
    await sending;
    expect(answers).toHaveLength(3);
  });

  it('ends early when it is enough', async () => {
    let sent = 0;
    await steadyRate(
      100,
      10_000,
      async () => {
        sent += 1;
      },
      () => sent === 2,
    );
    expect(sent).toBe(2);
  });
});

describe('the published result', () => {
  it('is valid by the contract', () => {
    const id = '6ecf03a4-3f0c-4f55-9dd6-42bd9c04dd4d';
    expect(InsightResult.safeParse(insightResult(id, Date.now() - 5))).toMatchObject({
      success: true,
      data: { roundId: id, kind: 'insight', type: 'HEAD_MOVEMENT' },
    });
  });
});

describe('the table', () => {
  it('puts names to the left and figures to the right', () => {
    const text = table([
      { name: 'a', cells: { 'p50 ms': '1.00' } },
      { name: 'longer', cells: { 'p50 ms': '10.00', 'p99 ms': '2' } },
    ]);
    expect(text.split('\n')).toEqual(['        p50 ms  p99 ms', 'a         1.00', 'longer   10.00       2']);
  });
});
