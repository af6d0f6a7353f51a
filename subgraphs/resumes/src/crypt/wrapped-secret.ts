/** A file's secret as it is stored: wrapped by a master key, bound to the file's name in the store. */
import type { SizedSecret } from './file-cipher.js';
import type { MasterKeys } from './master-keys.js';

const KEY = 32;
const ID = 16;
const PREFIX = 7;
const SIZE = 6;

export function wrapSecret({ key, id, noncePrefix, size }: SizedSecret, name: string, masters: MasterKeys) {
  const sizeBytes = Buffer.alloc(SIZE);
  sizeBytes.writeUIntBE(size, 0, SIZE);
  return masters.wrap(Buffer.concat([key, id, noncePrefix, sizeBytes]), name);
}

/** @throws DamagedFileError, KeyNotHeldError */
export async function unwrapSecret(wrapped: Uint8Array, name: string, masters: MasterKeys): Promise<SizedSecret> {
  const secret = await masters.unwrap(wrapped, name);
  const at = [0, KEY, KEY + ID, KEY + ID + PREFIX] as const;
  return {
    key: secret.subarray(at[0], at[1]),
    id: secret.subarray(at[1], at[2]),
    noncePrefix: secret.subarray(at[2], at[3]),
    size: secret.readUIntBE(at[3], SIZE),
  };
}
