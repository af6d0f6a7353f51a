/**
 * Subscriptions over `POST /graphql`, for clients of Apollo's multipart protocol. Everything else that is sent to this
 * route is passed on: queries, mutations, and what is no operation at all, which is refused there as it always is.
 */
import type { RequestHandler } from 'express';
import { GraphQLError, getOperationAST, OperationTypeNode, parse } from 'graphql';
import { LIMITS } from '../../graph/limits.js';
import type { RegisteredOperations } from '../../graph/registered-operations.js';
import type { SubscribeRequest } from '../../subscriptions/feed-admission.js';
import { viewerOf } from '../authenticated.js';
import type { EventStreams } from '../event-streams/event-streams.js';
import { readParameters } from '../event-streams/subscribe-request.js';
import { acceptsMultipart } from './accepts-multipart.js';
import { MULTIPART_FORMAT } from './multipart-format.js';

export interface GraphqlMultipartOptions {
  streams: Pick<EventStreams, 'open'>;
  registered: Pick<RegisteredOperations, 'documentOf'>;
}

/** Stands behind authentication and the reading of the body. */
export function graphqlMultipart({ streams, registered }: GraphqlMultipartOptions): RequestHandler {
  return async (request, response, next) => {
    const { accept } = request.headers;
    if (request.method !== 'POST' || !acceptsMultipart(accept)) return next();
    const subscribe = subscriptionIn(request.body, registered);
    if (!subscribe) {
      // What does not begin is answered as JSON in this protocol, whether a client says so or not.
      request.headers.accept = `${accept}, application/json;q=0.1`;
      return next();
    }
    const { viewer } = viewerOf(request);
    const errors = await streams.open({ response, format: MULTIPART_FORMAT, viewer, subscribe });
    // As Apollo Router answers: the parts begin with the subscription.
    if (errors)
      response
        .status(400)
        .type(jsonFor(request.accepts(JSON_TYPES)))
        .send(JSON.stringify({ errors }));
  };
}

const JSON_TYPES = ['application/json', 'application/graphql-response+json'];
const jsonFor = (accepted: string | false) => `${accepted || JSON_TYPES[0]}; charset=utf-8`;

/**
 * Undefined when it is none, or not to be read: whoever answers the other operations says what is wrong with it.
 * @throws AppError VALIDATION_FAILED as `readParameters`
 */
function subscriptionIn(
  body: unknown,
  registered: Pick<RegisteredOperations, 'documentOf'>,
): SubscribeRequest | undefined {
  const parameters = readParameters(body);
  try {
    const document = parse(registered.documentOf(parameters), { maxTokens: LIMITS.tokens });
    const operation = getOperationAST(document, parameters.operationName);
    return operation?.operation === OperationTypeNode.SUBSCRIPTION ? parameters : undefined;
  } catch (error) {
    if (error instanceof GraphQLError) return undefined;
    throw error;
  }
}
