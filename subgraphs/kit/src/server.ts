/**
 * A subgraph's doors: GraphQL over HTTP and graphql-transport-ws at `/graphql`, health, and routes of its own.
 * Whoever does not show the internal key gets nothing, `_service` and `_entities` included; whoever does is
 * the gateway (or a service of ours) and says by a signed viewer for whom it asks.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { AppError } from '@interview/runtime/errors';
import { type HealthReport } from '@interview/runtime/health';
import type { Logger } from '@interview/runtime/log';
import {
  INTERNAL_KEY_HEADER,
  isInternalKey,
  readSignedViewer,
  VIEWER_HEADER,
  type Viewer,
} from '@interview/runtime/viewer';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { GraphQLError, GraphQLSchema } from 'graphql';
import { createHandler } from 'graphql-http/lib/use/http';
import { requestContext, type SubgraphContext } from './context.js';
import { toPublicError } from './errors.js';
import { serveFeeds } from './feeds/feed-sockets.js';
import { createKnownDocuments } from './known-documents.js';

export interface Route {
  /** One for GET is asked for HEAD too; what it sends as a body is left out then. */
  method: 'GET' | 'POST';
  /** Named groups become `params`. */
  path: RegExp;
  /** `viewer` is null when a service asks for itself. What it throws is answered in the REST form. */
  handle(request: RouteRequest): Promise<void> | void;
}
export interface RouteRequest {
  request: IncomingMessage;
  response: ServerResponse;
  params: Record<string, string>;
  query: URLSearchParams;
  viewer: Viewer | null;
}

export interface SubgraphServerOptions {
  schema: GraphQLSchema;
  orm: MikroORM;
  internalKey: string;
  host: string;
  port: number;
  log: Logger;
  health: () => Promise<HealthReport>;
  routes?: Route[];
}

export interface SubgraphServer {
  port: number;
  close(): Promise<void>;
}

export async function startSubgraphServer(options: SubgraphServerOptions): Promise<SubgraphServer> {
  const { schema, orm, internalKey, log } = options;
  const documents = createKnownDocuments();
  const formatError = (error: GraphQLError | Error) => toPublicError(error, log);

  /** Of requests that were let in. */
  const viewers = new WeakMap<IncomingMessage, Viewer>();
  const graphql = createHandler<SubgraphContext & Record<PropertyKey, unknown>>({
    schema,
    parse: documents.parse,
    validate: documents.validate,
    formatError,
    // graphql-http asks for a record; the context is an object of our own.
    context: ({ raw }) =>
      requestContext(orm, viewers.get(raw) ?? viewerOf((name) => header(raw, name), internalKey)) as SubgraphContext &
        Record<PropertyKey, unknown>,
  });

  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => answerError(response, error, log));
  });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://subgraph');
    if (url.pathname.startsWith('/health')) return answerHealth(url.pathname, response, options.health);
    if (!isInternalKey(header(request, INTERNAL_KEY_HEADER), internalKey)) {
      throw new AppError('AUTH_REQUIRED', 'Subgraphs answer the gateway only.');
    }
    if (url.pathname === '/graphql') {
      viewers.set(
        request,
        viewerOf((name) => header(request, name), internalKey),
      );
      return graphql(request, response);
    }
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    for (const route of options.routes ?? []) {
      const match = method === route.method ? route.path.exec(url.pathname) : null;
      if (!match) continue;
      const signed = header(request, VIEWER_HEADER);
      const viewer = signed ? readSignedViewer(signed, internalKey) : null;
      return route.handle({ request, response, params: { ...match.groups }, query: url.searchParams, viewer });
    }
    throw new AppError('NOT_FOUND', 'There is nothing at this path.');
  };

  const closeFeeds = serveFeeds({
    server,
    schema,
    orm,
    documents,
    internalKey,
    viewerOf: (extensions) => viewerOf((name) => extension(extensions, name), internalKey),
    log,
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    close: async () => {
      await closeFeeds();
      await closeServer(server);
    },
  };
}

function viewerOf(read: (name: string) => string | undefined, internalKey: string): Viewer {
  const signed = read(VIEWER_HEADER);
  if (!signed) throw new AppError('AUTH_REQUIRED', 'The request does not say for whom it is.');
  return readSignedViewer(signed, internalKey);
}

const header = (request: IncomingMessage, name: string) => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

/** In a subscription the header travels as `extensions.viewer`, many viewers sharing one socket. */
const extension = (extensions: Record<string, unknown> | null | undefined, name: string) => {
  const value = name === VIEWER_HEADER ? extensions?.['viewer'] : undefined;
  return typeof value === 'string' ? value : undefined;
};

async function answerHealth(
  path: string,
  response: ServerResponse,
  health: () => Promise<HealthReport>,
): Promise<void> {
  const live = path === '/health/live';
  const report = live ? { status: 'live' } : await health();
  const status = path === '/health/ready' && report.status !== 'healthy' ? 503 : 200;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(report));
}

function answerError(response: ServerResponse, error: unknown, log: Logger): void {
  const known = error instanceof AppError;
  if (!known) log.error({ err: error }, 'a request failed');
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { code, message, status, details } = known
    ? error
    : {
        ...new AppError('INTERNAL_ERROR', ''),
        message: 'Something went wrong on our side.',
        status: 500,
        details: undefined,
      };
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { code, message, ...(details ? { details } : {}) } }));
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), 2000).unref();
  await closed;
}
