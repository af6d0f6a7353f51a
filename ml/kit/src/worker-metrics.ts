/** What a worker counts about itself, beside Node's own figures. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type WorkerMetrics = ReturnType<typeof createWorkerMetrics>;

export function createWorkerMetrics(registry: Registry) {
  const registers = [registry];
  return {
    roundsHeld: new Gauge({ name: 'ml_rounds_held', help: 'Rounds that this worker holds', registers }),
    roundsOver: new Counter({
      name: 'ml_rounds_over_total',
      help: 'Rounds that left this worker, by how: finished, withdrawn, handed-over, lost, failed',
      labelNames: ['outcome'],
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
}
