/** Where master keys come from: the settings, or in development a file in DATA_DIR that the first start makes. */
import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SettingsError } from '@interview/runtime/settings';
import { holdMasterKeys, type MasterKeys } from './master-keys.js';

export interface MasterKeySettings {
  NODE_ENV: string;
  DATA_DIR: string;
  RESUME_MASTER_KEY?: string | undefined;
  RESUME_MASTER_KEYS_RETIRED?: readonly string[] | undefined;
}

const FILE = 'resume-master-key';
const KEY_BYTES = 32;

/** @throws SettingsError in production without a key, and where the development key's file is not one. */
export async function masterKeysFrom(settings: MasterKeySettings): Promise<MasterKeys> {
  const retired = (settings.RESUME_MASTER_KEYS_RETIRED ?? []).map((text) => Buffer.from(text, 'base64'));
  if (settings.RESUME_MASTER_KEY) return holdMasterKeys(Buffer.from(settings.RESUME_MASTER_KEY, 'base64'), retired);
  if (settings.NODE_ENV === 'production') {
    throw new SettingsError(
      'Wrong settings: RESUME_MASTER_KEY must be set in production (32 random bytes in base64: openssl rand -base64 32).',
    );
  }
  return holdMasterKeys(await developmentKey(settings.DATA_DIR), retired);
}

/** The same for every process that asks, however many ask at once. */
async function developmentKey(dataDir: string): Promise<Buffer> {
  const path = join(dataDir, FILE);
  const key = (await keyIn(path)) ?? (await makeKey(dataDir, path));
  if (key.length !== KEY_BYTES) throw new SettingsError(`${path} does not hold 32 bytes in base64.`);
  return key;
}

async function keyIn(path: string): Promise<Buffer | undefined> {
  try {
    return Buffer.from(await readFile(path, 'utf8'), 'base64');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Written whole under another name first: a link either makes the whole file or finds another process's. */
async function makeKey(dataDir: string, path: string): Promise<Buffer> {
  await mkdir(dataDir, { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${randomBytes(KEY_BYTES).toString('base64')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  return Buffer.from(await readFile(path, 'utf8'), 'base64');
}
