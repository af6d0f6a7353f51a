import { runSubgraph } from '@interview/subgraph-kit/start-subgraph';
import { verdictsDatabase } from './database.js';
import { verdictsGraph } from './graph.js';

runSubgraph({ database: verdictsDatabase, port: 'VERDICTS_PORT', open: verdictsGraph });
