/**
 * What stands between a valid document and its plan, for documents that come over HTTP: what this transport does
 * not serve, what is not registered, variables and cost. The gateway's own documents (REST, Socket.IO) are
 * executed without HTTP and pass.
 */
import { type ApolloServerPlugin, type BaseContext, type GraphQLResponse, HeaderMap } from '@apollo/server';
import { AppError } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import type { RequestHandler } from 'express';
import { GraphQLError } from 'graphql';
import { checkCost } from '../../graph/cost.js';
import { publicErrorOf, toGraphQLError } from '../../graph/errors.js';
import { type OperationRequest, persistedHash, type RegisteredOperations } from '../../graph/registered-operations.js';
import { coerceVariables, VariablesRefused } from '../../graph/variables.js';

const SUBSCRIPTIONS_GO =
  'Subscriptions are served over WebSocket (graphql-transport-ws) at /graphql, as server-sent events (graphql-sse) at ' +
  '/graphql/stream, and by POST /graphql to "Accept: multipart/mixed;subscriptionSpec=1.0".';

export interface OperationGateOptions {
  registered: RegisteredOperations;
  /** The most that an operation may cost, as `cost.ts` counts. */
  maxCost: number;
  log: Logger;
}

export function operationGate<C extends BaseContext>(options: OperationGateOptions): ApolloServerPlugin<C> {
  const { registered, maxCost, log } = options;
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ operation, request, source, document }) => {
        if (!operation) throw refusal('The document holds no operation of this name, or several and no name.');
        if (operation.operation === 'subscription') {
          throw refusal(SUBSCRIPTIONS_GO);
        }
        if (!request.http) return;
        try {
          registered.admit(source, document);
        } catch (error) {
          throw error instanceof AppError ? refusal(error.message) : error;
        }
      },
      responseForOperation: async ({ operation, request, document, schema }) => {
        if (!request.http) return null;
        try {
          const variables = coerceVariables(schema, operation, request.variables ?? {});
          checkCost(schema, document, operation, variables, maxCost);
          return null;
        } catch (error) {
          if (error instanceof VariablesRefused) return answer(error.errors, log);
          if (error instanceof AppError) return answer([toGraphQLError(error)], log);
          throw error;
        }
      },
    }),
  };
}

/** Refuses a persisted query that is not named as the protocol says; whether it is registered, Apollo Server asks. */
export const wellNamed: RequestHandler = (request, _response, next) => {
  persistedHash(request.method === 'GET' ? namedByGet(request.query) : (request.body ?? {}));
  next();
};

/** Apollo Server itself refuses what is not JSON. */
function namedByGet({ query, extensions }: Record<string, unknown>): OperationRequest {
  if (typeof extensions !== 'string') return { query };
  try {
    return { query, extensions: JSON.parse(extensions) };
  } catch (error) {
    if (error instanceof SyntaxError) return { query };
    throw error;
  }
}

function refusal(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'VALIDATION_FAILED', http: { status: 400 } } });
}

function answer(errors: readonly GraphQLError[], log: Logger): GraphQLResponse {
  return {
    http: { status: 400, headers: new HeaderMap() },
    body: { kind: 'single', singleResult: { errors: errors.map((error) => publicErrorOf(error, log)) } },
  };
}
