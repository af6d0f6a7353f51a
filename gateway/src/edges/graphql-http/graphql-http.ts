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
import type { CurrentGraph } from '../../graph/current-graph.js';
import { DOCUMENT_RULES, PARSE_OPTIONS } from '../../graph/document-rules.js';
import { publicError } from '../../graph/errors.js';
import type { QueryEngines } from '../../graph/query-engines.js';
import { missingValues, type OperationMetrics, outcomeOf } from '../../graph/query-runner.js';
import type { RegisteredOperations } from '../../graph/registered-operations.js';
import type { ViewerContext } from '../../graph/subgraph-source.js';
import { authenticated, viewerOf } from '../authenticated.js';
import { sendGraphqlError } from '../http-errors.js';
import { executedGraph } from './executed-graph.js';
import { stateOf } from './handed-over.js';
import { type OperationGateOptions, operationGate, wellNamed } from './operation-gate.js';
import { MAX_BODY_BYTES } from './plain-request.js';

/**
 * Headers that no page can send to another origin without asking first (CORS preflight). The token is one of
 * them: it never travels in a cookie, so a request that carries it was not forged.
 */
const PREFLIGHTED_HEADERS = ['authorization', 'x-apollo-operation-name', 'apollo-require-preflight'];

export interface ApolloOptions extends OperationGateOptions {
  introspection: boolean;
  engines: QueryEngines;
  metrics: OperationMetrics;
}

export function createApolloServer(current: CurrentGraph, options: ApolloOptions): ApolloServer<ViewerContext> {
  const { log } = options;
  return new ApolloServer<ViewerContext>({
    gateway: executedGraph(current, options.engines),
    introspection: options.introspection,
    // Suggestions would tell what introspection does not.
    hideSchemaDetailsFromClientErrors: !options.introspection,
    csrfPrevention: { requestHeaders: PREFLIGHTED_HEADERS },
    allowBatchedHttpRequests: false,
    persistedQueries: { cache: readOnly(options.registered) },
    includeStacktraceInErrorResponses: false,
    parseOptions: PARSE_OPTIONS,
    // Not `maxRecursiveSelections`, which `withinLimits` is stricter than: it would put these rules after all others.
    validationRules: [...DOCUMENT_RULES],
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
        const missing = missingValues(body.singleResult);
        if (!missing) return;
        const { extensions: _, ...result } = body.singleResult;
        body.singleResult = { ...result, errors: missing.map((e) => publicError(e, e, log)) };
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
          const outcome = outcomeOf(body.singleResult);
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
  /** Answers subscriptions, and passes everything else on. */
  subscriptions: RequestHandler;
  log: Logger;
}): Router {
  const refuse = (response: Response, error: unknown) => sendGraphqlError(response, error, options.log);
  const refuseErrors: ErrorRequestHandler = (error, _request, response, _next) => refuse(response, error);
  const router = Router();
  router.use(handedOver([options.limitRequests, authenticated(options.verifyToken, options.internalKey, refuse)]));
  router.use(jsonOnly);
  router.use(readJson);
  router.use(wellNamed);
  router.use(options.subscriptions);
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

/** Lets a request go on that has come some of the short way; all others pass `gates` first. */
function handedOver(gates: readonly RequestHandler[]): RequestHandler {
  const throughGates = Router();
  throughGates.use(...gates);
  return (request, response, next) => {
    const state = stateOf(request);
    if (!state) return throughGates(request, response, next);
    for (const [name, value] of state.counted.headers) response.append(name, value);
    next(state.failed);
  };
}

const parseJson = express.json({ limit: MAX_BODY_BYTES });

/** As `express.json` does, of a body that was read already too. */
const readJson: RequestHandler = (request, response, next) => {
  const text = stateOf(request)?.text;
  if (text === undefined) return parseJson(request, response, next);
  request.body = jsonOf(text);
  next();
};

/** @throws Error as body-parser's for what is no JSON object or list */
function jsonOf(text: string): unknown {
  let body: unknown;
  try {
    // Some clients write a mark of the byte order.
    body = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (typeof body === 'object' && body !== null) return body;
  throw Object.assign(new Error('The body is no JSON.'), { status: 400, type: 'entity.parse.failed' });
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
