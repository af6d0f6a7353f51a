/**
 * The parts that no implementation of the live path can do without, measured alone: a Redis hop, and a commit
 * in PostgreSQL. Their latencies are the floor that the whole path is held against.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import pg from 'pg';
import { steadyRate } from './steady-rate.js';

export interface CeilingLoad {
  count: number;
  perSecond: number;
  /** What is sent or stored each time. */
  payload: string;
}

/** Milliseconds from PUBLISH to the message on another connection. */
export async function redisPubSub(redisUrl: string, load: CeilingLoad): Promise<number[]> {
  const channel = `bench:${randomUUID()}`;
  const publisher = new Redis(redisUrl);
  const subscriber = new Redis(redisUrl);
  try {
    await subscriber.subscribe(channel);
    const sentAt: number[] = [];
    const latencies: number[] = [];
    const all = Promise.withResolvers<void>();
    subscriber.on('message', (_channel, message) => {
      const at = sentAt[Number.parseInt(message, 10)];
      if (at !== undefined) latencies.push(performance.now() - at);
      if (latencies.length === load.count) all.resolve();
    });
    await steadyRate(load.count, load.perSecond, async (index) => {
      sentAt[index] = performance.now();
      await publisher.publish(channel, `${index} ${load.payload}`);
    });
    await all.promise;
    return latencies;
  } finally {
    await Promise.all([publisher, subscriber].map((redis) => closed(redis)));
  }
}

/** Milliseconds of a one-row insert with its commit, in a table that exists for this measurement only. */
export async function postgresCommit(databaseUrl: string, load: CeilingLoad): Promise<number[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const table = pg.escapeIdentifier(`bench_${randomUUID()}`);
  try {
    await client.query(`CREATE TABLE ${table} (id bigint PRIMARY KEY, value jsonb NOT NULL)`);
    const latencies: number[] = [];
    const insert = { name: 'bench', text: `INSERT INTO ${table} (id, value) VALUES ($1, $2)` };
    let before: Promise<unknown> = Promise.resolve();
    await steadyRate(load.count, load.perSecond, (index) => {
      // One at a time, so that it is the round trip that is measured and not a queue.
      const done = before.then(async () => {
        const sentAt = performance.now();
        await client.query({ ...insert, values: [index, load.payload] });
        latencies.push(performance.now() - sentAt);
      });
      before = done;
      return done;
    });
    return latencies;
  } finally {
    await client.query(`DROP TABLE IF EXISTS ${table}`);
    await client.end();
  }
}

async function closed(redis: Redis): Promise<void> {
  const end = once(redis, 'end');
  redis.disconnect();
  await end;
}
