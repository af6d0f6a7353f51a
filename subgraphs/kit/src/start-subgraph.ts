/** Everything a subgraph's `main.ts` needs in one call: settings, database, Redis, server, orderly stop. */
import { healthReport } from '@interview/runtime/health';
import { createLog, type Logger } from '@interview/runtime/log';
import { connectRedis, type RedisConnection, redisReady } from '@interview/runtime/redis';
import { loadSettings } from '@interview/runtime/settings';
import { createProcessStopper, runMain, type Stopper } from '@interview/runtime/stop';
import type { MikroORM } from '@mikro-orm/postgresql';
import { databaseUrl, openDatabase, type SubgraphDatabase } from './database.js';
import { buildFederatedSchema, type SubgraphGraph } from './federation.js';
import { createTopics, type Topics } from './feeds/topics.js';
import { type Route, startSubgraphServer } from './server.js';

const REDIS_PATIENCE_MS = 2000;

/** What a subgraph builds its graph from. */
export interface Foundation {
  orm: MikroORM;
  topics: Topics;
  /** For commands: fails at once while Redis is away. */
  redis: RedisConnection;
  redisUrl: string;
  /** The port this replica serves: with the host it names it, the same after a restart. */
  port: number;
  internalKey: string;
  log: Logger;
  stopper: Stopper;
}

export interface Subgraph {
  database: SubgraphDatabase;
  port: 'ROUNDS_PORT' | 'RESUMES_PORT' | 'INSIGHTS_PORT' | 'VERDICTS_PORT';
  open(foundation: Foundation): Promise<SubgraphGraph & { routes?: Route[] }> | (SubgraphGraph & { routes?: Route[] });
}

/** @example runSubgraph({ database: roundsDatabase, port: 'ROUNDS_PORT', open: openRounds }); */
export function runSubgraph(subgraph: Subgraph): void {
  const { name } = subgraph.database;
  const log = createLog(name);
  runMain(log, async () => {
    const settings = loadSettings(['DATABASE_URL', 'REDIS_URL', 'INTERNAL_API_KEY', subgraph.port]);
    const stopper = createProcessStopper(log);
    const orm = await openDatabase(subgraph.database, databaseUrl(name, settings));
    stopper.onStop('database', () => orm.close(true));
    const redis = connectRedis(settings.REDIS_URL, 'commands', log);
    const subscriber = connectRedis(settings.REDIS_URL, 'subscriber', log);
    stopper.onStop('redis', () => {
      redis.disconnect();
      subscriber.disconnect();
    });
    // A Redis that is away does not keep a subgraph from starting: queries need none.
    await Promise.race([redisReady(redis), new Promise((resolve) => setTimeout(resolve, REDIS_PATIENCE_MS))]);
    const topics = createTopics(redis, subscriber, log);
    stopper.onStop('topics', () => topics.close());
    const internalKey = settings.INTERNAL_API_KEY;
    const { routes, ...graph } = await subgraph.open({
      orm,
      topics,
      redis,
      redisUrl: settings.REDIS_URL,
      port: settings[subgraph.port],
      internalKey,
      log,
      stopper,
    });
    const { schema } = await buildFederatedSchema(graph);
    const server = await startSubgraphServer({
      schema,
      orm,
      internalKey,
      host: settings.HOST,
      port: settings[subgraph.port],
      log,
      health: () => healthReport({ database: () => orm.em.fork().execute('select 1'), redis: () => redis.ping() }),
      ...(routes ? { routes } : {}),
    });
    stopper.onStop('server', () => server.close());
    log.info({ port: server.port }, 'listening');
  });
}
