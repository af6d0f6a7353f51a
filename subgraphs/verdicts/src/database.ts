/** The verdicts subgraph's table and how it came to be. */
import type { SubgraphDatabase } from '@interview/subgraph-kit/database';
import { CreateVerdicts } from './migrations/2026-11-23-create-verdicts.js';
import { SyncVerdicts } from './migrations/2026-11-24-sync-verdicts.js';
import { Verdict } from './verdict.entity.js';

export const verdictsDatabase: SubgraphDatabase = {
  name: 'verdicts',
  entities: [Verdict],
  migrations: [
    { name: '2026-11-23-create-verdicts', class: CreateVerdicts },
    { name: '2026-11-24-sync-verdicts', class: SyncVerdicts },
  ],
};
