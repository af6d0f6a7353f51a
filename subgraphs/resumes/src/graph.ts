/** Puts the resumes subgraph together: file store, service, graph, routes. */
import { join } from 'node:path';
import { loadSettings } from '@interview/runtime/settings';
import { eraseOnRequest } from '@interview/subgraph-kit/erasure';
import type { SubgraphGraph } from '@interview/subgraph-kit/federation';
import { startJob } from '@interview/subgraph-kit/job';
import { sweepDaily } from '@interview/subgraph-kit/retention';
import type { Route } from '@interview/subgraph-kit/server';
import type { Foundation } from '@interview/subgraph-kit/start-subgraph';
import { masterKeysFrom } from './crypt/master-key-source.js';
import type { MasterKeys } from './crypt/master-keys.js';
import { encryptEarlierFiles } from './earlier-files.js';
import { ReadingResolver } from './reading/reading.resolver.js';
import { startResumeReader } from './reading/resume-reader.js';
import { storedResumeRoute } from './reading/stored-resume.route.js';
import { Resume } from './resume.entity.js';
import { roundResolver } from './resume.resolver.js';
import { resumeRoutes } from './resume.routes.js';
import { createResumeService, type ResumeService } from './resume.service.js';
import { sweepStore } from './resume-file-sweep.js';
import { rewrapKeys, wrappedKeyOf } from './resume-keys.js';
import { eraseResumes, sweepResumes } from './resume-removal.js';
import { Round } from './round.type.js';
import { clamdScan } from './scan/clamd.js';
import type { MalwareScan } from './scan/malware-scan.js';
import { encryptedStore } from './store/encrypted-store.js';
import type { FileStore } from './store/file-store.js';
import { openStore } from './store/open-store.js';

export function resumesGraph(service: ResumeService): SubgraphGraph {
  return {
    resolvers: [roundResolver(service), ReadingResolver],
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
  /** Where the encrypted bytes lie. */
  files: FileStore;
  masters: MasterKeys;
  /** Without one files are not scanned for malware. */
  scan?: MalwareScan | undefined;
  /** The largest file that is taken. */
  maxBytes: number;
}

/** How often the store is swept. */
const SWEEP_MS = 3600_000;

const encryptedOver = ({ orm, log }: Foundation, { files, masters }: Pick<ResumesOptions, 'files' | 'masters'>) =>
  encryptedStore({ store: files, masters, wrappedKeyOf: (name) => wrappedKeyOf(orm, name), log });

/** The subgraph over a store of the caller's choice. */
export function openResumesOver(
  foundation: Foundation,
  { files, masters, scan, maxBytes }: ResumesOptions,
): SubgraphGraph & { routes: Route[] } {
  const { orm, log, stopper } = foundation;
  const store = encryptedOver(foundation, { files, masters });
  const reader = startResumeReader({ orm, store, log });
  stopper.onStop('resume reader', () => reader.stop());
  const service = createResumeService({ store, scan, reader, log });
  eraseOnRequest(foundation, 'resumes', (tx, erasure) => eraseResumes(tx, store, erasure));
  sweepDaily(foundation, 'resumes', (tx, before) => sweepResumes(tx, store, before));
  const jobs = [
    startJob({ name: 'master key rotation', everyMs: SWEEP_MS, log, run: () => rewrapKeys({ orm, masters, log }) }),
    startJob({ name: 'the sweep of the file store', everyMs: SWEEP_MS, log, run: () => sweepStore(orm, store) }),
  ];
  for (const job of jobs) stopper.onStop('jobs', () => job.stop());
  return {
    ...resumesGraph(service),
    routes: [...resumeRoutes({ orm, store, service, maxBytes }), storedResumeRoute(orm)],
  };
}

/** With what the settings name. */
export async function openResumes(foundation: Foundation): Promise<SubgraphGraph & { routes: Route[] }> {
  const { log } = foundation;
  const settings = loadSettings([
    'RESUME_STORE',
    'RESUME_MAX_BYTES',
    'RESUME_MASTER_KEY',
    'RESUME_MASTER_KEYS_RETIRED',
    'CLAMAV_URL',
  ]);
  const { RESUME_STORE, RESUME_MAX_BYTES, CLAMAV_URL, DATA_DIR } = settings;
  if (!CLAMAV_URL) log.warn('CLAMAV_URL is not set: uploads are not scanned for malware');
  const masters = await masterKeysFrom(settings);
  const files = await openStore(RESUME_STORE ?? `file:${join(DATA_DIR, 'resumes')}`, log);
  const { orm } = foundation;
  await encryptEarlierFiles({ orm, files, store: encryptedOver(foundation, { files, masters }), log });
  return openResumesOver(foundation, {
    masters,
    files,
    scan: CLAMAV_URL ? clamdScan({ url: CLAMAV_URL, log }) : undefined,
    maxBytes: RESUME_MAX_BYTES,
  });
}
