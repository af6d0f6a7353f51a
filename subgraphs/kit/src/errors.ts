/** What a subgraph's errors look like to the gateway: code, message, details, and nothing of the inside. */
import { AppError } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import { GraphQLError } from 'graphql';

/** Bad input that graphql-js itself found carries no code of ours; everything else unknown is INTERNAL_ERROR. */
export function toPublicError(error: GraphQLError | Error, log: Logger): GraphQLError {
  const graphqlError =
    error instanceof GraphQLError ? error : new GraphQLError(error.message, { originalError: error });
  const cause = rootCause(graphqlError);
  const place = { path: graphqlError.path ?? null, nodes: graphqlError.nodes ?? null };
  if (cause instanceof AppError) {
    return new GraphQLError(cause.message, {
      ...place,
      extensions: { code: cause.code, ...(cause.details ? { details: cause.details } : {}) },
    });
  }
  const code = graphqlError.extensions['code'];
  if (typeof code === 'string') return graphqlError;
  if (cause instanceof GraphQLError && !graphqlError.path) {
    // Not thrown by a resolver: the document or its variables do not fit the schema.
    return new GraphQLError(graphqlError.message, { ...place, extensions: { code: 'VALIDATION_FAILED' } });
  }
  log.error({ err: cause, path: graphqlError.path }, 'a resolver failed');
  return new GraphQLError('Something went wrong on our side.', { ...place, extensions: { code: 'INTERNAL_ERROR' } });
}

function rootCause(error: GraphQLError): Error {
  let cause: Error = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}
