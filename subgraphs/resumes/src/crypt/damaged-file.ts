/** What lies in the store is not what was put there. Never an answer to a client: it is ours to mend. */
export class DamagedFileError extends Error {
  override readonly name = 'DamagedFileError';
}
