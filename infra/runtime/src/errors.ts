/**
 * The catalogue of errors that leave the product. Every one that a client may see is made here, so its code,
 * HTTP status and wording have one home. The graph carries the code in `extensions.code`, REST in its body.
 */
export const ERROR_STATUS = {
  /** No token came with the request. */
  AUTH_REQUIRED: 401,
  /** A token came that cannot be trusted: signature, time, audience, issuer or content. */
  INVALID_TOKEN: 401,
  /** The thing is of the viewer's company, but not for this viewer. */
  ACCESS_DENIED: 403,
  /** There is no such thing in the viewer's company. */
  NOT_FOUND: 404,
  /** The input is wrong; `details` lists every wrong field. */
  VALIDATION_FAILED: 400,
  /** The input is right, but what is there already stands against it. */
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  /** Come again after `Retry-After`. */
  RATE_LIMITED: 429,
  /** Ours to mend; the client learns nothing about the inside. */
  INTERNAL_ERROR: 500,
  /** Something that the answer needs is down; the same request may succeed later. */
  SERVICE_UNAVAILABLE: 503,
  /** `after` lies before what is still kept: start the feed anew. */
  CURSOR_EXPIRED: 410,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** One wrong field: where it is (`input.overallScore`) and what is wrong with it. */
export interface FieldProblem {
  path: string;
  message: string;
}

/** An error that a client may see as it is. Anything else that is thrown becomes INTERNAL_ERROR at the edge. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: readonly FieldProblem[] | undefined;

  constructor(code: ErrorCode, message: string, details?: readonly FieldProblem[]) {
    super(message);
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

export const accessDenied = (message: string) => new AppError('ACCESS_DENIED', message);
export const notFound = (what: string) => new AppError('NOT_FOUND', `${what} was not found.`);
export const conflict = (message: string) => new AppError('CONFLICT', message);

/** All wrong fields at once; the message repeats them for a reader who sees nothing else. */
export function validationFailed(details: readonly FieldProblem[]): AppError {
  const list = details.map((d) => `${d.path}: ${d.message}`).join('; ');
  return new AppError('VALIDATION_FAILED', `The input is not valid. ${list}`, details);
}
