/** The resumes subgraph's table and how it came to be. */
import type { SubgraphDatabase } from '@interview/subgraph-kit/database';
import { CreateResumeFiles } from './migrations/2026-11-23-create-resume-files.js';
import { Resume } from './resume.entity.js';

export const resumesDatabase: SubgraphDatabase = {
  name: 'resumes',
  entities: [Resume],
  migrations: [{ name: '2026-11-23-create-resume-files', class: CreateResumeFiles }],
};
