/** Files in the store that no resume refers to: what a crash between two steps left, and what could not be removed in time. */
import type { MikroORM } from '@mikro-orm/postgresql';
import { Resume } from './resume.entity.js';
import type { FileStore } from './store/file-store.js';

/** Longer than any upload takes, so that what is on its way is left alone. */
const SWEEP_AGE_MS = 3600_000;
/** Of names in one statement. */
const PAGE = 1000;

/** Any number of replicas may sweep at once. */
export async function sweepStore(
  orm: MikroORM,
  store: Pick<FileStore, 'leftSince' | 'remove'>,
  now: Date = new Date(),
): Promise<void> {
  const names = await store.leftSince(new Date(now.getTime() - SWEEP_AGE_MS));
  for (let at = 0; at < names.length; at += PAGE) {
    const page = names.slice(at, at + PAGE);
    const rows = await orm.em.fork().find(Resume, { filePath: { $in: page } }, { fields: ['filePath'] });
    const known = new Set(rows.map((row) => row.filePath));
    for (const name of page) if (!known.has(name)) await store.remove(name);
  }
}
