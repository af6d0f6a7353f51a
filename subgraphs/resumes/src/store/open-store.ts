/** The file store that the setting RESUME_STORE names. */
import type { Logger } from '@interview/runtime/log';
import type { FileStore } from './file-store.js';
import { folderOf, openFolderStore } from './folder-store.js';
import { openS3Store, placeOf } from './s3-store.js';

export const openStore = async (address: string, log: Logger): Promise<FileStore> =>
  address.startsWith('s3://') ? openS3Store(placeOf(address), log) : openFolderStore(folderOf(address), log);
