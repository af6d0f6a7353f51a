/** What Prometheus sees of the subscriptions that go out as HTTP answers. The names are explained in docs/operations.md. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { StreamTransport } from './stream-format.js';

export interface StreamMetrics {
  opened(transport: StreamTransport, delta: 1 | -1): void;
  sent(transport: StreamTransport, events: number, bytes: number): void;
  /** A stream was cut because its reader did not keep up. */
  slowReader(transport: StreamTransport): void;
  /** Asks for the bytes that wait for readers whenever the metrics are asked for. */
  watchUnsent(unsent: () => number): void;
}

export function createStreamMetrics(registry: Registry): StreamMetrics {
  const labelled = { labelNames: ['transport'], registers: [registry] };
  const open = new Gauge({ name: 'graphql_streams', help: 'Open subscriptions over HTTP', ...labelled });
  const events = new Counter({
    name: 'graphql_stream_events_total',
    help: 'Events sent to subscribers over HTTP',
    ...labelled,
  });
  const bytes = new Counter({
    name: 'graphql_stream_sent_bytes_total',
    help: 'Bytes of the events that were sent to subscribers over HTTP',
    ...labelled,
  });
  const slowReaders = new Counter({
    name: 'graphql_stream_slow_readers_total',
    help: 'Subscriptions over HTTP cut because their reader did not keep up',
    ...labelled,
  });
  let watched = () => 0;
  new Gauge({
    name: 'graphql_stream_unsent_bytes',
    help: 'Bytes that wait for the readers of subscriptions over HTTP',
    registers: [registry],
    collect() {
      this.set(watched());
    },
  });
  return {
    opened: (transport, delta) => open.inc({ transport }, delta),
    sent: (transport, eventCount, byteCount) => {
      events.inc({ transport }, eventCount);
      bytes.inc({ transport }, byteCount);
    },
    slowReader: (transport) => slowReaders.inc({ transport }),
    watchUnsent: (unsent) => {
      watched = unsent;
    },
  };
}
