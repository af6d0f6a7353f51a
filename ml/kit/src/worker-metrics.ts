/** What a worker counts about itself, beside Node's own figures. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Fine around 300 ms, the bound of faces and tab switches; up to a backlog of minutes. */
const DELAY_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20, 60, 300];

export type WorkerMetrics = ReturnType<typeof createWorkerMetrics>;

export function createWorkerMetrics(registry: Registry) {
  const registers = [registry];
  let lagMs: () => ReadonlyMap<string, number> = () => new Map();
  new Gauge({
    name: 'ml_lag_seconds',
    help: 'Age of the oldest entry that is not handled yet, by stream; stored: of what was stored and is not read yet',
    labelNames: ['stream'],
    registers,
    collect() {
      this.reset();
      for (const [stream, ms] of lagMs()) this.set({ stream }, ms / 1000);
    },
  });
  const metrics = {
    roundsHeld: new Gauge({ name: 'ml_rounds_held', help: 'Rounds that this worker holds', registers }),
    roundsOver: new Counter({
      name: 'ml_rounds_over_total',
      help: 'Rounds that left this worker, by how: finished, withdrawn, handed-over, lost, failed',
      labelNames: ['outcome'],
      registers,
    }),
    vanished: new Counter({
      name: 'ml_rounds_from_vanished_total',
      help: 'Rounds taken over from a worker that ended without leaving them',
      registers,
    }),
    entries: new Counter({
      name: 'ml_entries_total',
      help: 'Entries handled, by stream',
      labelNames: ['stream'],
      registers,
    }),
    dropped: new Counter({
      name: 'ml_entries_dropped_total',
      help: 'Entries left out on purpose, by stream and reason (stale: a newer picture was there; busy). Never audio',
      labelNames: ['stream', 'reason'],
      registers,
    }),
    deadEntries: new Counter({
      name: 'ml_entries_dead_total',
      help: 'Entries that could not be handled, by stream',
      labelNames: ['stream'],
      registers,
    }),
    handleSeconds: new Histogram({
      name: 'ml_handle_seconds',
      help: 'Time to measure one entry, by stream',
      labelNames: ['stream'],
      buckets: [0.0005, 0.002, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    captureToHandledSeconds: new Histogram({
      name: 'ml_capture_to_handled_seconds',
      help: "From an entry's capture, by the candidate's clock, to its having been measured, by stream",
      labelNames: ['stream'],
      buckets: DELAY_BUCKETS,
      registers,
    }),
    captureToPublishSeconds: new Histogram({
      name: 'ml_capture_to_publish_seconds',
      help: 'From the capture that completed a measurement to its publication, by insight type, SEGMENT for final transcript',
      labelNames: ['type'],
      buckets: DELAY_BUCKETS,
      registers,
    }),
    results: new Counter({
      name: 'ml_results_total',
      help: 'Results published, by kind',
      labelNames: ['kind'],
      registers,
    }),
    invalidFindings: new Counter({
      name: 'ml_findings_invalid_total',
      help: 'Findings that the contract refused: a fault of the analyser',
      registers,
    }),
    redisRetries: new Counter({
      name: 'ml_redis_retries_total',
      help: 'Writes repeated because Redis did not answer',
      registers,
    }),
  };
  return {
    ...metrics,
    observeLag(source: () => ReadonlyMap<string, number>): void {
      lagMs = source;
    },
    /** For `/health`: by stream, what was dropped and what went to the dead letters since the start. */
    async counts(): Promise<{ dropped: Record<string, number>; dead: Record<string, number> }> {
      return { dropped: await byStream(metrics.dropped), dead: await byStream(metrics.deadEntries) };
    },
  };
}

/** A candidate's clock that runs ahead gives no negative delay. */
export function secondsBetween(fromMs: number, toMs: number): number {
  return Math.max(0, toMs - fromMs) / 1000;
}

async function byStream(counter: Counter): Promise<Record<string, number>> {
  const counted: Record<string, number> = {};
  for (const { labels, value } of (await counter.get()).values) {
    const stream = String(labels['stream']);
    counted[stream] = (counted[stream] ?? 0) + value;
  }
  return counted;
}
