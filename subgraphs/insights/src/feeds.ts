/** The live feeds of a round: insights and segments by sequence, aggregate and metrics as latest states. */
import { AppError, validationFailed } from '@interview/runtime/errors';
import { channels } from '@interview/schema/keys';
import { FeedMessage } from '@interview/schema/messages';
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { guarded } from '@interview/subgraph-kit/feeds/guarded';
import { latestFeed } from '@interview/subgraph-kit/feeds/latest-feed';
import { FeedRegistry, type SequencedSource } from '@interview/subgraph-kit/feeds/sequenced-feed';
import type { Topics } from '@interview/subgraph-kit/feeds/topics';
import { EVALUATORS, loadRoundAccess, type RoundAccess, required } from '@interview/subgraph-kit/round-access';
import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';
import { Aggregate } from './aggregate/aggregate.entity.js';
import { keptItems, requireKept } from './feed-keeping.js';
import { Insight } from './insight/insight.entity.js';
import { type LastSequences, lastSequences } from './results/feed-position.js';
import { reviewFeed } from './review/review.feed.js';
import { Segment } from './segment/segment.entity.js';
import { insightCursor, segmentCursor } from './sequence-cursor.js';

export interface RoundFeeds {
  insights(
    context: SubgraphContext,
    roundId: string,
    after: string | null | undefined,
    accept: (insight: Insight) => boolean,
  ): Promise<AsyncIterableIterator<Insight>>;
  segments(
    context: SubgraphContext,
    roundId: string,
    after: string | null | undefined,
  ): Promise<AsyncIterableIterator<Segment>>;
  /** Each insight that a review changes from now on. */
  reviews(context: SubgraphContext, roundId: string): Promise<AsyncIterableIterator<Insight>>;
  aggregates(
    context: SubgraphContext,
    roundId: string,
    minIntervalMs?: number,
  ): Promise<AsyncIterableIterator<Aggregate>>;
}

/** Open feeds decide access again each at its own time; those of so many milliseconds ask the database together. */
const RECHECKS_TOGETHER_MS = 250;

const REFUSALS = new Set(['ACCESS_DENIED', 'NOT_FOUND']);
const isRefusal = (error: unknown) => error instanceof AppError && REFUSALS.has(error.code);

/** Every feed of a round is handed the same message, which is checked once. */
const known = new WeakMap<object, FeedMessage>();

/** Messages come from our own consumer over Redis; anything else on the topic is ignored. */
function read(message: unknown): FeedMessage {
  if (typeof message !== 'object' || message === null) return {};
  let read = known.get(message);
  if (!read) {
    const parsed = FeedMessage.safeParse(message);
    read = parsed.success ? parsed.data : {};
    known.set(message, read);
  }
  return read;
}

export function createRoundFeeds(orm: MikroORM, topics: Topics): RoundFeeds {
  const fork = () => orm.em.fork() as SqlEntityManager;
  // Every open feed asks at the same moment, every two seconds: together.
  const positions: Positions = new DataLoader((roundIds) => lastSequences(fork(), roundIds), { cache: false });
  const insightFeeds = new FeedRegistry<Insight>(topics, (key) => insightSource(fork, positions, ...keyParts(key)));
  const segmentFeeds = new FeedRegistry<Segment>(topics, (key) => segmentSource(fork, positions, ...keyParts(key)));

  async function allowed(context: SubgraphContext, roundId: string): Promise<RoundAccess> {
    const [round] = await loadRoundAccess(fork(), [roundId]);
    return required(context.viewer, round, EVALUATORS);
  }

  const recheck = new DataLoader<string, RoundAccess | null>((roundIds) => loadRoundAccess(fork(), roundIds), {
    cache: false,
    batchScheduleFn: (ask) => setTimeout(ask, RECHECKS_TOGETHER_MS),
  });
  const stillAllowed = (context: SubgraphContext, roundId: string) => async () =>
    void required(context.viewer, await recheck.load(roundId), EVALUATORS);

  return {
    async insights(context, roundId, after, accept) {
      const round = await allowed(context, roundId);
      const start = readAfter(after, insightCursor.decode);
      if (start !== undefined) await requireKept(fork(), round.id, 'insight', start);
      const reader = await insightFeeds.reader(feedKey(round), { after: start, accept });
      context.startCursor = insightCursor.encode(reader.start);
      return guarded(reader, stillAllowed(context, roundId), isRefusal);
    },
    async segments(context, roundId, after) {
      const round = await allowed(context, roundId);
      const start = readAfter(after, segmentCursor.decode);
      if (start !== undefined) await requireKept(fork(), round.id, 'segment', start);
      const reader = await segmentFeeds.reader(feedKey(round), { after: start });
      context.startCursor = segmentCursor.encode(reader.start);
      return guarded(reader, stillAllowed(context, roundId), isRefusal);
    },
    async reviews(context, roundId) {
      const check = () => allowed(context, roundId);
      const round = await check();
      const concerns = (message: unknown) => read(message).reviewed !== undefined;
      return reviewFeed({ topics, roundId: round.id, fork, check, concerns });
    },
    async aggregates(context, roundId, minIntervalMs) {
      await allowed(context, roundId);
      return latestFeed<Aggregate>({
        topics,
        topic: channels.feed(roundId),
        concerns: (message) => read(message).aggregate === true,
        load: async () => {
          await allowed(context, roundId);
          return fork().findOne(Aggregate, { roundId });
        },
        versionOf: (aggregate) => aggregate.version,
        minIntervalMs,
      });
    },
  };
}

/** A feed's key carries the company, which its rows need and a message does not bring. */
const feedKey = (round: RoundAccess) => `${round.id} ${round.companyId}`;
function keyParts(key: string): [roundId: string, companyId: string] {
  const space = key.indexOf(' ');
  return [key.slice(0, space), key.slice(space + 1)];
}

function readAfter(
  after: string | null | undefined,
  decode: (cursor: string) => number | undefined,
): number | undefined {
  if (after === null || after === undefined) return undefined;
  const sequence = decode(after);
  if (sequence === undefined) throw validationFailed([{ path: 'after', message: 'is not a cursor of this feed' }]);
  return sequence;
}

type Fork = () => SqlEntityManager;
type Positions = DataLoader<string, LastSequences>;

const insightSource = (
  fork: Fork,
  positions: Positions,
  roundId: string,
  companyId: string,
): SequencedSource<Insight> => ({
  topic: channels.feed(roundId),
  read: async (after, limit) =>
    keptItems(
      await fork().find(Insight, { roundId, sequence: { $gt: after } }, { orderBy: { sequence: 'asc' }, limit }),
      after,
      () => requireKept(fork(), roundId, 'insight', after),
    ),
  last: async () => (await positions.load(roundId)).insight,
  sequenceOf: (insight) => insight.sequence,
  storedIn: (message) => (read(message).insights ?? []).map((stored) => Insight.fromStored(stored, companyId)),
});

const segmentSource = (
  fork: Fork,
  positions: Positions,
  roundId: string,
  companyId: string,
): SequencedSource<Segment> => ({
  topic: channels.feed(roundId),
  read: async (after, limit) =>
    keptItems(
      await fork().find(Segment, { roundId, sequence: { $gt: after } }, { orderBy: { sequence: 'asc' }, limit }),
      after,
      () => requireKept(fork(), roundId, 'segment', after),
    ),
  last: async () => (await positions.load(roundId)).segment,
  sequenceOf: (segment) => segment.sequence,
  storedIn: (message) => (read(message).segments ?? []).map((stored) => Segment.fromStored(stored, companyId)),
  passingIn: (message, last) => {
    const { interim } = read(message);
    return interim && Segment.fromInterim(interim, companyId, last);
  },
});
