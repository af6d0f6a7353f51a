/** The insights subgraph, what services would have found, and how a test follows a feed. */
import { randomUUID } from 'node:crypto';
import { connectRedis, type RedisConnection, redisReady } from '@interview/runtime/redis';
import type { Viewer } from '@interview/runtime/viewer';
import { keys } from '@interview/schema/keys';
import type { AggregateResult, InsightResult, Result, SegmentResult } from '@interview/schema/messages';
import type { RoundAccess } from '@interview/subgraph-kit/round-access';
import {
  aViewer,
  type GraphAnswer,
  openSubgraphWorld,
  type SubgraphWorld,
} from '@interview/subgraph-kit/testing/subgraph-world';
import { afterAll, beforeAll } from '@jest/globals';
import { insightsDatabase } from '../database.js';
import { openInsights } from '../graph.js';

export const FEED = `subscription ($roundId: ID!, $after: String) {
  insightAdded(roundId: $roundId, after: $after) { id type timestampMs cursor round { id } } }`;

export let world: SubgraphWorld;
/** A connection of the test's own. */
export let redis: RedisConnection;

/** Called at the top of a test file: opens the world before its tests and closes it after them. */
export function useInsightsWorld(): void {
  beforeAll(async () => {
    world = await openSubgraphWorld({ database: insightsDatabase, open: openInsights });
    redis = connectRedis(world.foundation.redisUrl, 'commands', world.foundation.log);
    await redisReady(redis);
  });
  afterAll(async () => {
    redis.disconnect();
    await world.close();
  });
}

export const anInsight = (roundId: string, more: Partial<InsightResult> = {}): InsightResult =>
  ({
    kind: 'insight',
    id: randomUUID(),
    roundId,
    service: 'speech',
    publishedAtMs: Date.now(),
    timestampMs: 1000,
    capturedAtMs: Date.now(),
    type: 'HESITATION',
    severity: 'INFO',
    value: { kind: 'PAUSE', durationMs: 2500 },
    explanation: 'Pause of 2.5 s; threshold 2.0 s.',
    source: 'speech/1',
    ...more,
  }) as InsightResult;

export const aSegment = (roundId: string, more: Partial<SegmentResult> = {}): SegmentResult => ({
  kind: 'segment',
  id: randomUUID(),
  roundId,
  service: 'speech',
  publishedAtMs: Date.now(),
  speaker: 'CANDIDATE',
  text: 'we had a problem',
  timestampMs: 500,
  durationMs: 900,
  confidence: 0.8,
  isFinal: true,
  capturedAtMs: Date.now(),
  ...more,
});

export const anAggregate = (roundId: string, insight: number): AggregateResult => ({
  kind: 'aggregate',
  id: randomUUID(),
  roundId,
  service: 'aggregator',
  publishedAtMs: Date.now(),
  upTo: { insight, segment: 0, revision: 0 },
  speech: {
    averageConfidence: null,
    totalHesitations: insight,
    averageResponseTimeMs: null,
    talkRatio: null,
    wordsPerMinute: null,
  },
  video: { engagementScore: null, eyeContactPercentage: null, headMovement: null },
  fraud: { alertsCount: 0, tabSwitches: 0, multipleFacesDetected: false, faceSwitches: 0, backgroundVoices: 0 },
  recommendations: [],
});

export const append = (...results: (Result | string)[]) =>
  Promise.all(
    results.map((result) =>
      redis.xadd(keys.results, '*', 'json', typeof result === 'string' ? result : JSON.stringify(result)),
    ),
  );

export const interviewerOf = (round: RoundAccess): Viewer =>
  aViewer('EMPLOYEE', { id: round.interviewerId ?? '', companyId: round.companyId });

export interface Event {
  id: string;
  cursor: string;
}
export type Feed = AsyncIterableIterator<GraphAnswer>;

/** The next event; the announcement of the start (data null) is passed over. */
export async function nextOf(feed: Feed, field = 'insightAdded'): Promise<Event> {
  for (;;) {
    const { value, done } = await feed.next();
    if (done) throw new Error('The feed ended.');
    if (value.data) return value.data[field] as Event;
  }
}
export async function take(feed: Feed, count: number, field?: string): Promise<Event[]> {
  const events: Event[] = [];
  while (events.length < count) events.push(await nextOf(feed, field));
  return events;
}
/** A feed that has told where it starts, and so misses nothing from here on. */
export async function startedFeed(
  viewer: Viewer,
  query: string,
  variables: Record<string, unknown>,
): Promise<{ feed: Feed; start: string }> {
  const feed = world.subscribe(viewer, query, variables);
  const { value } = await feed.next();
  return { feed, start: (value as { extensions: { cursor: string } }).extensions.cursor };
}

/** Appends insights of a round and waits until they are stored. */
export async function storeInsights(round: RoundAccess, ...results: InsightResult[]): Promise<InsightResult[]> {
  const { feed } = await startedFeed(interviewerOf(round), FEED, { roundId: round.id });
  await append(...results);
  await take(feed, results.length);
  await feed.return?.();
  return results;
}

export const hrOf = (round: RoundAccess): Viewer => aViewer('HR', { companyId: round.companyId });
export const candidateOf = (round: RoundAccess): Viewer =>
  aViewer('CANDIDATE', { id: round.candidateId, companyId: round.companyId });

/** What `_entities` answers for rounds: their selection, in order. */
export async function ofRounds<T>(
  viewer: Viewer,
  rounds: readonly { id: string }[],
  selection: string,
): Promise<{ rounds: T[]; errors: GraphAnswer['errors'] }> {
  const { data, errors } = await world.graph(
    viewer,
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Round { ${selection} } } }`,
    { r: rounds.map(({ id }) => ({ __typename: 'Round', id })) },
  );
  if (!data) throw new Error(JSON.stringify(errors));
  // The selection is the caller's, and so is its type.
  return { rounds: data['_entities'] as T[], errors };
}

export const codes = (answer: { errors?: GraphAnswer['errors'] }) =>
  (answer.errors ?? []).map((error) => error.extensions.code);

/** Asks again and again until the condition holds. */
export async function eventually(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() >= deadline) throw new Error(`Asked in vain: ${condition}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
