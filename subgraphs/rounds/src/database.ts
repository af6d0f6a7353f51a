/** The rounds subgraph's tables and how they came to be. */
import type { SubgraphDatabase } from '@interview/subgraph-kit/database';
import { AuditEvent } from './audit/audit-event.entity.js';
import { Erasure } from './erasure/erasure.entity.js';
import { CreateRounds } from './migrations/2026-11-23-create-rounds.js';
import { EraseCandidates } from './migrations/2026-11-24-erase-candidates.js';
import { FindNoShows } from './migrations/2026-11-24-find-no-shows.js';
import { OpenRooms } from './migrations/2026-11-24-open-rooms.js';
import { Question, Round } from './round.entity.js';

export const roundsDatabase: SubgraphDatabase = {
  name: 'rounds',
  entities: [Round, Question, AuditEvent, Erasure],
  migrations: [
    { name: '2026-11-23-create-rounds', class: CreateRounds },
    { name: '2026-11-24-erase-candidates', class: EraseCandidates },
    { name: '2026-11-24-open-rooms', class: OpenRooms },
    { name: '2026-11-24-find-no-shows', class: FindNoShows },
  ],
};
