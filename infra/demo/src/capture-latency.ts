/**
 * How long after the capture an event arrived.
 *
 * A client knows of an event when it happened (`timestampMs`, from the round's start) and often how long it lasted.
 * From that follows when the last medium that it rests on was captured at the earliest, and latency is counted from
 * there to the arrival. So it holds whatever an analyser waits for to be sure (a few pictures for an alert, the
 * silence that closes a segment): it is what the interviewer waits, not what a program computes.
 *
 * The difference of clocks cancels out: `timestampMs` is the sender's capture time minus `startedAt`, and
 * `startedAt` is added back here. Metrics, aggregates and round changes have no capture.
 */
import type { FeedEvent, FeedEventOf } from './feed-log.js';

/**
 * Epoch ms at which the last medium that the event rests on was captured; undefined where there is none.
 * @param before what was delivered before it.
 */
export function capturedAtMs(event: FeedEvent, startedAtMs: number, before: readonly FeedEvent[]): number | undefined {
  const endMs = endOf(event, before);
  return endMs === undefined ? undefined : startedAtMs + endMs;
}

/** Milliseconds from the round's start at which what was measured had ended. */
function endOf(event: FeedEvent, before: readonly FeedEvent[]): number | undefined {
  switch (event.feed) {
    case 'segment':
      return event.data.timestampMs + event.data.durationMs;
    case 'insight':
      return endOfInsight(event, before);
    case 'alert':
      return event.data.timestampMs;
    case 'metrics':
    case 'aggregate':
    case 'round':
      return undefined;
  }
}

function endOfInsight({ data }: FeedEventOf<'insight'>, before: readonly FeedEvent[]): number {
  // Shapes by type: schema/src/insight-values.ts.
  const value = data.value as { durationMs?: number; windowMs?: number };
  switch (data.type) {
    // These two are dated by their beginning and say their length. A window of speech leaves silence out, so this
    // is its earliest possible end.
    case 'HESITATION':
      return data.timestampMs + (value.durationMs ?? 0);
    case 'SPEECH_CONFIDENCE':
      return data.timestampMs + (value.windowMs ?? 0);
    // An answer is dated by its beginning and ends with the last segment that was transcribed of it.
    case 'RESPONSE_QUALITY':
      return Math.max(data.timestampMs, ...before.flatMap((event) => candidateEnd(event, data.timestampMs)));
    // All others are dated by the moment that showed them.
    default:
      return data.timestampMs;
  }
}

function candidateEnd(event: FeedEvent, fromMs: number): number[] {
  if (event.feed !== 'segment' || !event.data.isFinal || event.data.speaker !== 'CANDIDATE') return [];
  return event.data.timestampMs >= fromMs ? [event.data.timestampMs + event.data.durationMs] : [];
}
