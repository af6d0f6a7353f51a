/**
 * Queries and mutations over HTTP: `POST /graphql`, and `GET /graphql` for queries. Apollo Server with the
 * federated graph behind it; this file holds what the protocol refuses and how errors leave.
 */
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import { AppError } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import type { VerifyToken } from '@interview/runtime/tokens';
import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router } from 'express';
import { GraphQLError } from 'graphql';
import { publicError } from '../../graph/errors.js';
import type { Graph } from '../../graph/graph.js';
import { LIMITS, withinLimits } from '../../graph/limits.js';
import type { ViewerContext } from '../../graph/subgraph-source.js';
import { authenticated, viewerOf } from '../authenticated.js';
import { describeFailure } from '../http-errors.js';

/** Largest request body; documents and variables are small, files have a way of their own. */
const MAX_BODY = '256kb';
const MAX_RECURSIVE_SELECTIONS = 10_000;

export interface OperationMetrics {
  /** Told of each operation that was answered. */
  operation(kind: string, outcome: 'ok' | 'partial' | 'refused', seconds: number): void;
}

export function createApolloServer(
  graph: Graph,
  options: { introspection: boolean; log: Logger; metrics: OperationMetrics },
): ApolloServer<ViewerContext> {
  const { log } = options;
  return new ApolloServer<ViewerContext>({
    gateway: graph.gateway,
    introspection: options.introspection,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    parseOptions: { maxTokens: LIMITS.tokens },
    maxRecursiveSelections: MAX_RECURSIVE_SELECTIONS,
    validationRules: [withinLimits],
    formatError: (formatted, error) => publicError(formatted, error, log),
    // The process has its own orderly stop, of which this server is a step.
    stopOnTerminationSignals: false,
    logger: {
      debug: (message) => log.trace(String(message)),
      info: (message) => log.debug(String(message)),
      warn: (message) => log.warn(String(message)),
      error: (message) => log.error(String(message)),
    },
    plugins: [ApolloServerPluginLandingPageDisabled(), answersOnly(log), measured(options.metrics)],
  });
}

/** Refuses what this transport does not serve, and says so where an answer could not be completed. */
function answersOnly(log: Logger): ApolloServerPlugin<ViewerContext> {
  const refuse = (message: string) =>
    new GraphQLError(message, { extensions: { code: 'VALIDATION_FAILED', http: { status: 400 } } });
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ operation }) => {
        if (!operation) throw refuse('The document holds no operation of this name, or several and no name.');
        if (operation.operation === 'subscription') {
          throw refuse('Subscriptions are served over WebSocket, in the graphql-transport-ws protocol.');
        }
      },
      willSendResponse: async ({ response: { body } }) => {
        if (body.kind !== 'single') return;
        // A subgraph answered null where its own schema promises a value: data is missing, which must show.
        const missing = body.singleResult.extensions?.['valueCompletion'];
        if (!Array.isArray(missing)) return;
        const { extensions: _, ...result } = body.singleResult;
        body.singleResult = { ...result, errors: missing.map((e: GraphQLError) => publicError(e.toJSON(), e, log)) };
      },
    }),
  };
}

function measured(metrics: OperationMetrics): ApolloServerPlugin<ViewerContext> {
  return {
    requestDidStart: async () => {
      const start = performance.now();
      return {
        willSendResponse: async ({ operation, response: { body } }) => {
          if (body.kind !== 'single') return;
          const { data, errors } = body.singleResult;
          const outcome = !errors?.length ? 'ok' : data == null ? 'refused' : 'partial';
          metrics.operation(operation?.operation ?? 'none', outcome, (performance.now() - start) / 1000);
        },
      };
    },
  };
}

/** The route; the server must have been started. */
export function graphqlHttp(options: {
  server: ApolloServer<ViewerContext>;
  verifyToken: VerifyToken;
  internalKey: string;
  log: Logger;
}): Router {
  const refuse = (response: Response, error: unknown) => {
    const { status, body } = describeFailure(error, options.log);
    const { message, ...extensions } = body;
    response.status(status).json({ errors: [{ message, extensions }] });
  };
  const refuseErrors: ErrorRequestHandler = (error, _request, response, _next) => refuse(response, error);
  const router = Router();
  router.use(authenticated(options.verifyToken, options.internalKey, refuse));
  router.use(jsonOnly);
  router.use(express.json({ limit: MAX_BODY }));
  router.use(
    // The integration insists on a body, which a GET does not have.
    (request, _response, next) => {
      request.body ??= {};
      next();
    },
    expressMiddleware(options.server, { context: async ({ req }: { req: Request }) => viewerOf(req) }),
  );
  router.use(refuseErrors);
  return router;
}

/** What a form can send without asking first is never an operation. */
const jsonOnly: RequestHandler = (request, response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') return next();
  if (request.method !== 'POST') {
    response.setHeader('Allow', 'GET, POST');
    response.status(405).json({
      errors: [{ message: 'Send operations by POST.', extensions: { code: 'VALIDATION_FAILED' } }],
    });
    return;
  }
  if (!request.is('application/json')) {
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'Send operations as "Content-Type: application/json".');
  }
  next();
};
