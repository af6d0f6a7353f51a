/**
 * What goes wrong, as one class with a code. Codes that the graph answers are listed in the gateway's catalogue;
 * the client adds those of a conversation that did not come about.
 */

/** What the graph answers (`extensions.code`). */
export type GraphErrorCode =
  | 'AUTH_REQUIRED'
  | 'INVALID_TOKEN'
  | 'ACCESS_DENIED'
  | 'NOT_FOUND'
  | 'VALIDATION_FAILED'
  | 'CONFLICT'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'RATE_LIMITED'
  | 'INTERNAL_ERROR'
  | 'SERVICE_UNAVAILABLE'
  | 'CURSOR_EXPIRED'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'PERSISTED_QUERY_NOT_FOUND';

/** `NETWORK_ERROR`: no answer came. `BAD_RESPONSE`: what came is not an answer of the graph. */
export type ClientErrorCode = 'NETWORK_ERROR' | 'BAD_RESPONSE';

/** A newer server may answer a code that this version has no name for. */
export type InterviewErrorCode = GraphErrorCode | ClientErrorCode | (string & {});

/** One wrong field of the input: where it is (`input.overallScore`) and what is wrong with it. */
export interface FieldProblem {
  path: string;
  message: string;
}

/** A GraphQL error as it crosses the wire. */
export interface WireError {
  message: string;
  path?: readonly (string | number)[] | undefined;
  extensions?: Record<string, unknown> | undefined;
}

export interface InterviewErrorParts {
  details?: readonly FieldProblem[] | undefined;
  errors?: readonly WireError[] | undefined;
  data?: unknown;
  retryAfterSeconds?: number | undefined;
  cause?: unknown;
}

/**
 * Every error that the client throws.
 *
 * @example
 * try { await client.mutate(SubmitVerdictDocument, { input }) }
 * catch (error) { if (error instanceof InterviewError && error.code === 'CONFLICT') showTheVerdictThatIsThere() }
 */
export class InterviewError extends Error {
  override readonly name = 'InterviewError';
  readonly code: InterviewErrorCode;
  /** The wrong fields of a VALIDATION_FAILED. */
  readonly details: readonly FieldProblem[] | undefined;
  /** All errors of the answer; the first gives `code` and `message`. */
  readonly errors: readonly WireError[];
  /** What was answered nevertheless: a subgraph that is down takes only its own fields with it. */
  readonly data: unknown;
  /** How long the server asks to be left alone, of a RATE_LIMITED. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: InterviewErrorCode, message: string, parts: InterviewErrorParts = {}) {
    super(message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.code = code;
    this.details = parts.details;
    this.errors = parts.errors ?? [];
    this.data = parts.data;
    this.retryAfterSeconds = parts.retryAfterSeconds;
  }
}

/** The error that stands for a list of GraphQL errors. `parts` is what else the answer held. */
export function fromWireErrors(errors: readonly WireError[], parts: InterviewErrorParts = {}): InterviewError {
  const first = errors[0];
  if (!first) return new InterviewError('BAD_RESPONSE', 'The answer names neither data nor an error.', parts);
  const code = first.extensions?.['code'];
  return new InterviewError(typeof code === 'string' ? code : 'INTERNAL_ERROR', first.message, {
    ...parts,
    errors,
    details: fieldProblems(first.extensions?.['details']),
  });
}

/** Errors of a parsed answer, or undefined where what came has none. */
export function wireErrorsIn(value: unknown): readonly WireError[] | undefined {
  return Array.isArray(value) && value.length > 0 && value.every(isWireError) ? value : undefined;
}

function isWireError(value: unknown): value is WireError {
  return typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string';
}

function fieldProblems(value: unknown): readonly FieldProblem[] | undefined {
  return Array.isArray(value) && value.every(isFieldProblem) ? value : undefined;
}

function isFieldProblem(value: unknown): value is FieldProblem {
  return isWireError(value) && 'path' in value && typeof value.path === 'string';
}
