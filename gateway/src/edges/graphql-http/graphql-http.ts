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
import type { CurrentGraph } from '../../graph/current-graph.js';
import { publicError } from '../../graph/errors.js';
import { LIMITS, withinLimits } from '../../graph/limits.js';
import type { RegisteredOperations } from '../../graph/registered-operations.js';
import type { ViewerContext } from '../../graph/subgraph-source.js';
import { storableText } from '../../graph/text.js';
import { unconditionalRoot } from '../../graph/unconditional-root.js';
import { authenticated, viewerOf } from '../authenticated.js';
import { describeFailure } from '../http-errors.js';
import { apolloGraph } from './apollo-graph.js';
import { type OperationGateOptions, operationGate, wellNamed } from './operation-gate.js';

/** Largest request body; documents and variables are small, files have a way of their own. */
const MAX_BODY = '256kb';
/**
 * Headers that no page can send to another origin without asking first (CORS preflight). The token is one of
 * them: it never travels in a cookie, so a request that carries it was not forged.
 */
const PREFLIGHTED_HEADERS = ['authorization', 'x-apollo-operation-name', 'apollo-require-preflight'];

export interface OperationMetrics {
  /** Told of each operation that was answered. */
  operation(kind: string, outcome: 'ok' | 'partial' | 'refused', seconds: number): void;
}

export function createApolloServer(
  current: CurrentGraph,
  options: OperationGateOptions & { introspection: boolean; metrics: OperationMetrics },
): ApolloServer<ViewerContext> {
  const { log } = options;
  return new ApolloServer<ViewerContext>({
    gateway: apolloGraph(current),
    introspection: options.introspection,
    // Suggestions would tell what introspection does not.
    hideSchemaDetailsFromClientErrors: !options.introspection,
    csrfPrevention: { requestHeaders: PREFLIGHTED_HEADERS },
    allowBatchedHttpRequests: false,
    persistedQueries: { cache: readOnly(options.registered) },
    includeStacktraceInErrorResponses: false,
    parseOptions: { maxTokens: LIMITS.tokens },
    // Not `maxRecursiveSelections`, which `withinLimits` is stricter than: it would put these rules after all others.
    validationRules: [withinLimits, unconditionalRoot, storableText],
    formatError: (formatted, error) => publicError(formatted, error, log),
    // The process has its own orderly stop, of which this server is a step.
    stopOnTerminationSignals: false,
    logger: {
      debug: (message) => log.trace(String(message)),
      info: (message) => log.debug(String(message)),
      warn: (message) => log.warn(String(message)),
      error: (message) => log.error(String(message)),
    },
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      operationGate(options),
      tellMissing(log),
      measured(options.metrics),
    ],
  });
}

/** What Apollo Server looks persisted queries up in: requests register nothing. */
function readOnly(registered: RegisteredOperations) {
  return {
    // Apollo Server writes its own prefix before the hash.
    get: async (key: string) => registered.get(key.replace(/^apq:/, '')),
    set: async () => undefined,
    delete: async () => undefined,
  };
}

/** Says so where an answer could not be completed. */
function tellMissing(log: Logger): ApolloServerPlugin<ViewerContext> {
  return {
    requestDidStart: async () => ({
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
  /** Counts a request, before anything of it is read. */
  limitRequests: RequestHandler;
  log: Logger;
}): Router {
  const refuse = (response: Response, error: unknown) => {
    const { status, body } = describeFailure(error, options.log);
    const { message, ...extensions } = body;
    response.status(status).json({ errors: [{ message, extensions }] });
  };
  const refuseErrors: ErrorRequestHandler = (error, _request, response, _next) => refuse(response, error);
  const router = Router();
  router.use(options.limitRequests);
  router.use(authenticated(options.verifyToken, options.internalKey, refuse));
  router.use(jsonOnly);
  router.use(express.json({ limit: MAX_BODY }));
  router.use(wellNamed);
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
