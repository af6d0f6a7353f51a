/** What Prometheus sees of the supergraph. The names are explained in docs/operations.md. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { IntakeOutcome, SupergraphMetrics } from './supergraph-intake.js';

const OUTCOMES: readonly IntakeOutcome[] = ['taken', 'unchanged', 'refused'];

export function createSupergraphMetrics(registry: Registry): SupergraphMetrics {
  const registers = [registry];
  const info = new Gauge({
    name: 'gateway_supergraph_info',
    help: 'The supergraph that is served, by the beginning of the SHA-256 of its text; always 1',
    labelNames: ['hash'],
    registers,
  });
  const since = new Gauge({
    name: 'gateway_supergraph_taken_timestamp_seconds',
    help: 'When the supergraph that is served was taken, in Unix time',
    registers,
  });
  const reloads = new Counter({
    name: 'gateway_supergraph_reloads_total',
    help: 'Supergraphs that were offered while the gateway ran, by what became of them',
    labelNames: ['outcome'],
    registers,
  });
  // An alert on refusals must find the series before the first of them.
  for (const outcome of OUTCOMES) reloads.inc({ outcome }, 0);
  return {
    offered: (outcome) => reloads.inc({ outcome }),
    current: (hash) => {
      info.reset();
      info.set({ hash }, 1);
      since.setToCurrentTime();
    },
  };
}
