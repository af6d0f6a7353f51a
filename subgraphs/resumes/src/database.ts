/** The resumes subgraph's table and how it came to be. */
import type { SubgraphDatabase } from '@interview/subgraph-kit/database';
import { CreateResumeFiles } from './migrations/2026-11-23-create-resume-files.js';
import { CreateCandidateResumes } from './migrations/2026-11-24-create-candidate-resumes.js';
import { EncryptResumeFiles } from './migrations/2026-11-24-encrypt-resume-files.js';
import { ResumeReading } from './reading/reading.entity.js';
import { Resume } from './resume.entity.js';

export const resumesDatabase: SubgraphDatabase = {
  name: 'resumes',
  entities: [Resume, ResumeReading],
  migrations: [
    { name: '2026-11-23-create-resume-files', class: CreateResumeFiles },
    { name: '2026-11-24-encrypt-resume-files', class: EncryptResumeFiles },
    { name: '2026-11-24-create-candidate-resumes', class: CreateCandidateResumes },
  ],
};
