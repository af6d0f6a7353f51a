/** The resumes subgraph with its store in a folder of the test's own, and what tests do with it. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Viewer } from '@interview/runtime/viewer';
import type { RoundAccess } from '@interview/subgraph-kit/round-access';
import { aViewer, openSubgraphWorld, type SubgraphWorld } from '@interview/subgraph-kit/testing/subgraph-world';
import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals';
import { holdMasterKeys, type MasterKeys } from '../crypt/master-keys.js';
import { resumesDatabase } from '../database.js';
import { openResumesOver } from '../graph.js';
import type { MalwareScan } from '../scan/malware-scan.js';
import type { FileStore } from '../store/file-store.js';
import { openFolderStore } from '../store/folder-store.js';

export const MAX_BYTES = 96 * 1024;
export const MASTER_KEY = Buffer.alloc(32, 7);

export const fixture = (name: string) => readFile(new URL(`../../fixtures/${name}`, import.meta.url));

export let world: SubgraphWorld;
export let folder: string;
/** Where the subgraph's encrypted files lie; a test may put steps of its own between, and a scanner beside. */
export let store: FileStore;
export const throughStore: Partial<FileStore> = {};
export const throughMasters: Partial<MasterKeys> = {};
export const scanner: { scan?: MalwareScan } = {};

/** Called at the top of a test file: opens the world before its tests and closes it after them. */
export function useResumesWorld(): void {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'resumes-'));
    world = await openSubgraphWorld({
      database: resumesDatabase,
      open: async (foundation) => {
        store = await openFolderStore(folder, foundation.log);
        const masters = holdMasterKeys(MASTER_KEY);
        const steerable: FileStore = {
          receive: (bytes) => (throughStore.receive ?? store.receive)(bytes),
          read: (name, range) => (throughStore.read ?? store.read)(name, range),
          remove: (name) => (throughStore.remove ?? store.remove)(name),
          named: (beginning) => store.named(beginning),
          leftSince: (before) => store.leftSince(before),
        };
        return openResumesOver(foundation, {
          files: steerable,
          masters: {
            ...masters,
            wrap: (secret, boundTo) => (throughMasters.wrap ?? masters.wrap)(secret, boundTo),
          },
          scan: async (file) => scanner.scan?.(file),
          maxBytes: MAX_BYTES,
        });
      },
    });
  });
  beforeEach(() => {
    for (const step of Object.keys(throughStore) as (keyof FileStore)[]) delete throughStore[step];
    delete scanner.scan;
    delete throughMasters.wrap;
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });
}

export async function aRound(of: Partial<RoundAccess> = {}) {
  const round = await world.addRound(of);
  const here = { companyId: round.companyId };
  const people = {
    interviewer: aViewer('EMPLOYEE', { ...here, id: round.interviewerId ?? 'nobody' }),
    otherInterviewer: aViewer('EMPLOYEE', here),
    candidate: aViewer('CANDIDATE', { ...here, id: round.candidateId }),
    otherCandidate: aViewer('CANDIDATE', here),
    hr: aViewer('HR', here),
    admin: aViewer('ADMIN', here),
    hrElsewhere: aViewer('HR'),
    namesakeElsewhere: aViewer('CANDIDATE', { id: round.candidateId }),
  };
  return { round, people };
}

export type Part = [name: string, value: string] | [name: string, value: Uint8Array, fileName: string];

function formOf(parts: readonly Part[]): FormData {
  const form = new FormData();
  for (const [name, value, fileName] of parts) {
    if (typeof value === 'string') form.append(name, value);
    // A copy with a buffer of its own, which is what Blob's type asks for.
    else form.append(name, new Blob([new Uint8Array(value)]), fileName);
  }
  return form;
}

export const send = (viewer: Viewer | null, parts: readonly Part[]) =>
  world.request('/files', viewer, { method: 'POST', body: formOf(parts) });

export const partsFor = (round: RoundAccess, content: Uint8Array, fileName: string): Part[] => [
  ['roundId', round.id],
  ['candidateId', round.candidateId],
  ['resume', content, fileName],
];

export async function upload(
  viewer: Viewer,
  round: RoundAccess,
  file = 'resume.pdf',
  fileName = file,
): Promise<string> {
  const response = await send(viewer, partsFor(round, await fixture(file), fileName));
  const body = (await response.json()) as { fileUrl?: string };
  if (response.status !== 201 || !body.fileUrl) throw new Error(JSON.stringify(body));
  return body.fileUrl;
}

/** The path at the subgraph of what a client knows as `/api/resumes/files/…`. */
export const ownPath = (fileUrl: string) => fileUrl.replace('/api/resumes', '');
export const codeOf = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;
export const rowsOf = (round: RoundAccess) =>
  world.sql<Record<string, unknown>>('select * from resumes.candidate_resume_files where round_id = ?', [round.id]);
export const onDisk = async () => ({
  incoming: await readdir(join(folder, 'incoming')),
  kept: (await readdir(join(folder, 'kept'))).sort(),
});

/** Expects a refusal, and that neither a row nor a file came of it. */
export async function expectRefused(send: () => Promise<Response>, round: RoundAccess, status: number, code: string) {
  const before = await onDisk();
  const response = await send();
  const body = (await response.json()) as { error: { code: string; details?: { path: string }[] } };
  expect([response.status, body.error.code]).toEqual([status, code]);
  expect(await onDisk()).toEqual({ ...before, incoming: [] });
  expect(await rowsOf(round)).toEqual([]);
  return body.error;
}
