/**
 * Encryption at rest, over any file store: what goes in is sealed as it streams, what comes out is opened piece by
 * piece. The store below never sees a byte of plaintext, of what is still coming in neither.
 *
 * Each file's key lies wrapped beside its row, not in the store: a file without its row is noise for ever.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { AppError } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import { newFileSecret, openSealed, type SizedSecret, sealedRange, sealFile } from '../crypt/file-cipher.js';
import { KeyNotHeldError, type MasterKeys } from '../crypt/master-keys.js';
import { unwrapSecret, wrapSecret } from '../crypt/wrapped-secret.js';
import type { ByteRange, FileStore, ReceivedFile } from './file-store.js';

export interface EncryptedStore extends FileStore {
  receive(bytes: AsyncIterable<Uint8Array>): Promise<EncryptedFile>;
}

export interface EncryptedFile extends ReceivedFile {
  /**
   * What opens the file once it is kept under this name, wrapped by the master key: to be stored with its row.
   * @throws AppError SERVICE_UNAVAILABLE when the master key cannot be used.
   */
  wrappedKey(name: string): Promise<Buffer>;
}

export interface EncryptedStoreOptions {
  store: FileStore;
  masters: MasterKeys;
  /** What `wrappedKey` answered for the file of this name; null when there is no such file. */
  wrappedKeyOf(name: string): Promise<Uint8Array | null>;
  log: Logger;
}

/**
 * Its `read` answers plaintext. A file that was changed in the store throws DamagedFileError: before the first byte
 * where its first wanted piece was, else the stream breaks off before the changed piece.
 */
export function encryptedStore({ store, masters, wrappedKeyOf, log }: EncryptedStoreOptions): EncryptedStore {
  async function receive(bytes: AsyncIterable<Uint8Array>): Promise<EncryptedFile> {
    const unsized = newFileSecret();
    const hash = createHash('sha256');
    let size = 0;
    async function* measured() {
      for await (const chunk of bytes) {
        hash.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    }
    const received = await store.receive(sealFile(measured(), unsized));
    const secret: SizedSecret = { ...unsized, size };
    return {
      sizeBytes: size,
      sha256: hash.digest('hex'),
      read: async (range) => (await opened(secret, range, (sealed) => received.read(sealed))) ?? gone(),
      wrappedKey: (name) =>
        wrapSecret(secret, name, masters).catch((error: unknown) => {
          log.error({ err: error }, "a file's key could not be wrapped");
          throw unavailable();
        }),
      keep: (name) => received.keep(name),
      discard: () => received.discard(),
    };
  }

  async function read(name: string, range?: ByteRange): Promise<Readable | null> {
    const wrapped = await wrappedKeyOf(name);
    if (!wrapped) return null;
    const secret = await unwrapSecret(wrapped, name, masters).catch((error: unknown) => {
      if (!(error instanceof KeyNotHeldError)) throw error;
      log.error({ err: error, name }, 'a file cannot be read');
      throw unavailable();
    });
    return opened(secret, range, (sealed) => store.read(name, sealed));
  }

  return {
    receive,
    read,
    remove: (name) => store.remove(name),
    named: (beginning) => store.named(beginning),
    leftSince: (before) => store.leftSince(before),
  };
}

/** The first piece is opened before it answers, so that damage there is an error and no half an answer. */
async function opened(
  secret: SizedSecret,
  range: ByteRange | undefined,
  read: (sealed: ByteRange | undefined) => Promise<Readable | null>,
): Promise<Readable | null> {
  const wanted = range && { start: range.start, end: Math.min(range.end, secret.size - 1) };
  if (wanted && wanted.start > wanted.end) return Readable.from([], { objectMode: false });
  const sealed = await read(wanted && sealedRange(wanted, secret));
  if (!sealed) return null;
  const pieces = openSealed(sealed, secret, wanted);
  const first = await pieces.next();
  async function* all() {
    if (!first.done) yield first.value;
    yield* pieces;
  }
  const plain = Readable.from(all(), { objectMode: false });
  // Whoever leaves before the first byte has not started the generator, whose end would close it.
  plain.once('close', () => sealed.destroy());
  return plain;
}

const unavailable = () => new AppError('SERVICE_UNAVAILABLE', 'Files cannot be encrypted or read at this moment.');

function gone(): never {
  throw new Error('A file that came in is no longer in the store.');
}
