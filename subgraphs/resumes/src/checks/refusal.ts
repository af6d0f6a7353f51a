/** The errors that say what is wrong with a file. */
import { AppError } from '@interview/runtime/errors';

/** `what` completes "The resume …": "holds macros". @example throw refusal('is encrypted'); */
export const refusal = (what: string) => new AppError('UNSUPPORTED_MEDIA_TYPE', `The resume ${what}.`);

/** A strict reading of a PDF ended here; it may be merely broken. `what` completes "The resume …", for when the file is not taken. */
export class DamagedPdf extends Error {
  override readonly name = 'DamagedPdf';
  readonly what: string;
  constructor(what: string) {
    super(what);
    this.what = what;
  }
}
