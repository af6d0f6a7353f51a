/** Puts the gateway together: one HTTP server, and an edge for each way in. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { Logger } from '@interview/runtime/log';
import { connectRedis, redisReady } from '@interview/runtime/redis';
import type { Stopper } from '@interview/runtime/stop';
import { createTokenVerifier } from '@interview/runtime/tokens';
import express, { type Express, type RequestHandler } from 'express';
import type { Registry } from 'prom-client';
import { assembleFeeds } from './assembly/feeds.js';
import { assembleGraph } from './assembly/graph.js';
import { createDrain } from './drain.js';
import { cors } from './edges/cors.js';
import { createEventStreams } from './edges/event-streams/event-streams.js';
import { graphiql } from './edges/graphiql/graphiql.js';
import { createApolloServer, graphqlHttp } from './edges/graphql-http/graphql-http.js';
import { knownOperations } from './edges/graphql-http/known-operations.js';
import { graphqlMultipart } from './edges/graphql-multipart/graphql-multipart.js';
import { graphqlSse } from './edges/graphql-sse/graphql-sse.js';
import { type GraphqlWsEdge, graphqlWs } from './edges/graphql-ws/graphql-ws.js';
import { health } from './edges/health/health.js';
import { answerErrors, nothingHere } from './edges/http-errors.js';
import { createHttpServer } from './edges/http-server.js';
import { refuseUpgrade } from './edges/refuse-upgrade.js';
import { rest } from './edges/rest/rest.js';
import { securityHeaders } from './edges/security-headers.js';
import { createMediaIntake } from './edges/socket-io/media-intake.js';
import { createMediaStreams } from './edges/socket-io/media-streams.js';
import { createPresence } from './edges/socket-io/presence.js';
import { createRoundFeeds } from './edges/socket-io/round-feeds.js';
import { createRoundStates } from './edges/socket-io/round-states.js';
import { socketIo } from './edges/socket-io/socket-io.js';
import { createOperations } from './graph/operations.js';
import { createRegisteredOperations } from './graph/registered-operations.js';
import type { OfferSupergraph } from './graph/supergraph-intake.js';
import { createLimits } from './limits/limits.js';
import { createRateLimiter } from './limits/rate-limiter.js';
import { createGatewayMetrics } from './metrics.js';
import { allowedOrigins } from './origins.js';
import type { GatewaySettings } from './settings.js';

/** How long the start waits for Redis; without it everything but media is served. */
const REDIS_START_MS = 2000;

export interface GatewayOptions {
  settings: GatewaySettings;
  supergraphSdl: string;
  /** The documents that clients have registered, by the SHA-256 of their text. */
  registeredDocuments: ReadonlyMap<string, string>;
  /** The folder that the build of GraphiQL left. */
  graphiqlFolder: string;
  log: Logger;
  /** What is opened here is registered here, to be closed in reverse. */
  stopper: Stopper;
}

export interface Gateway {
  /** The port that it listens on. */
  port: number;
  /** Takes a new supergraph while it runs, or refuses it. */
  offerSupergraph: OfferSupergraph;
}

/** Starts to listen. @throws Error when the supergraph is wrong or the port is taken. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { settings, log, stopper } = options;
  const { subgraphs, analysers } = settings;
  const internalKey = settings.INTERNAL_API_KEY;
  const metrics = createGatewayMetrics();
  const verifyToken = createTokenVerifier(settings);
  const drain = createDrain(settings.DRAIN_DELAY_MS);

  const redis = connectRedis(settings.REDIS_URL, 'commands', log);
  stopper.onStop('redis', () => redis.disconnect());
  const limits = createLimits(settings, createRateLimiter(redis, log), metrics);
  const registered = createRegisteredOperations({
    documents: options.registeredDocuments,
    policy: settings.PERSISTED_OPERATIONS,
    introspection: settings.introspection,
  });

  const graph = assembleGraph({ ...options, metrics });
  const { current, engines } = graph;
  const apollo = createApolloServer(current, {
    registered,
    maxCost: settings.MAX_OPERATION_COST,
    introspection: settings.introspection,
    engines,
    log,
    metrics: metrics.operations,
  });
  await apollo.start();
  stopper.onStop('apollo', () => apollo.stop());

  const { planner, ...feedParts } = assembleFeeds({ settings, current, registered, metrics, log, stopper });
  const { subscribeFeed, admitSubscription } = feedParts;
  const { admitConnection } = limits;
  const streams = createEventStreams({
    ...feedParts,
    admitConnection,
    heartbeatMs: settings.STREAM_HEARTBEAT_MS,
    metrics: metrics.streams,
    log,
  });

  const app = express().disable('x-powered-by').disable('etag').set('trust proxy', settings.TRUST_PROXY_HOPS);
  app.use(securityHeaders(), drain.sendElsewhere);
  const server = createHttpServer((request, response) => shortWay(request, response));
  const allowsOrigin = allowedOrigins(settings, () => portOf(server));
  const runOperation = createOperations({ engines, internalKey });
  const api = rest({
    resumesUrl: subgraphs.resumes,
    internalKey,
    verifyToken,
    runOperation,
    limitRequests: limits.requests,
    limitUploads: limits.uploads,
    describe: settings.introspection,
    log,
  });
  stopper.onStop('rest', () => api.close());

  app.use('/health', health({ subgraphs, analysers, pingRedis: () => redis.ping(), isStopping: drain.isStopping }));
  if (settings.NODE_ENV !== 'production') app.get('/metrics', serveMetrics(metrics.registry));
  app.use('/graphiql', graphiql(options.graphiqlFolder));
  const limitRequests = limits.requests;
  app.use('/graphql/stream', cors(allowsOrigin), graphqlSse({ streams, verifyToken, internalKey, limitRequests, log }));
  app.use(
    '/graphql',
    cors(allowsOrigin),
    graphqlHttp({
      server: apollo,
      verifyToken,
      internalKey,
      limitRequests,
      subscriptions: graphqlMultipart({ streams, registered }),
      log,
    }),
  );
  app.use('/api', cors(allowsOrigin), api.router);
  app.use(nothingHere(log), answerErrors(log));
  const shortWay = knownOperations({
    engines,
    registered,
    maxCost: settings.MAX_OPERATION_COST,
    verifyToken,
    internalKey,
    countRequest: limits.countRequest,
    proxyHops: settings.TRUST_PROXY_HOPS,
    allowsOrigin,
    isStopping: drain.isStopping,
    longWay: app,
    log,
  });

  const feeds = graphqlWs({
    ...feedParts,
    verifyToken,
    allowsOrigin,
    admitConnection,
    maxSubscriptions: settings.MAX_SUBSCRIPTIONS_PER_SOCKET,
    asksPerMinute: settings.RATE_LIMIT_SUBSCRIBES_PER_MINUTE,
    log,
    metrics: metrics.feedSockets,
  });
  routeUpgrades(server, feeds);

  const subscriber = connectRedis(settings.REDIS_URL, 'subscriber', log);
  stopper.onStop('redis subscriber', () => subscriber.disconnect());
  const broadcaster = connectRedis(settings.REDIS_URL, 'broadcaster', log);
  stopper.onStop('redis broadcaster', () => broadcaster.disconnect());
  const rounds = createRoundStates(redis, subscriber, log);
  const interviews = socketIo({
    server,
    verifyToken,
    allowsOrigin,
    admitConnection,
    runOperation,
    intake: createMediaIntake({ rounds, streams: createMediaStreams(redis), metrics }),
    rounds,
    presence: createPresence({ redis, run: runOperation, graceMs: settings.LEAVE_AFTER_MS, log }),
    openFeeds: createRoundFeeds({ planner, subscribeFeed, admitSubscription }),
    broadcaster,
    metrics: metrics.interviews,
    log,
  });

  await Promise.race([redisReady(redis), setTimeout(REDIS_START_MS, undefined, { ref: false })]);
  await listen(server, settings.PORT, settings.HOST);
  graph.warm();
  await serveMetricsApart(settings, metrics.registry, stopper);
  stopper.onStop('drain', () => drain.run(server, [feeds, streams, interviews]));
  return { port: portOf(server), offerSupergraph: graph.offerSupergraph };
}

function routeUpgrades(server: Server, feeds: GraphqlWsEdge): void {
  server.on('upgrade', (request, stream: Duplex, head) => {
    const path = request.url?.split('?')[0];
    if (path === '/graphql') feeds.upgrade(request, stream, head);
    // Socket.IO takes its own; with or without the slash at its end it is the same address.
    else if (path !== '/socket.io/' && path !== '/socket.io') refuseUpgrade(stream, '404 Not Found');
  });
}

function serveMetrics(registry: Registry): RequestHandler {
  return async (_request, response) => {
    response.setHeader('content-type', registry.contentType);
    response.end(await registry.metrics());
  };
}

async function serveMetricsApart(settings: GatewaySettings, registry: Registry, stopper: Stopper): Promise<void> {
  if (settings.METRICS_PORT === undefined) return;
  const app: Express = express().disable('x-powered-by').get('/metrics', serveMetrics(registry));
  const server = createServer(app);
  await listen(server, settings.METRICS_PORT, settings.HOST);
  stopper.onStop('metrics', () => closeServer(server));
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function portOf(server: Server): number {
  // Listening on a port, so the address is not the path of a pipe.
  return (server.address() as AddressInfo).port;
}
