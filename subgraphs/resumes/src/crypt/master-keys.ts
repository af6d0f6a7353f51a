/**
 * Master keys: they wrap the files' own keys and nothing else. One wraps; retired ones still unwrap, until all that
 * they wrapped is wrapped anew (rewrap.ts). A key service can stand behind the same port.
 *
 * Wrapped form: version (1 byte), key id (8), nonce (12), AES-256-GCM of the secret, tag (16). Version, key id and what
 * the secret is bound to are its additional data.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { DamagedFileError } from './damaged-file.js';

export interface MasterKeys {
  /** Of the key that wraps. 8 bytes. */
  readonly currentId: Buffer;
  /** `boundTo`: without the same text it cannot be unwrapped. */
  wrap(secret: Buffer, boundTo: string): Promise<Buffer>;
  /** @throws KeyNotHeldError, DamagedFileError */
  unwrap(wrapped: Uint8Array, boundTo: string): Promise<Buffer>;
}

/** It was wrapped by a master key that is not configured (any more). */
export class KeyNotHeldError extends Error {
  override readonly name = 'KeyNotHeldError';
  readonly keyId: string;
  constructor(keyId: string) {
    super(`The master key ${keyId} is not configured.`);
    this.keyId = keyId;
  }
}

const VERSION = 1;
const ID_AT = 1;
const NONCE_AT = 9;
const SECRET_AT = 21;
const TAG_BYTES = 16;

/** Names a key without telling anything about it. */
const idOf = (key: Buffer) => createHash('sha256').update('resume master key').update(key).digest().subarray(0, 8);

/** Of the key that wrapped it. 8 bytes. */
export const keyIdOf = (wrapped: Uint8Array): Buffer => Buffer.from(wrapped.subarray(ID_AT, NONCE_AT));

/** Each key has 32 bytes. */
export function holdMasterKeys(current: Buffer, retired: readonly Buffer[] = []): MasterKeys {
  const keys = new Map([...retired, current].map((key) => [idOf(key).toString('hex'), key]));
  const currentId = idOf(current);
  return {
    currentId,
    async wrap(secret, boundTo) {
      const head = Buffer.concat([Buffer.of(VERSION), currentId]);
      const nonce = randomBytes(SECRET_AT - NONCE_AT);
      const cipher = createCipheriv('aes-256-gcm', current, nonce).setAAD(Buffer.concat([head, Buffer.from(boundTo)]));
      return Buffer.concat([head, nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
    },
    async unwrap(given, boundTo) {
      const wrapped = Buffer.from(given);
      if (wrapped.length < SECRET_AT + TAG_BYTES || wrapped[0] !== VERSION) {
        throw new DamagedFileError("The file's key is not in a form that is known.");
      }
      const id = keyIdOf(wrapped).toString('hex');
      const key = keys.get(id);
      if (!key) throw new KeyNotHeldError(id);
      const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(NONCE_AT, SECRET_AT), {
        authTagLength: TAG_BYTES,
      }).setAAD(Buffer.concat([wrapped.subarray(0, NONCE_AT), Buffer.from(boundTo)]));
      decipher.setAuthTag(wrapped.subarray(-TAG_BYTES));
      const secret = decipher.update(wrapped.subarray(SECRET_AT, -TAG_BYTES));
      try {
        decipher.final();
      } catch {
        throw new DamagedFileError("The file's key is not as it was wrapped, or belongs to another file.");
      }
      return secret;
    },
  };
}
