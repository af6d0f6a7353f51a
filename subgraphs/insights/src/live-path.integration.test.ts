/** From the durable stream to a subscriber: stored once, in sequence, resumed without gap or repeat. */
import { randomUUID } from 'node:crypto';
import { connectRedis, redisReady } from '@interview/runtime/redis';
import { channels, keys } from '@interview/schema/keys';
import { aViewer, type GraphAnswer } from '@interview/subgraph-kit/testing/subgraph-world';
import { describe, expect, it } from '@jest/globals';
import { GROUP } from './results/result.stream.js';
import {
  anAggregate,
  anInsight,
  append,
  aSegment,
  FEED,
  interviewerOf,
  nextOf,
  redis,
  startedFeed,
  take,
  useInsightsWorld,
  world,
} from './testing/insights-world.js';

useInsightsWorld();

const stored = (roundId: string) =>
  world.sql<{ id: string; sequence: string }>(
    'select id, sequence from insights.live_insights where round_id = ? order by sequence',
    [roundId],
  );

describe('a live feed', () => {
  it('delivers what is stored, in the order of the stream, with the sequence as cursor', async () => {
    const round = await world.addRound();
    const { feed } = await startedFeed(interviewerOf(round), FEED, { roundId: round.id });
    const results = Array.from({ length: 20 }, (_, n) => anInsight(round.id, { timestampMs: n }));
    await append(...results);
    const events = await take(feed, results.length);
    expect(events.map((event) => event.id)).toEqual(results.map((result) => result.id));
    expect((await stored(round.id)).map((row) => Number(row.sequence))).toEqual(results.map((_, n) => n + 1));
    await feed.return?.();
  });

  it('goes on after a cursor with neither gap nor repeat, while new insights keep coming', async () => {
    const round = await world.addRound();
    const viewer = interviewerOf(round);
    const first = await startedFeed(viewer, FEED, { roundId: round.id });
    const before = Array.from({ length: 250 }, () => anInsight(round.id));
    await append(...before);
    const seen = await take(first.feed, 100);
    await first.feed.return?.();
    const during = Array.from({ length: 250 }, () => anInsight(round.id));
    const appending = append(...during);
    const resumed = world.subscribe(viewer, FEED, { roundId: round.id, after: seen.at(-1)?.cursor });
    const rest = await take(resumed, 400);
    await appending;
    const expected = (await stored(round.id)).map((row) => row.id);
    expect([...seen, ...rest].map((event) => event.id)).toEqual(expected);
    await resumed.return?.();
  });

  it('begins where it was when it announced its start, although the first event came before the first read', async () => {
    const round = await world.addRound();
    const viewer = interviewerOf(round);
    const { feed, start } = await startedFeed(viewer, FEED, { roundId: round.id });
    await feed.return?.();
    const missed = anInsight(round.id);
    await append(missed);
    const again = world.subscribe(viewer, FEED, { roundId: round.id, after: start });
    expect((await nextOf(again)).id).toBe(missed.id);
    await again.return?.();
  });

  it('finds by itself what pub/sub lost', async () => {
    const round = await world.addRound();
    const { feed } = await startedFeed(interviewerOf(round), FEED, { roundId: round.id });
    // Stored past the consumer: nobody publishes it.
    const id = randomUUID();
    await world.sql('insert into insights.round_feeds (round_id, last_insight) values (?, 1)', [round.id]);
    await world.sql(
      `insert into insights.live_insights (id, round_id, company_id, sequence, timestamp_ms, insight_type, value, explanation, source)
       values (?, ?, ?, 1, 5, 'HESITATION', '{"kind":"PAUSE"}', 'x', 'speech/1')`,
      [id, round.id, round.companyId],
    );
    expect((await nextOf(feed)).id).toBe(id);
    await feed.return?.();
  });

  it('is not for a candidate, and not there for another company', async () => {
    const round = await world.addRound();
    const candidate = aViewer('CANDIDATE', { id: round.candidateId, companyId: round.companyId });
    for (const [viewer, code] of [
      [candidate, 'ACCESS_DENIED'],
      [aViewer('ADMIN'), 'NOT_FOUND'],
    ] as const) {
      const feed = world.subscribe(viewer, FEED, { roundId: round.id });
      await expect(feed.next()).rejects.toEqual([expect.objectContaining({ extensions: { code } })]);
    }
  });

  it('ends for an interviewer who is no longer assigned', async () => {
    const round = await world.addRound();
    const { feed } = await startedFeed(interviewerOf(round), FEED, { roundId: round.id });
    const next = feed.next();
    await world.changeRound(round.id, { interviewerId: 'somebody-else' });
    await expect(next).rejects.toEqual([expect.objectContaining({ extensions: { code: 'ACCESS_DENIED' } })]);
  });

  it('refuses a cursor that is none', async () => {
    const round = await world.addRound();
    const feed = world.subscribe(interviewerOf(round), FEED, { roundId: round.id, after: 'nonsense' });
    await expect(feed.next()).rejects.toEqual([
      expect.objectContaining({ extensions: expect.objectContaining({ code: 'VALIDATION_FAILED' }) }),
    ]);
  });

  it('shows an interim segment and then its final text, and stores the final one only', async () => {
    const round = await world.addRound();
    const query = 'subscription ($roundId: ID!) { transcriptUpdated(roundId: $roundId) { id text isFinal cursor } }';
    const { feed, start } = await startedFeed(interviewerOf(round), query, { roundId: round.id });
    const final = aSegment(round.id);
    const interim = JSON.stringify({ ...final, isFinal: false, text: 'we had' });
    // A reader that is still catching up is shown no interim text, so it is told as a recogniser tells it: again and again.
    const telling = setInterval(() => void redis.publish(channels.insights('speech'), interim), 50);
    const first = await nextOf(feed, 'transcriptUpdated');
    clearInterval(telling);
    expect(first).toEqual({ id: final.id, text: 'we had', isFinal: false, cursor: start });
    await append(final);
    let last = first;
    while (!('isFinal' in last && last.isFinal)) last = await nextOf(feed, 'transcriptUpdated');
    expect(last).toMatchObject({ id: final.id, text: final.text });
    await feed.return?.();
    const list =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Round { transcript { nodes { id isFinal } } } } }';
    const r = [{ __typename: 'Round', id: round.id }];
    expect(await world.graph(interviewerOf(round), list, { r })).toEqual({
      data: { _entities: [{ transcript: { nodes: [{ id: final.id, isFinal: true }] } }] },
    });
  });

  it('gives the present aggregate first and a newer one when it comes, never an older one', async () => {
    const round = await world.addRound();
    const query =
      'subscription ($roundId: ID!) { aggregateUpdated(roundId: $roundId) { speech { totalHesitations } } }';
    await append(anAggregate(round.id, 3));
    const feed = world.subscribe(interviewerOf(round), query, { roundId: round.id });
    const hesitations = async () => {
      const { value } = await feed.next();
      return (value as GraphAnswer).data?.['aggregateUpdated'];
    };
    expect(await hesitations()).toEqual({ speech: { totalHesitations: 3 } });
    await append(anAggregate(round.id, 2), anAggregate(round.id, 5));
    expect(await hesitations()).toEqual({ speech: { totalHesitations: 5 } });
    await feed.return?.();
  });
});

describe('storing', () => {
  it('keeps one row of a result that arrives twice, late and among others', async () => {
    const round = await world.addRound();
    const [first, second] = [anInsight(round.id), anInsight(round.id)];
    const { feed } = await startedFeed(interviewerOf(round), FEED, { roundId: round.id });
    await append(first, first, second, first);
    const marker = anInsight(round.id);
    await append(marker);
    const events = await take(feed, 3);
    expect(events.map((event) => event.id)).toEqual([first.id, second.id, marker.id]);
    await feed.return?.();
  });

  it('sets aside what is no result and stores the rest', async () => {
    const round = await world.addRound();
    const { feed } = await startedFeed(interviewerOf(round), FEED, { roundId: round.id });
    const good = anInsight(round.id);
    const wrongValue = { ...anInsight(round.id), value: { kind: 'NERVOUS' } };
    await append('{', JSON.stringify(wrongValue), good);
    expect((await nextOf(feed)).id).toBe(good.id);
    const dead = await redis.xrevrange(keys.deadResults, '+', '-', 'COUNT', 50);
    expect(dead.map(([, fields]) => fields[1])).toEqual(expect.arrayContaining(['{', JSON.stringify(wrongValue)]));
    await feed.return?.();
  });

  it('takes over what a consumer that died had read and not acknowledged', async () => {
    const round = await world.addRound();
    const { feed } = await startedFeed(interviewerOf(round), FEED, { roundId: round.id });
    const result = anInsight(round.id);
    // The dead consumer reads before ours can: both wait, whoever is first has it, so it is taken by hand.
    const dead = connectRedis(world.foundation.redisUrl, 'commands', world.foundation.log);
    await redisReady(dead);
    await dead
      .multi()
      .xadd(keys.results, '*', 'json', JSON.stringify(result))
      .xreadgroup('GROUP', GROUP, 'dead', 'COUNT', 10, 'STREAMS', keys.results, '>')
      .exec();
    dead.disconnect();
    expect((await nextOf(feed)).id).toBe(result.id);
    await feed.return?.();
  });
});

describe('reading what is stored', () => {
  const LIST = `query ($r: [_Any!]!, $first: Int, $after: String, $last: Int, $minSeverity: AlertSeverity) {
    _entities(representations: $r) { ... on Round { insights(first: $first, after: $after, last: $last, minSeverity: $minSeverity) {
      nodes { id severity } totalCount pageInfo { hasNextPage hasPreviousPage endCursor } } } } }`;
  const representation = (id: string) => [{ __typename: 'Round', id }];
  interface Page {
    nodes: { id: string }[];
    totalCount: number;
    pageInfo: { hasNextPage: boolean; endCursor: string };
  }
  function page({ data, errors }: GraphAnswer): Page {
    if (!data) throw new Error(JSON.stringify(errors));
    return (data['_entities'] as [{ insights: Page }])[0].insights;
  }

  it('pages forward and backward through the same order', async () => {
    const round = await world.addRound();
    const viewer = interviewerOf(round);
    const results = Array.from({ length: 5 }, (_, n) => anInsight(round.id, { severity: n === 4 ? 'LOW' : 'INFO' }));
    const { feed } = await startedFeed(viewer, FEED, { roundId: round.id });
    await append(...results);
    await take(feed, 5);
    await feed.return?.();
    const ids = results.map((result) => result.id);
    const r = representation(round.id);
    const first = page(await world.graph(viewer, LIST, { r, first: 3 }));
    expect(first.nodes.map((node) => node.id)).toEqual(ids.slice(0, 3));
    expect(first).toMatchObject({ totalCount: 5, pageInfo: { hasNextPage: true } });
    const second = page(await world.graph(viewer, LIST, { r, first: 3, after: first.pageInfo.endCursor }));
    expect(second.nodes.map((node) => node.id)).toEqual(ids.slice(3));
    const tail = page(await world.graph(viewer, LIST, { r, last: 2 }));
    expect(tail.nodes.map((node) => node.id)).toEqual(ids.slice(3));
    const severe = page(await world.graph(viewer, LIST, { r, minSeverity: 'LOW' }));
    expect(severe.nodes.map((node) => node.id)).toEqual(ids.slice(4));
  });

  it('has an end to subscribe after, also while it is empty', async () => {
    const round = await world.addRound();
    const viewer = interviewerOf(round);
    const { pageInfo } = page(await world.graph(viewer, LIST, { r: representation(round.id) }));
    const first = anInsight(round.id);
    await append(first);
    const feed = world.subscribe(viewer, FEED, { roundId: round.id, after: pageInfo.endCursor });
    expect((await nextOf(feed)).id).toBe(first.id);
    await feed.return?.();
  });

  it('answers the services that compute over it, and them alone', async () => {
    const round = await world.addRound();
    const path = `/internal/rounds/${round.id}/feed?afterInsight=0`;
    const service = await world.request(path, null);
    expect(await service.json()).toEqual({ insights: [], segments: [], revision: 0, more: false });
    expect((await world.request(path, interviewerOf(round))).status).toBe(403);
    expect((await fetch(`http://127.0.0.1:${world.port}${path}`)).status).toBe(401);
  });
});

describe('tab visibility', () => {
  const REPORT = `mutation ($roundId: ID!, $timestamp: DateTime!) {
    reportTabVisibility(roundId: $roundId, visible: false, timestamp: $timestamp) }`;
  const timestamp = '2026-11-23T10:00:00.000Z';

  it('reaches the stream of a round that is analysed', async () => {
    const round = await world.addRound();
    const candidate = aViewer('CANDIDATE', { id: round.candidateId, companyId: round.companyId });
    const answer = await world.graph(candidate, REPORT, { roundId: round.id, timestamp });
    expect(answer).toEqual({ data: { reportTabVisibility: true } });
    const entries = await redis.xrange(keys.tab(round.id), '-', '+');
    expect(entries.map(([, fields]) => fields)).toEqual([
      ['visible', '0', 'capturedAtMs', String(Date.parse(timestamp))],
    ]);
  });

  it.each([
    ['without consent', { consentGiven: false }],
    ['in a HUMAN_ONLY round', { mode: 'HUMAN_ONLY' as const }],
  ])('%s is not taken', async (_name, state) => {
    const round = await world.addRound(state);
    const candidate = aViewer('CANDIDATE', { id: round.candidateId, companyId: round.companyId });
    expect(await world.graph(candidate, REPORT, { roundId: round.id, timestamp })).toEqual({
      data: { reportTabVisibility: false },
    });
    expect(await redis.exists(keys.tab(round.id))).toBe(0);
  });
});
