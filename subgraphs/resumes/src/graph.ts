/** Puts the resumes subgraph together: file store, service, graph, routes. */
import { join } from 'node:path';
import { loadSettings } from '@interview/runtime/settings';
import type { SubgraphGraph } from '@interview/subgraph-kit/federation';
import type { Route } from '@interview/subgraph-kit/server';
import type { Foundation } from '@interview/subgraph-kit/start-subgraph';
import { Resume } from './resume.entity.js';
import { roundResolver } from './resume.resolver.js';
import { resumeRoutes } from './resume.routes.js';
import { createResumeService, type ResumeService, sweepStore } from './resume.service.js';
import { Round } from './round.type.js';
import type { FileStore } from './store/file-store.js';
import { folderOf, openFolderStore } from './store/folder-store.js';

export function resumesGraph(service: ResumeService): SubgraphGraph {
  return {
    resolvers: [roundResolver(service)],
    // No root field leads here: the gateway enters by representations only.
    orphanedTypes: [Round, Resume],
    references: {
      Resume: ({ id }, context) => service.byId(context, id),
      // The field decides who may see the resume; that the round exists is rounds' to say.
      Round: ({ id }) => Round.of(id),
    },
  };
}

export interface ResumesOptions {
  store: FileStore;
  /** The largest file that is taken. */
  maxBytes: number;
}

/** The subgraph over a store of the caller's choice. */
export function openResumesOver(
  { orm, log }: Foundation,
  { store, maxBytes }: ResumesOptions,
): SubgraphGraph & { routes: Route[] } {
  const service = createResumeService(store, log);
  return { ...resumesGraph(service), routes: resumeRoutes({ orm, store, service, maxBytes }) };
}

/** With the store and the limit that the settings name. */
export async function openResumes(foundation: Foundation): Promise<SubgraphGraph & { routes: Route[] }> {
  const { orm, log } = foundation;
  const { RESUME_STORE, RESUME_MAX_BYTES, DATA_DIR } = loadSettings(['RESUME_STORE', 'RESUME_MAX_BYTES']);
  const store = await openFolderStore(folderOf(RESUME_STORE ?? `file:${join(DATA_DIR, 'resumes')}`), log);
  // Nothing waits for it, and it comes again with the next start.
  void sweepStore(orm, store).catch((error: unknown) => log.warn({ err: error }, 'the file store could not be swept'));
  return openResumesOver(foundation, { store, maxBytes: RESUME_MAX_BYTES });
}
