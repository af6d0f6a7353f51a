/**
 * Seals the resume files that came in before files were encrypted, each under a key of its own. It runs before the
 * subgraph serves, so nobody meets a resume that is not there; where there are none it costs one statement.
 */
import { posix } from 'node:path';
import type { Logger } from '@interview/runtime/log';
import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { addUnread } from './reading/reading.queue.js';
import { Resume } from './resume.entity.js';
import type { EncryptedStore } from './store/encrypted-store.js';
import type { FileStore } from './store/file-store.js';

export interface EarlierFilesOptions {
  orm: MikroORM;
  /** Where they lie as they came. */
  files: Pick<FileStore, 'read' | 'remove'>;
  store: Pick<EncryptedStore, 'receive'>;
  log: Logger;
}

interface EarlierRow {
  id: string;
  external_candidate_id: string;
  round_id: string;
  company_id: string;
  file_name: string;
  file_path: string;
  file_url: string;
  mime_type: string;
  created_at: string | Date;
}

/** Any number of replicas may run it at once. A file that cannot be read now ends it, and the next start goes on. */
export async function encryptEarlierFiles(options: EarlierFilesOptions): Promise<void> {
  let sealed = 0;
  for (;;) {
    const path = await options.orm.em.fork().transactional((tx) => sealNext(tx as SqlEntityManager, options));
    if (path === null) break;
    // Only now that its row is gone for good.
    await options.files.remove(path);
    sealed += 1;
  }
  if (sealed > 0) options.log.info({ sealed }, 'resume files from before encryption were sealed');
}

/** Answers where the file lay that was sealed; null when no file waits. */
async function sealNext(tx: SqlEntityManager, { files, store, log }: EarlierFilesOptions): Promise<string | null> {
  const [row] = await tx.execute<EarlierRow[]>(
    `select id, external_candidate_id, round_id, company_id, file_name, file_path, file_url, mime_type, created_at
     from resumes.unencrypted_resume_files order by id limit 1 for update skip locked`,
  );
  if (!row) return null;
  await tx.execute('delete from resumes.unencrypted_resume_files where id = ?', [row.id]);
  const replaced = (await tx.count(Resume, { roundId: row.round_id })) > 0;
  const bytes = replaced ? null : await files.read(row.file_path);
  if (!bytes) {
    if (!replaced) log.error({ resumeId: row.id }, 'a resume has no file any more, and goes');
    return row.file_path;
  }
  const file = await store.receive(bytes);
  const name = `${row.round_id}_${posix.basename(row.file_path)}`;
  const resume: Resume = {
    id: row.id,
    externalCandidateId: row.external_candidate_id,
    roundId: row.round_id,
    companyId: row.company_id,
    fileName: row.file_name,
    filePath: name,
    fileUrl: row.file_url,
    mimeType: row.mime_type,
    sizeBytes: file.sizeBytes,
    sha256: file.sha256,
    wrappedKey: await file.wrappedKey(name),
    createdAt: new Date(row.created_at),
  };
  await tx.insert(Resume, resume);
  await addUnread(tx, resume);
  // A crash from here on leaves a file without a row, which the sweep removes; the row waits for the next start.
  await file.keep(name);
  return row.file_path;
}
