/** The error that says what a file holds that is not taken. */
import { AppError } from '@interview/runtime/errors';

/** `what` completes "The resume …": "holds macros". @example throw refusal('is encrypted'); */
export const refusal = (what: string) => new AppError('UNSUPPORTED_MEDIA_TYPE', `The resume ${what}.`);
