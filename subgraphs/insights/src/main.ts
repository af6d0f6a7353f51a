import { runSubgraph } from '@interview/subgraph-kit/start-subgraph';
import { insightsDatabase } from './database.js';
import { openInsights } from './graph.js';

runSubgraph({ database: insightsDatabase, port: 'INSIGHTS_PORT', open: openInsights });
