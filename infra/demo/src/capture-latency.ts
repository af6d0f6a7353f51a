/**
 * How long after the capture an event arrived.
 *
 * A client knows of an event when it happened (`timestampMs`, from the round's start) and, where it lasted, how
 * long. From that follows when the last medium it rests on was captured at the earliest, and latency is counted
 * from there to the arrival. So it holds whatever an analyser waits for to be sure (a few pictures for an alert,
 * the silence that closes a segment): it is what the interviewer waits, not what a program computes.
 *
 * The difference of clocks cancels out: `timestampMs` is the sender's capture time minus `startedAt`, and
 * `startedAt` is added back here. Metrics, aggregates and round changes have no capture.
 */
import type { FeedEvent } from './feed-log.js';

/** Epoch ms at which the last medium that the event rests on was captured; undefined where there is none. */
export function capturedAtMs(event: FeedEvent, startedAtMs: number): number | undefined {
  switch (event.feed) {
    case 'segment':
      return startedAtMs + event.data.timestampMs + event.data.durationMs;
    case 'insight':
      return startedAtMs + event.data.timestampMs + lengthMs(event.data.type, event.data.value);
    case 'alert':
      return startedAtMs + event.data.timestampMs;
    case 'metrics':
    case 'aggregate':
    case 'round':
      return undefined;
  }
}

/** Milliseconds for which the measured thing went on after `timestampMs`. */
function lengthMs(type: string, value: unknown): number {
  // Shapes by type: schema/src/insight-values.ts.
  const fields = value as { durationMs?: number; windowMs?: number };
  return type === 'HESITATION' ? (fields.durationMs ?? 0) : 0;
}
