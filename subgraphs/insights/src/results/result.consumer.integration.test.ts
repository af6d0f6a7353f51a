/** Each result is stored exactly once and in sequence, whoever reads it, dies over it, or cannot store it. */
import { connectRedis, redisReady } from '@interview/runtime/redis';
import { keys } from '@interview/schema/keys';
import type { InsightResult } from '@interview/schema/messages';
import type { RoundAccess } from '@interview/subgraph-kit/round-access';
import { describe, expect, it } from '@jest/globals';
import {
  anInsight,
  append,
  eventually,
  FEED,
  interviewerOf,
  redis,
  startedFeed,
  take,
  useInsightsWorld,
  world,
} from '../testing/insights-world.js';
import { startResultConsumer } from './result.consumer.js';
import { storeResults } from './result.store.js';
import { GROUP, openResultStream } from './result.stream.js';

useInsightsWorld();

const anAlert = (round: RoundAccess) =>
  anInsight(round.id, { type: 'TAB_SWITCH', severity: 'LOW', value: { phase: 'START' } } as never);

/** In the order of their sequences. */
const storedOf = (round: RoundAccess) =>
  world.sql<{ id: string; sequence: number }>(
    'select id, sequence::int as sequence from insights.live_insights where round_id = ? order by sequence',
    [round.id],
  );

async function expectGapless(round: RoundAccess, results: readonly InsightResult[]): Promise<void> {
  const rows = await storedOf(round);
  expect(rows.map(({ sequence }) => sequence)).toEqual(results.map((_, n) => n + 1));
  expect(rows.map(({ id }) => id).sort()).toEqual(results.map(({ id }) => id).sort());
}

/** In one step, so that one batch has them all. */
const appendTogether = (...results: readonly (InsightResult | undefined)[]) =>
  redis.multi(results.map((result) => ['xadd', keys.results, '*', 'json', JSON.stringify(result)])).exec();

const unacknowledged = async () => ((await redis.xpending(keys.results, GROUP)) as [number])[0];

/** Results that a consumer of that name has read and never acknowledged. */
async function readBy(consumer: string, ...results: (InsightResult | string)[]): Promise<void> {
  const connection = connectRedis(world.foundation.redisUrl, 'commands', world.foundation.log);
  await redisReady(connection);
  const step = connection.multi();
  for (const result of results) {
    step.xadd(keys.results, '*', 'json', typeof result === 'string' ? result : JSON.stringify(result));
  }
  // In one step, so that the living consumer cannot be faster.
  await step.xreadgroup('GROUP', GROUP, consumer, 'COUNT', results.length, 'STREAMS', keys.results, '>').exec();
  connection.disconnect();
}

describe('two replicas that read at once', () => {
  it('store what both were given once, without gaps, and show it in one order', async () => {
    const { redisUrl, log, orm } = world.foundation;
    const reader = connectRedis(redisUrl, 'reader', log);
    const commands = connectRedis(redisUrl, 'commands', log);
    await Promise.all([redisReady(reader), redisReady(commands)]);
    // Small batches, so that both have many of the same rounds under way at the same time.
    const stream = openResultStream({ reader, commands, consumer: 'second', batchSize: 7 });
    const second = startResultConsumer({ orm, log, stream });
    const rounds = await Promise.all(Array.from({ length: 3 }, () => world.addRound()));
    const feeds = await Promise.all(
      rounds.map((round) => startedFeed(interviewerOf(round), FEED, { roundId: round.id })),
    );
    const results = rounds.map((round) => Array.from({ length: 150 }, () => anAlert(round)));
    const inTurn = Array.from({ length: 150 }, (_, n) => results.flatMap((ofRound) => ofRound[n] ?? [])).flat();
    for (let from = 0; from < inTurn.length; from += 50) {
      const some = inTurn.slice(from, from + 50);
      await append(...some, ...some.toReversed());
    }
    for (const [n, round] of rounds.entries()) {
      const seen = await take(feeds[n]?.feed as (typeof feeds)[0]['feed'], 150);
      await expectGapless(round, results[n] ?? []);
      expect(seen.map(({ id }) => id)).toEqual((await storedOf(round)).map(({ id }) => id));
      await feeds[n]?.feed.return?.();
    }
    await eventually(async () => (await unacknowledged()) === 0 && (await redis.xlen(keys.results)) === 0);
    expect(await world.sql('select * from audit.broken_links()')).toEqual([]);
    const alerts = (await world.audited()).filter(({ round_id }) => rounds.some(({ id }) => id === round_id));
    expect(alerts).toHaveLength(450);
    reader.disconnect();
    await second.stop();
    commands.disconnect();
  });
});

describe('a batch that was cut off', () => {
  it('by its database session’s end is stored whole at the next try', async () => {
    const round = await world.addRound();
    const { feed } = await startedFeed(interviewerOf(round), FEED, { roundId: round.id });
    const letGo = await world.hold('lock table audit.chains in exclusive mode');
    const results = [anInsight(round.id), anAlert(round), anInsight(round.id)];
    try {
      await appendTogether(...results);
      // It has stored everything and waits to write the audit entry: nothing of it is committed.
      const storing = `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%insights.store_results%'`;
      await eventually(async () => (await world.sql(storing)).length > 0);
      const killed = await world.sql(`select pg_terminate_backend(pid) from (${storing}) as waiting`);
      expect(killed.length).toBeGreaterThan(0);
      expect(await storedOf(round)).toEqual([]);
    } finally {
      await letGo();
    }
    const seen = await take(feed, results.length);
    await expectGapless(round, results);
    expect(seen.map(({ id }) => id)).toEqual((await storedOf(round)).map(({ id }) => id));
    expect((await world.audited()).filter(({ round_id }) => round_id === round.id)).toHaveLength(1);
    await feed.return?.();
  });

  it('between its commit and its acknowledgement is acknowledged by another, and shown once', async () => {
    const round = await world.addRound();
    const { feed } = await startedFeed(interviewerOf(round), FEED, { roundId: round.id });
    const results = [anInsight(round.id), anAlert(round)];
    await readBy('died after its commit', ...results);
    await storeResults(world.foundation.orm, { results, companyOf: () => round.companyId, now: new Date() });
    await eventually(async () => (await unacknowledged()) === 0);
    const marker = anInsight(round.id);
    await append(marker);
    const seen = await take(feed, 3);
    expect(seen.map(({ id }) => id)).toEqual([...results, marker].map(({ id }) => id));
    await expectGapless(round, [...results, marker]);
    expect((await world.audited()).filter(({ round_id }) => round_id === round.id)).toHaveLength(1);
    await feed.return?.();
  });
});

describe('a consumer that keeps the companies of few rounds', () => {
  it('starts anew without letting later results of a round overtake earlier ones', async () => {
    const { redisUrl, log, orm } = world.foundation;
    const [one, other] = [await world.addRound(), await world.addRound()];
    const ofOne = Array.from({ length: 5 }, () => anInsight(one.id));
    const ofOther = anInsight(other.id);
    // In batches of two, the second brings a known round and another.
    await readBy('keeps one', ...ofOne.slice(0, 3), ofOther, ...ofOne.slice(3));
    const reader = connectRedis(redisUrl, 'reader', log);
    const commands = connectRedis(redisUrl, 'commands', log);
    await Promise.all([redisReady(reader), redisReady(commands)]);
    const stream = openResultStream({ reader, commands, consumer: 'keeps one', batchSize: 2 });
    const consumer = startResultConsumer({ orm, stream, log, companiesKept: 0 });
    try {
      await eventually(async () => (await storedOf(one)).length === 5 && (await storedOf(other)).length === 1);
      expect((await storedOf(one)).map(({ id }) => id)).toEqual(ofOne.map(({ id }) => id));
    } finally {
      reader.disconnect();
      await consumer.stop();
      commands.disconnect();
    }
  });
});

describe('a result that cannot be stored', () => {
  /** A text of the contract that PostgreSQL refuses. */
  const poison = (round: RoundAccess) => anInsight(round.id, { explanation: 'a\u0000b' });
  const buried = async (result: InsightResult) =>
    (await redis.xrevrange(keys.deadResults, '+', '-', 'COUNT', 50)).filter(
      ([, fields]) => fields[1] === JSON.stringify(result),
    );

  it('holds up nobody else of its batch, and waits for another try', async () => {
    const round = await world.addRound();
    const { feed } = await startedFeed(interviewerOf(round), FEED, { roundId: round.id });
    const good = [anInsight(round.id), anInsight(round.id)];
    const bad = poison(round);
    await appendTogether(good[0], bad, good[1]);
    expect((await take(feed, 2)).map(({ id }) => id)).toEqual(good.map(({ id }) => id));
    await expectGapless(round, good);
    expect(await buried(bad)).toEqual([]);
    await feed.return?.();
  });

  it('is set aside with the reason after five deliveries', async () => {
    const round = await world.addRound();
    const bad = poison(round);
    await readBy('gave up', bad);
    const [[id] = []] = (await redis.xpending(keys.results, GROUP, '-', '+', 1, 'gave up')) as [string][];
    await redis.call('XCLAIM', keys.results, GROUP, 'gave up', 0, String(id), 'IDLE', 60_000, 'RETRYCOUNT', 4);
    await eventually(async () => (await buried(bad)).length > 0);
    const [[, fields] = []] = await buried(bad);
    expect(fields?.[3]).toContain('unsupported Unicode escape sequence');
    expect(await storedOf(round)).toEqual([]);
    expect(await redis.xpending(keys.results, GROUP, String(id), String(id), 1)).toEqual([]);
  });
});
