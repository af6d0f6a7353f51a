/** Figures over many measurements. */

/**
 * The value below or at which `share` (0–1) of the measurements lie, by nearest rank.
 * @throws RangeError without any measurement.
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('there is no percentile of nothing');
  return value;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** Milliseconds at three places in a distribution of latencies. */
export interface Latency {
  p50: number;
  p95: number;
  p99: number;
}

export function latencyOf(milliseconds: readonly number[]): Latency {
  return {
    p50: percentile(milliseconds, 0.5),
    p95: percentile(milliseconds, 0.95),
    p99: percentile(milliseconds, 0.99),
  };
}

/** The median of each figure over several runs: one run's hiccup does not decide. */
export function medianOfRuns(runs: readonly Latency[]): Latency {
  return {
    p50: median(runs.map((run) => run.p50)),
    p95: median(runs.map((run) => run.p95)),
    p99: median(runs.map((run) => run.p99)),
  };
}
