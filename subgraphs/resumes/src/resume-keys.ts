/** Where files' wrapped keys lie: beside their rows. */
import type { Logger } from '@interview/runtime/log';
import type { MikroORM } from '@mikro-orm/postgresql';
import { KeyNotHeldError, keyIdOf, type MasterKeys } from './crypt/master-keys.js';
import { unwrapSecret, wrapSecret } from './crypt/wrapped-secret.js';
import { Resume } from './resume.entity.js';

/** Null when no resume has this file. */
export async function wrappedKeyOf(orm: MikroORM, filePath: string): Promise<Uint8Array | null> {
  const row = await orm.em.fork().findOne(Resume, { filePath }, { fields: ['wrappedKey'] });
  return row?.wrappedKey ?? null;
}

const PAGE = 200;

/**
 * Wraps anew by the current master key whatever another one wrapped, so that retired keys can be thrown away. Files stay
 * as they are. Any number of replicas may do it at once: a key that has changed meanwhile is left alone.
 */
export async function rewrapKeys({ orm, masters, log }: { orm: MikroORM; masters: MasterKeys; log: Logger }) {
  let rewrapped = 0;
  const unknown = new Map<string, number>();
  for (let page = await keysAfter(orm, ''); page.length > 0; page = await keysAfter(orm, page.at(-1)?.id ?? '')) {
    for (const { id, filePath, wrappedKey } of page) {
      if (keyIdOf(wrappedKey).equals(masters.currentId)) continue;
      try {
        const secret = await unwrapSecret(wrappedKey, filePath, masters);
        const anew = await wrapSecret(secret, filePath, masters);
        rewrapped += await orm.em.fork().nativeUpdate(Resume, { id, wrappedKey }, { wrappedKey: anew });
      } catch (error) {
        if (!(error instanceof KeyNotHeldError)) throw error;
        unknown.set(error.keyId, (unknown.get(error.keyId) ?? 0) + 1);
      }
    }
  }
  const current = masters.currentId.toString('hex');
  if (rewrapped > 0) log.info({ rewrapped, current }, 'keys of files were wrapped by the current master key');
  for (const [keyId, files] of unknown) {
    log.error({ keyId, files }, 'files cannot be read: their master key is not among RESUME_MASTER_KEYS_RETIRED');
  }
}

const keysAfter = (orm: MikroORM, id: string) =>
  orm.em.fork().find(Resume, id ? { id: { $gt: id } } : {}, {
    fields: ['wrappedKey', 'filePath'],
    orderBy: { id: 'asc' },
    limit: PAGE,
  });
