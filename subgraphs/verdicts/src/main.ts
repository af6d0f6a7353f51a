import { runSubgraph } from '@interview/subgraph-kit/start-subgraph';
import { verdictsDatabase } from './database.js';
import { openVerdicts } from './graph.js';

runSubgraph({ database: verdictsDatabase, port: 'VERDICTS_PORT', open: openVerdicts });
