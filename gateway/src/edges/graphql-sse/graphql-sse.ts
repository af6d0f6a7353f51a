/**
 * Subscriptions as server-sent events: `POST /graphql/stream`, and GET, in graphql-sse's distinct connections mode.
 * What is wrong with a request is told by its status, what is wrong with its document in the stream, as that protocol
 * says: its clients take a status for a failure of the network, and try again.
 */
import { AppError } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import type { VerifyToken } from '@interview/runtime/tokens';
import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router } from 'express';
import { authenticated, viewerOf } from '../authenticated.js';
import { endAtOnce } from '../event-streams/event-stream.js';
import type { EventStreams } from '../event-streams/event-streams.js';
import { readAddress, readParameters } from '../event-streams/subscribe-request.js';
import { MAX_BODY_BYTES } from '../graphql-http/plain-request.js';
import { sendGraphqlError } from '../http-errors.js';
import { sseFormat } from './sse-format.js';

export interface GraphqlSseOptions {
  streams: Pick<EventStreams, 'open'>;
  verifyToken: VerifyToken;
  internalKey: string;
  /** Counts a request, before anything of it is read. */
  limitRequests: RequestHandler;
  log: Logger;
}

export function graphqlSse({ streams, verifyToken, internalKey, limitRequests, log }: GraphqlSseOptions): Router {
  const format = sseFormat();
  const refuse = (response: Response, error: unknown) => sendGraphqlError(response, error, log);
  const refuseErrors: ErrorRequestHandler = (error, _request, response, _next) => refuse(response, error);

  const stream: RequestHandler = async (request, response) => {
    const subscribe = request.method === 'GET' ? readAddress(request.query) : readParameters(request.body);
    const { viewer } = viewerOf(request);
    const refusals = await streams.open({ response, format, viewer, subscribe, after: lastEventId(request) });
    if (refusals) endAtOnce(response, format, refusals);
  };

  const router = Router();
  router.use(limitRequests);
  router.use(authenticated(verifyToken, internalKey, refuse));
  router.use(asTheProtocolSays, express.json({ limit: MAX_BODY_BYTES }), stream);
  router.use(refuseErrors);
  return router;
}

const asTheProtocolSays: RequestHandler = (request, response, next) => {
  const { method } = request;
  if (method !== 'GET' && method !== 'POST') {
    response.setHeader('Allow', 'GET, POST');
    const message = 'Subscribe by POST or GET; of graphql-sse this is the distinct connections mode.';
    response.status(405).json({ errors: [{ message, extensions: { code: 'VALIDATION_FAILED' } }] });
    return;
  }
  if (!request.accepts('text/event-stream')) {
    const message = 'The answer is an event stream: send "Accept: text/event-stream".';
    response.status(406).json({ errors: [{ message, extensions: { code: 'VALIDATION_FAILED' } }] });
    return;
  }
  if (method === 'POST' && !request.is('application/json')) {
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'Send operations as "Content-Type: application/json".');
  }
  next();
};

/** Cursors are ASCII, so how a header's other characters are read does not matter. */
function lastEventId(request: Request): string | undefined {
  return request.get('last-event-id') || undefined;
}
