import { runSubgraph } from '@interview/subgraph-kit/start-subgraph';
import { resumesDatabase } from './database.js';
import { openResumes } from './graph.js';

runSubgraph({ database: resumesDatabase, port: 'RESUMES_PORT', open: openResumes });
