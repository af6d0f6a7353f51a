/** What Prometheus sees of the gateway. */
import { createMetrics } from '@interview/runtime/health';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { createStreamMetrics, type StreamMetrics } from './edges/event-streams/stream-metrics.js';
import { createFeedSocketMetrics, type FeedSocketMetrics } from './edges/graphql-ws/metrics.js';
import type { SocketIoMetrics } from './edges/socket-io/socket-io.js';
import { createSupergraphMetrics } from './graph/graph-metrics.js';
import type { OperationMetrics } from './graph/query-runner.js';
import type { CircuitChanged } from './graph/subgraph-source.js';
import type { SupergraphMetrics } from './graph/supergraph-intake.js';
import type { OpenFeedMetrics } from './limits/open-feeds.js';
import type { RateLimit } from './limits/rate-limiter.js';
import { createFeedMetrics, type SharedFeedMetrics } from './subscriptions/feed-metrics.js';

export interface GatewayMetrics {
  registry: Registry;
  supergraph: SupergraphMetrics;
  operations: OperationMetrics;
  feedSockets: FeedSocketMetrics;
  /** What the transports' feeds share. */
  sharedFeeds: SharedFeedMetrics;
  openFeeds: OpenFeedMetrics;
  /** Subscriptions over HTTP. */
  streams: StreamMetrics;
  interviews: SocketIoMetrics;
  /** Media that was taken, refused, or could not be appended. */
  media(kind: 'audio' | 'video', outcome: 'taken' | 'repeated' | 'refused' | 'failed'): void;
  upstreamReconnect(subgraph: string): void;
  /** A subgraph hangs, or answers again. */
  circuitChanged: CircuitChanged;
  /** What a rate limit refused. */
  rateLimited(limit: RateLimit['name']): void;
}

export function createGatewayMetrics(): GatewayMetrics {
  const registry = createMetrics('gateway');
  const registers = [registry];
  const operations = new Histogram({
    name: 'graphql_operation_seconds',
    help: 'Time from request to answer of queries and mutations',
    labelNames: ['kind', 'outcome'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
  const feedsRefused = new Counter({
    name: 'feeds_refused_total',
    help: 'Subscriptions refused because too many of the user or in the process were open',
    labelNames: ['limit'],
    registers,
  });
  const interviews = new Gauge({ name: 'socket_io_sockets', help: 'Open Socket.IO connections', registers });
  const slowInterviewers = new Counter({
    name: 'socket_io_slow_readers_total',
    help: 'Socket.IO connections closed because their reader did not keep up',
    registers,
  });
  const media = new Counter({
    name: 'media_messages_total',
    help: 'Audio chunks and video frames by what became of them',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  const reconnects = new Counter({
    name: 'upstream_reconnects_total',
    help: 'Times that the feeds of a subgraph were resumed after its connection was lost',
    labelNames: ['subgraph'],
    registers,
  });
  const circuits = new Gauge({
    name: 'subgraph_circuit_open',
    help: '1 while nothing is asked of a subgraph because it hangs',
    labelNames: ['subgraph'],
    registers,
  });
  const rateLimited = new Counter({
    name: 'rate_limited_total',
    help: 'Requests, uploads and connections that a rate limit refused',
    labelNames: ['limit'],
    registers,
  });
  return {
    registry,
    supergraph: createSupergraphMetrics(registry),
    operations: { operation: (kind, outcome, seconds) => operations.observe({ kind, outcome }, seconds) },
    feedSockets: createFeedSocketMetrics(registry),
    sharedFeeds: createFeedMetrics(registry),
    streams: createStreamMetrics(registry),
    openFeeds: { feedRefused: (limit) => feedsRefused.inc({ limit }) },
    interviews: {
      sockets: (delta) => interviews.inc(delta),
      slowReader: () => slowInterviewers.inc(),
    },
    media: (kind, outcome) => media.inc({ kind, outcome }),
    upstreamReconnect: (subgraph) => reconnects.inc({ subgraph }),
    circuitChanged: (subgraph, open) => circuits.set({ subgraph }, open ? 1 : 0),
    rateLimited: (limit) => rateLimited.inc({ limit }),
  };
}
