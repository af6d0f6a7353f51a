/** How resumes go for good: with the erasure of their candidate, or when they are too old to be kept. */
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { Resume } from './resume.entity.js';
import { lockResumeOf } from './resume-lock.js';
import type { FileStore } from './store/file-store.js';

type Files = Pick<FileStore, 'named' | 'remove'>;

/** Resumes in one transaction of the sweep. */
const PAGE = 200;

/**
 * Removes all that is held of these rounds. Files first, and also those whose row has gone already: what cannot be
 * removed fails the transaction, which is tried again.
 */
export async function eraseResumes(
  tx: SqlEntityManager,
  files: Files,
  { roundIds }: { roundIds: readonly string[] },
): Promise<void> {
  // An upload that is under way is waited for; one that comes later finds no round.
  for (const roundId of roundIds.toSorted()) await lockResumeOf(tx, roundId);
  for (const roundId of roundIds) {
    for (const name of await files.named(`${roundId}_`)) await files.remove(name);
  }
  await removeRows(tx, roundIds);
}

/** Removes up to a page of the resumes made before then. @returns how many went */
export async function sweepResumes(tx: SqlEntityManager, files: Files, before: Date): Promise<number> {
  const old = await tx.find(
    Resume,
    { createdAt: { $lt: before } },
    { fields: ['roundId', 'filePath'], orderBy: { roundId: 'asc' }, limit: PAGE, disableIdentityMap: true },
  );
  for (const { filePath } of old) await files.remove(filePath);
  // By the file's name: a round may have a newer resume since.
  await tx.nativeDelete(Resume, { filePath: { $in: old.map(({ filePath }) => filePath) } });
  return old.length;
}

async function removeRows(tx: SqlEntityManager, roundIds: readonly string[]): Promise<void> {
  await tx.nativeDelete(Resume, { roundId: { $in: [...roundIds] } });
}
