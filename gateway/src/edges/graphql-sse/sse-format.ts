/**
 * The event stream of graphql-sse's distinct connections mode
 * (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md): `next` for each event, then `complete`. Each
 * event of a resumable feed has its cursor as `id`, which comes back as `Last-Event-ID`.
 */
import type { GraphQLFormattedError } from 'graphql';
import type { FeedBatch } from '../../subscriptions/feed-event.js';
import type { StreamFormat } from '../event-streams/stream-format.js';

/** When an EventSource whose connection broke comes back; each is told another moment of this span. */
const RETRY_MS = { least: 500, most: 3000 };

const LINES = Symbol('the lines that carry a batch');
const AFTER_DATA = Buffer.from('\n\n');
/** `data` has to be there: without it an EventSource drops the event. */
const COMPLETE = 'event: complete\ndata:\n\n';
/** What would end the line of an `id`, or have it ignored. */
const BREAKS_ID = /[\r\n\0]/;

export function sseFormat(random: () => number = Math.random): StreamFormat {
  return {
    transport: 'sse',
    contentType: 'text/event-stream; charset=utf-8',
    opening: () => {
      const retryMs = Math.round(RETRY_MS.least + random() * (RETRY_MS.most - RETRY_MS.least));
      return Buffer.from(`retry: ${retryMs}\n:\n\n`);
    },
    heartbeat: Buffer.from(':\n\n'),
    events: (batch) => batch.once(LINES, () => linesOf(batch)),
    ending: (errors) => Buffer.from(`${errors ? refusal(errors) : ''}${COMPLETE}`),
    // Not even `complete`: then clients come back by themselves, an EventSource with the last id.
    goingAway: undefined,
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
