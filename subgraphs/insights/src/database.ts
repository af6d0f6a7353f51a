/** The insights subgraph's tables and how they came to be. */
import type { SubgraphDatabase } from '@interview/subgraph-kit/database';
import { Aggregate } from './aggregate/aggregate.entity.js';
import { AnalyserStatus } from './analyser/analyser-status.entity.js';
import { Insight } from './insight/insight.entity.js';
import { CreateInsights } from './migrations/2026-11-23-create-insights.js';
import { ReviewInsights } from './migrations/2026-11-24-review-insights.js';
import { StoreInOneStatement } from './migrations/2026-11-24-store-in-one-statement.js';
import { Segment } from './segment/segment.entity.js';

export const insightsDatabase: SubgraphDatabase = {
  name: 'insights',
  entities: [Insight, Segment, Aggregate, AnalyserStatus],
  migrations: [
    { name: '2026-11-23-create-insights', class: CreateInsights },
    { name: '2026-11-24-review-insights', class: ReviewInsights },
    { name: '2026-11-24-store-in-one-statement', class: StoreInOneStatement },
  ],
};
