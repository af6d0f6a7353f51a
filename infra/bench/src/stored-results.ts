/** Results through the durable stream until each is stored and told of on its round's channel; and the same rows by hand. */
import { randomUUID } from 'node:crypto';
import { channels, keys } from '@interview/schema/keys';
import { FeedMessage, type InsightResult } from '@interview/schema/messages';
import { Redis } from 'ioredis';
import type pg from 'pg';
import { insightResult } from './result-publisher.js';
import type { RoundInProgress } from './round-in-progress.js';
import type { Stack } from './stack.js';

const GIVE_UP_MS = 60_000;
/** As many commands leave in one write. */
const PIPELINED = 500;

export interface StoredLoad {
  rounds: readonly RoundInProgress[];
  count: number;
  /** So many results at most are on their way; the next ones come when those were published. */
  window: number;
}

/** Of the results of one load, which go to the rounds in turn. @returns seconds from the first XADD to the last PUBLISH */
export async function storeAndPublish(stack: Stack, redis: Redis, load: StoredLoad): Promise<number> {
  const { rounds, count, window } = load;
  const results = Array.from({ length: count }, (_, index): InsightResult => {
    const round = rounds[index % rounds.length];
    if (!round) throw new RangeError('results need a round');
    return insightResult(round.id, round.startedAtMs);
  });
  const waiting = new Set(results.map(({ id }) => id));
  const subscriber = new Redis(stack.redisUrl);
  const done = Promise.withResolvers<void>();
  const limit = setTimeout(
    () => done.reject(new Error(`${waiting.size} of ${count} results were not published in time.`)),
    GIVE_UP_MS,
  );
  try {
    await subscriber.subscribe(...rounds.map(({ id }) => channels.feed(id)));
    let sent = 0;
    const send = () => {
      const next = results.slice(sent, Math.min(count, count - waiting.size + window));
      sent += next.length;
      for (let from = 0; from < next.length; from += PIPELINED) append(redis, next.slice(from, from + PIPELINED));
    };
    subscriber.on('message', (_channel, text) => {
      for (const { id } of FeedMessage.parse(JSON.parse(text)).insights ?? []) waiting.delete(id);
      if (waiting.size === 0) done.resolve();
      // A window is filled again when it is half empty, as analysers that work side by side would.
      else if (sent < count && sent - (count - waiting.size) <= window / 2) send();
    });
    const startMs = performance.now();
    send();
    await done.promise;
    return (performance.now() - startMs) / 1000;
  } finally {
    clearTimeout(limit);
    subscriber.disconnect();
  }
}

/** As the analysers do, but for the MULTI around the two: what fails shows as results that never come. */
function append(redis: Redis, results: readonly InsightResult[]): void {
  const pipeline = redis.pipeline();
  for (const result of results) {
    const json = JSON.stringify(result);
    pipeline.xadd(keys.results, '*', 'json', json).publish(channels.insights(result.service), json);
  }
  void pipeline.exec();
}

/** What the database says of the rounds: how many insights there are, and how many their sequences promise. */
export async function storedInsights(
  database: pg.Client,
  rounds: readonly RoundInProgress[],
): Promise<{ rows: number; promised: number }> {
  const { rows } = await database.query<{ rows: string; promised: string }>(
    `select coalesce(sum(n), 0) as rows, coalesce(sum(last), 0) as promised from (
       select count(*) as n, max(sequence) as last from insights.live_insights where round_id = any($1::uuid[]) group by round_id
     ) as by_round`,
    [rounds.map(({ id }) => id)],
  );
  return { rows: Number(rows[0]?.rows), promised: Number(rows[0]?.promised) };
}

/**
 * The ceiling: nothing but rows of the same shape into a table with the same indexes, `batch` in each statement.
 * @returns rows a second
 */
export async function rawInserts(database: pg.Client, count: number, batch: number): Promise<number> {
  const table = `insights.bench_${randomUUID().replaceAll('-', '')}`;
  await database.query(`create table ${table} (like insights.live_insights including all)`);
  try {
    const roundId = randomUUID();
    const batches = Array.from({ length: Math.ceil(count / batch) }, (_, n) =>
      JSON.stringify(
        Array.from({ length: batch }, (_, m) => ({
          ...insightResult(roundId, Date.now()),
          sequence: n * batch + m + 1,
        })),
      ),
    );
    const insert = {
      name: `bench_${batch}_${table}`,
      text: `insert into ${table} (id, round_id, company_id, sequence, timestamp_ms, insight_type, severity, value, explanation, source)
        select id, "roundId", 'bench', sequence, "timestampMs", type, severity, value, explanation, source
        from jsonb_to_recordset($1::jsonb) as r (id uuid, "roundId" uuid, sequence bigint, "timestampMs" bigint,
          type insights.insight_type, severity insights.alert_severity, value jsonb, explanation text, source text)`,
    };
    const startMs = performance.now();
    for (const rows of batches) await database.query({ ...insert, values: [rows] });
    return (batches.length * batch * 1000) / (performance.now() - startMs);
  } finally {
    await database.query(`drop table ${table}`);
  }
}
