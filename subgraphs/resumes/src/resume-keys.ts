/** Where files' wrapped keys lie: beside their rows. */
import type { Logger } from '@interview/runtime/log';
import { type MikroORM, raw } from '@mikro-orm/postgresql';
import { DamagedFileError } from './crypt/damaged-file.js';
import { KeyNotHeldError, type MasterKeys } from './crypt/master-keys.js';
import { unwrapSecret, wrapSecret } from './crypt/wrapped-secret.js';
import { Resume } from './resume.entity.js';

/** Null when no resume has this file. */
export async function wrappedKeyOf(orm: MikroORM, filePath: string): Promise<Uint8Array | null> {
  const row = await orm.em.fork().findOne(Resume, { filePath }, { fields: ['wrappedKey'] });
  return row?.wrappedKey ?? null;
}

const PAGE = 200;
/** Of a wrapped key the bytes that name its master key, as SQL counts them. */
const KEY_ID = 'substring(wrapped_key from 2 for 8)';

/**
 * Wraps anew by the current master key whatever another one wrapped, so that retired keys can be thrown away. Files stay
 * as they are. Any number of replicas may do it at once: a key that has changed meanwhile is left alone.
 */
export async function rewrapKeys({ orm, masters, log }: { orm: MikroORM; masters: MasterKeys; log: Logger }) {
  let rewrapped = 0;
  const missing = new Map<string, number>();
  const pageAfter = (id: string | undefined) =>
    orm.em
      .fork()
      .find(
        Resume,
        { [raw(KEY_ID)]: { $ne: masters.currentId }, ...(id === undefined ? {} : { id: { $gt: id } }) },
        { fields: ['wrappedKey', 'filePath'], orderBy: { id: 'asc' }, limit: PAGE },
      );
  for (let page = await pageAfter(undefined); page.length > 0; page = await pageAfter(page.at(-1)?.id)) {
    for (const { id, filePath, wrappedKey } of page) {
      try {
        const secret = await unwrapSecret(wrappedKey, filePath, masters);
        const anew = await wrapSecret(secret, filePath, masters);
        rewrapped += await orm.em.fork().nativeUpdate(Resume, { id, wrappedKey }, { wrappedKey: anew });
      } catch (error) {
        if (error instanceof KeyNotHeldError) missing.set(error.keyId, (missing.get(error.keyId) ?? 0) + 1);
        else if (error instanceof DamagedFileError) log.error({ err: error, resumeId: id }, "a file's key is damaged");
        else throw error;
      }
    }
  }
  const current = masters.currentId.toString('hex');
  if (rewrapped > 0) log.info({ rewrapped, current }, 'keys of files were wrapped by the current master key');
  for (const [keyId, files] of missing) {
    log.error({ keyId, files }, 'files cannot be read: their master key is not among RESUME_MASTER_KEYS_RETIRED');
  }
}
