/** The codes of Node's own errors. */

/** Whether the error carries a code that looks so. */
export const hasCode = (error: unknown, code: RegExp): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && code.test(String(error.code));

/** Compressed data that are none, or end too soon. */
export const isZlibError = (error: unknown): boolean => hasCode(error, /^Z_/);
