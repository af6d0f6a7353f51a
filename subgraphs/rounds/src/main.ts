import { runSubgraph } from '@interview/subgraph-kit/start-subgraph';
import { roundsDatabase } from './database.js';
import { openRounds } from './graph.js';

runSubgraph({ database: roundsDatabase, port: 'ROUNDS_PORT', open: openRounds });
