/**
 * The event stream of graphql-sse's distinct connections mode
 * (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md): `next` for each event, then `complete`. Each
 * event of a resumable feed has its cursor as `id`, which comes back as `Last-Event-ID`.
 */
import type { GraphQLFormattedError } from 'graphql';
import type { FeedBatch } from '../../subscriptions/feed-event.js';
import type { StreamFormat } from '../event-streams/stream-format.js';

/** When an EventSource whose connection broke comes back, in milliseconds; each is told another moment of the span. */
const RETRY_MS = [500, 3000] as const;
/** The same where the gateway stops, which takes 3 s: an EventSource that is answered 503 never comes again. */
const RETRY_AFTER_STOP_MS = [4000, 7000] as const;

const LINES = Symbol('the lines that carry a batch');
const AFTER_DATA = Buffer.from('\n\n');
/** `data` has to be there: without it an EventSource drops the event. */
const COMPLETE = 'event: complete\ndata:\n\n';
/** What would end the line of an `id`, or have it ignored. */
const BREAKS_ID = /[\r\n\0]/;

export function sseFormat(random: () => number = Math.random): StreamFormat {
  const retry = ([least, most]: readonly [number, number]) =>
    `retry: ${Math.round(least + random() * (most - least))}\n`;
  return {
    transport: 'sse',
    contentType: 'text/event-stream; charset=utf-8',
    opening: () => Buffer.from(`${retry(RETRY_MS)}:\n\n`),
    heartbeat: Buffer.from(':\n\n'),
    events: (batch) => batch.once(LINES, () => linesOf(batch)),
    ending: (errors) => Buffer.from(`${errors ? refusal(errors) : ''}${COMPLETE}`),
    // No `complete`: then clients come back by themselves, an EventSource with the last id.
    goingAway: () => Buffer.from(`${retry(RETRY_AFTER_STOP_MS)}\n`),
  };
}

function linesOf({ events }: FeedBatch): Buffer {
  const lines: Buffer[] = [];
  for (const { json, cursor } of events) {
    const id = cursor === undefined || BREAKS_ID.test(cursor) ? '' : `id: ${cursor}\n`;
    // JSON has no line breaks of its own.
    lines.push(Buffer.from(`event: next\n${id}data: `), json, AFTER_DATA);
  }
  return Buffer.concat(lines);
}

const refusal = (errors: readonly GraphQLFormattedError[]) => `event: next\ndata: ${JSON.stringify({ errors })}\n\n`;
