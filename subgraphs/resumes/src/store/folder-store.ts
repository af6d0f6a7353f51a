/**
 * The file store in a folder: `incoming/` for what is on its way, `kept/` for what has a name. Both lie on one
 * file system, so that keeping is one rename. Only the owner of the process may read either.
 */
import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { AppError } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import type { ByteRange, FileStore, ReceivedFile } from './file-store.js';

const OWNER_ONLY_FILE = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

/** `file:<folder>` (relative to the working directory) or `file:///<folder>`. */
export function folderOf(address: string): string {
  return address.startsWith('file://') ? fileURLToPath(address) : resolve(address.replace(/^file:/, ''));
}

export async function openFolderStore(folder: string, log: Logger): Promise<FileStore> {
  const incoming = join(folder, 'incoming');
  const kept = join(folder, 'kept');
  for (const path of [incoming, kept]) await mkdir(path, { recursive: true, mode: OWNER_ONLY_FOLDER });

  return {
    async receive(bytes) {
      const path = join(incoming, randomUUID());
      try {
        const { sizeBytes, sha256 } = await writeDurably(path, bytes);
        return receivedFile(path, kept, sizeBytes, sha256);
      } catch (error) {
        await rm(path, { force: true });
        if (!isWriteFailure(error)) throw error;
        log.error({ err: error }, 'the file store took no file');
        throw new AppError('SERVICE_UNAVAILABLE', 'Files cannot be stored at this moment.');
      }
    },
    read: (name, range) => readIfThere(join(kept, name), range),
    remove: (name) => rm(join(kept, name), { force: true }),
    named: async (beginning) => (await readdir(kept)).filter((name) => name.startsWith(beginning)),
    async leftSince(before) {
      for (const name of await namesBefore(incoming, before)) await rm(join(incoming, name), { force: true });
      return namesBefore(kept, before);
    },
  };
}

async function writeDurably(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  async function* measured() {
    for await (const chunk of bytes) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      yield chunk;
    }
  }
  const file = await open(path, 'wx', OWNER_ONLY_FILE);
  try {
    await file.writeFile(measured());
    await file.sync();
  } finally {
    await file.close();
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}

function receivedFile(path: string, kept: string, sizeBytes: number, sha256: string): ReceivedFile {
  let isKept = false;
  return {
    sizeBytes,
    sha256,
    read: async (range) => streamOf(await open(path, 'r'), range),
    async keep(name) {
      await rename(path, join(kept, name));
      isKept = true;
      await syncFolder(kept);
    },
    async discard() {
      if (!isKept) await rm(path, { force: true });
    },
  };
}

/** A rename is on disk for good only once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readIfThere(path: string, range: ByteRange | undefined): Promise<Readable | null> {
  try {
    return streamOf(await open(path, 'r'), range);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return null;
    throw error;
  }
}

const streamOf = (file: FileHandle, range: ByteRange | undefined): Readable => file.createReadStream(range ?? {});

async function namesBefore(folder: string, before: Date): Promise<string[]> {
  const names: string[] = [];
  for (const name of await readdir(folder)) {
    // Another replica may have removed it since the folder was read.
    const found = await stat(join(folder, name)).catch(() => null);
    if (found && found.mtimeMs < before.getTime()) names.push(name);
  }
  return names;
}

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  typeof error === 'object' && error !== null && 'syscall' in error;

/** Of the disk, not of the stream that was to be written. */
const isWriteFailure = (error: unknown) =>
  isSystemError(error) && ['open', 'write', 'fsync', 'close'].includes(error.syscall ?? '');
