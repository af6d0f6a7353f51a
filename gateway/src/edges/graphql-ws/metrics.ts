/** What is counted of the WebSockets, and what Prometheus sees of it. Plain numbers where something is counted for each message. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { ClientMessage } from './messages.js';
import type { Sent } from './outbox.js';

export interface FeedSocketMetrics {
  readonly sent: Sent;
  sockets(delta: 1 | -1): void;
  subscriptions(delta: 1 | -1): void;
  slowReader(): void;
  /** @param type undefined: it was no message */
  received(type: ClientMessage['type'] | undefined): void;
  /** Shows from now on what this says: the bytes that wait for all readers. Asked when the metrics are. */
  watchUnsent(bytes: () => number): void;
}

const SENT: readonly [name: string, help: string, value: (sent: Sent) => number][] = [
  ['graphql_ws_events_total', 'Events sent to subscribers', (sent) => sent.events],
  ['graphql_ws_sent_bytes_total', 'Bytes sent, with the headers of frames', (sent) => sent.bytes],
  ['graphql_ws_writes_total', 'Writes of one message or of several that left together', (sent) => sent.writes],
];

export function createFeedSocketMetrics(registry: Registry): FeedSocketMetrics {
  const registers = [registry];
  const sent: Sent = { events: 0, bytes: 0, writes: 0 };
  for (const [name, help, value] of SENT) {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(value(sent));
      },
    });
  }
  const sockets = new Gauge({ name: 'graphql_ws_sockets', help: 'Open WebSockets', registers });
  const subscriptions = new Gauge({ name: 'graphql_ws_feeds', help: 'Open subscriptions', registers });
  const slowReaders = new Counter({
    name: 'graphql_ws_slow_readers_total',
    help: 'Sockets closed because their reader did not keep up',
    registers,
  });
  let unsent = () => 0;
  new Gauge({
    name: 'graphql_ws_unsent_bytes',
    help: 'Bytes that wait for readers, of all WebSockets',
    registers,
    collect() {
      this.set(unsent());
    },
  });
  const received = new Counter({
    name: 'graphql_ws_received_total',
    help: 'Messages of clients by their type, and what was none',
    labelNames: ['type'],
    registers,
  });
  return {
    sent,
    sockets: (delta) => sockets.inc(delta),
    subscriptions: (delta) => subscriptions.inc(delta),
    slowReader: () => slowReaders.inc(),
    received: (type) => received.inc({ type: type ?? 'invalid' }),
    watchUnsent: (bytes) => {
      unsent = bytes;
    },
  };
}
