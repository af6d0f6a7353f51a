/**
 * Apollo's multipart protocol for subscriptions
 * (https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol): a part for each
 * event, `{}` as a heartbeat, and what ends the subscription beside `"payload": null`.
 *
 * Clients hand a part on when they see the boundary behind it, so each part brings that along.
 */
import { AppError } from '@interview/runtime/errors';
import type { GraphQLFormattedError } from 'graphql';
import { toGraphQLError } from '../../graph/errors.js';
import type { FeedBatch } from '../../subscriptions/feed-event.js';
import type { StreamFormat } from '../event-streams/stream-format.js';

const BOUNDARY = '\r\n--graphql';
const PART_HEAD = '\r\ncontent-type: application/json\r\n\r\n';
/** After a boundary: there are no more parts. */
const END = '--\r\n';

const part = (json: string) => `${PART_HEAD}${json}${BOUNDARY}`;

const PARTS = Symbol('the parts that carry a batch');
const BEFORE_EVENT = Buffer.from(`${PART_HEAD}{"payload":`);
const AFTER_EVENT = Buffer.from(`}${BOUNDARY}`);

const GOING_AWAY = toGraphQLError(
  new AppError('SERVICE_UNAVAILABLE', 'This server is about to stop. Come back with the last cursor.'),
).toJSON();

export const MULTIPART_FORMAT: StreamFormat = {
  transport: 'multipart',
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  opening: () => Buffer.from(`${BOUNDARY}${part('{}')}`),
  heartbeat: Buffer.from(part('{}')),
  events: (batch) => batch.once(PARTS, () => partsOf(batch)),
  ending: (errors) => Buffer.from(errors ? failure(errors) : END),
  // This protocol knows no return by itself; its clients read an end without a word as a broken answer.
  goingAway: () => Buffer.from(failure([GOING_AWAY])),
};

function partsOf({ events }: FeedBatch): Buffer {
  return Buffer.concat(events.flatMap(({ json }) => [BEFORE_EVENT, json, AFTER_EVENT]));
}

function failure(errors: readonly GraphQLFormattedError[]): string {
  return `${part(JSON.stringify({ payload: null, errors }))}${END}`;
}
