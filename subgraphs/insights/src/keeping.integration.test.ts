/** What is removed: what is too old, and what is held of an erased candidate, on its way included. */
import { keys } from '@interview/schema/keys';
import type { RoundAccess } from '@interview/subgraph-kit/round-access';
import { describe, expect, it } from '@jest/globals';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { storeResults } from './results/result.store.js';
import { sweepInsights } from './retention.js';
import {
  anAggregate,
  anInsight,
  append,
  aSegment,
  eventually,
  FEED,
  hrOf,
  nextOf,
  ofRounds,
  redis,
  startedFeed,
  storeInsights,
  take,
  useInsightsWorld,
  world,
} from './testing/insights-world.js';

useInsightsWorld();

/** Sessions that wait for a lock, by what they run. */
async function waitingFor(what: string): Promise<number> {
  const waiting = await world.sql(
    `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like ?`,
    [`%${what}%`],
  );
  return waiting.length;
}

const TABLES = ['live_insights', 'transcript_segments', 'insight_aggregates', 'analyser_statuses'];
async function rowsOf(round: RoundAccess): Promise<number[]> {
  const counts = TABLES.map((table) =>
    world.sql<{ n: number }>(`select count(*)::int as n from insights.${table} where round_id = ?`, [round.id]),
  );
  return (await Promise.all(counts)).map(([row]) => row?.n ?? -1);
}
async function aMeasuredRound() {
  const round = await world.addRound();
  const status = { kind: 'status', state: 'OK', detail: null, service: 'speech' } as const;
  const { id, roundId, publishedAtMs } = aSegment(round.id);
  await append(aSegment(round.id), aSegment(round.id), anAggregate(round.id, 1), {
    ...status,
    id,
    roundId,
    publishedAtMs,
  });
  await storeInsights(round, anInsight(round.id), anInsight(round.id), anInsight(round.id));
  await eventually(async () => String(await rowsOf(round)) === '3,2,1,1');
  return round;
}

describe('the sweep', () => {
  const BEFORE = new Date('2020-01-01T00:00:00Z');
  const sweep = async () => {
    const once = () =>
      world.foundation.orm.em.fork().transactional((tx) => sweepInsights(tx as SqlEntityManager, BEFORE));
    while ((await once()) > 0);
  };
  const age = (table: string, column: string, round: RoundAccess, upTo = 1000) =>
    world.sql(
      `update insights.${table} set ${column} = '2019-06-01' where round_id = ? ${table === 'live_insights' || table === 'transcript_segments' ? `and sequence <= ${upTo}` : ''}`,
      [round.id],
    );

  it('removes what is too old and keeps the rest, what was derived from it too', async () => {
    const round = await aMeasuredRound();
    await age('live_insights', 'created_at', round, 2);
    await age('transcript_segments', 'created_at', round);
    await age('insight_aggregates', 'aggregated_at', round);
    await sweep();
    expect(await rowsOf(round)).toEqual([1, 0, 1, 1]);
  });

  it('removes aggregates and statuses of rounds that have nothing left', async () => {
    const round = await aMeasuredRound();
    await age('live_insights', 'created_at', round);
    await age('transcript_segments', 'created_at', round);
    await age('insight_aggregates', 'aggregated_at', round);
    await age('analyser_statuses', 'since', round);
    await sweep();
    expect(await rowsOf(round)).toEqual([0, 0, 0, 0]);
  });

  it('has a feed told that its cursor expired, while a list shows what is kept', async () => {
    const round = await aMeasuredRound();
    const viewer = hrOf(round);
    const { rounds } = await ofRounds<{ insights: { nodes: { cursor: string; id: string }[] } }>(
      viewer,
      [round],
      'insights { nodes { id cursor } }',
    );
    const [first, second, third] = rounds[0]?.insights.nodes ?? [];
    await age('live_insights', 'created_at', round, 2);
    await sweep();
    const expired = world.subscribe(viewer, FEED, { roundId: round.id, after: first?.cursor });
    await expect(expired.next()).rejects.toMatchObject([{ extensions: { code: 'CURSOR_EXPIRED' } }]);
    const { rounds: kept } = await ofRounds(viewer, [round], `insights(after: "${first?.cursor}") { nodes { id } }`);
    expect(kept).toEqual([{ insights: { nodes: [{ id: third?.id }] } }]);
    // Nothing after this one was swept, so the feed goes on from it.
    const feed = world.subscribe(viewer, FEED, { roundId: round.id, after: second?.cursor });
    expect((await nextOf(feed)).id).toBe(third?.id);
    await feed.return?.();
  });

  it('leaves sequences going on where they were', async () => {
    const round = await aMeasuredRound();
    const { feed } = await startedFeed(hrOf(round), FEED, { roundId: round.id });
    await age('live_insights', 'created_at', round);
    await sweep();
    const next = anInsight(round.id);
    await append(next);
    expect((await take(feed, 1)).map(({ id }) => id)).toEqual([next.id]);
    await feed.return?.();
  });
});

describe('erasing a candidate', () => {
  it('removes every row of the rounds, and nothing of another round', async () => {
    const [round, other] = [await aMeasuredRound(), await aMeasuredRound()];
    await world.erase(round);
    expect(await rowsOf(round)).toEqual([0, 0, 0, 0]);
    expect(await world.sql('select 1 from insights.round_feeds where round_id = ?', [round.id])).toEqual([]);
    expect(await rowsOf(other)).toEqual([3, 2, 1, 1]);
  });

  it('removes what lies among the dead results', async () => {
    const round = await world.addRound();
    const other = await world.addRound();
    const wrong = [round, other].map(({ id }) => JSON.stringify({ ...anInsight(id), value: { kind: 'NERVOUS' } }));
    await append(...wrong);
    const dead = async () =>
      (await redis.xrange(keys.deadResults, '-', '+'))
        .map(([, fields]) => fields[1])
        .filter((json) => wrong.includes(json ?? ''));
    await eventually(async () => (await dead()).length === 2);
    await world.erase(round);
    expect(await dead()).toEqual([wrong[1]]);
  });

  it('drops results that come afterwards, and stores those of others in the same batch', async () => {
    const [round, other] = [await aMeasuredRound(), await world.addRound()];
    await world.erase(round);
    const late = [anInsight(round.id), aSegment(round.id), anAggregate(round.id, 9)];
    const { feed } = await startedFeed(hrOf(other), FEED, { roundId: other.id });
    const kept = anInsight(other.id);
    await append(...late, kept);
    expect((await nextOf(feed)).id).toBe(kept.id);
    await feed.return?.();
    const left = async (stream: string) =>
      (await redis.xrange(stream, '-', '+')).filter(([, fields]) => fields.some((field) => field.includes(round.id)));
    await eventually(async () => (await left(keys.results)).length === 0);
    expect(await left(keys.deadResults)).toEqual([]);
    expect(await rowsOf(round)).toEqual([0, 0, 0, 0]);
  });

  it('waits for a batch that is being stored, and removes what it stored', async () => {
    const round = await world.addRound();
    const letGo = await world.hold('lock table audit.chains in exclusive mode');
    // An alert's batch appends to the audit log last: there it waits, with everything stored and nothing committed.
    const alert = anInsight(round.id, { type: 'TAB_SWITCH', severity: 'LOW', value: { phase: 'START' } } as never);
    const batch = { results: [alert], companyOf: () => round.companyId, now: new Date() };
    const storing = storeResults(world.foundation.orm, batch);
    await eventually(async () => (await waitingFor('store_results')) > 0);
    const erasing = world.erase(round);
    await eventually(async () => (await waitingFor('round_feeds')) > 0);
    await letGo();
    await Promise.all([storing, erasing]);
    expect(await rowsOf(round)).toEqual([0, 0, 0, 0]);
  });

  it('ends the round’s open feeds', async () => {
    const round = await aMeasuredRound();
    const { feed } = await startedFeed(hrOf(round), FEED, { roundId: round.id });
    const next = feed.next();
    const ended = expect(next).rejects.toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    await world.erase(round);
    await ended;
  });
});
