/**
 * `GET /internal/rounds/:id/feed?afterInsight=&afterSegment=`: what is stored of a round, for the services that
 * compute over it (nlp, aggregator). Services ask for themselves, with the internal key and without a viewer.
 */
import { AppError, notFound, validationFailed } from '@interview/runtime/errors';
import type { StoredFeedPage } from '@interview/schema/messages';
import { isUuid } from '@interview/subgraph-kit/round-access';
import type { Route } from '@interview/subgraph-kit/server';
import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { Insight } from './insight/insight.entity.js';
import { Segment } from './segment/segment.entity.js';

const PAGE = 1000;

export function storedFeedRoute(orm: MikroORM): Route {
  return {
    method: 'GET',
    path: /^\/internal\/rounds\/(?<roundId>[^/]+)\/feed$/,
    async handle({ response, params, query, viewer }) {
      if (viewer) throw new AppError('ACCESS_DENIED', 'This is for services only.');
      const roundId = params['roundId'] ?? '';
      if (!isUuid(roundId)) throw notFound('The round');
      const page = await readStoredFeed(orm.em.fork() as SqlEntityManager, roundId, {
        insight: sequence(query, 'afterInsight'),
        segment: sequence(query, 'afterSegment'),
      });
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(page));
    },
  };
}

async function readStoredFeed(
  em: SqlEntityManager,
  roundId: string,
  after: { insight: number; segment: number },
): Promise<StoredFeedPage> {
  const page = { limit: PAGE, orderBy: { sequence: 'asc' } } as const;
  const [feed] = await em.execute<{ revision: string }[]>(
    'select revision from insights.round_feeds where round_id = ?',
    [roundId],
  );
  const insights = await em.find(Insight, { roundId, sequence: { $gt: after.insight } }, page);
  const segments = await em.find(Segment, { roundId, sequence: { $gt: after.segment } }, page);
  return {
    insights: insights.map((insight) => insight.toStored()),
    segments: segments.map((segment) => segment.toStored()),
    revision: Number(feed?.revision ?? 0),
    more: insights.length === PAGE || segments.length === PAGE,
  };
}

function sequence(query: URLSearchParams, name: string): number {
  const value = Number(query.get(name) ?? 0);
  if (!Number.isSafeInteger(value) || value < 0)
    throw validationFailed([{ path: name, message: 'must be a sequence from 0' }]);
  return value;
}
