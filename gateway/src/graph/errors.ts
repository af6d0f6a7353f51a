/**
 * What a client sees of an error: message, path, code, and `details` where fields are wrong. Everything else
 * (stack, query, host, name of the subgraph) stays inside, and what is not in the catalogue becomes
 * INTERNAL_ERROR with a neutral message, logged whole.
 */
import { AppError, ERROR_STATUS, type ErrorCode, type FieldProblem } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** Codes of the GraphQL protocol itself, which clients know by these names. */
const PROTOCOL_CODES: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'PERSISTED_QUERY_NOT_FOUND',
]);

/** Codes by which Apollo Server and subgraphs call a request that is wrong in itself. */
const BAD_REQUEST_CODES: ReadonlySet<unknown> = new Set([
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
]);

export const NEUTRAL_MESSAGE = 'Something went wrong on our side.';

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_STATUS, code);
}

/** An AppError in the form that the graph carries. */
export function toGraphQLError(error: AppError): GraphQLError {
  return new GraphQLError(error.message, {
    extensions: { code: error.code, ...(error.details ? { details: error.details } : {}) },
  });
}

/**
 * Cuts an error down to what may leave.
 * @param formatted the error as a client would see it by default
 * @param original what was thrown, for the log
 */
export function publicError(formatted: GraphQLFormattedError, original: unknown, log: Logger): GraphQLFormattedError {
  const place = {
    ...(formatted.locations ? { locations: formatted.locations } : {}),
    ...(formatted.path ? { path: formatted.path } : {}),
  };
  const { code, details } = formatted.extensions ?? {};
  if (PROTOCOL_CODES.has(code)) return { message: formatted.message, ...place, extensions: { code } };
  if (BAD_REQUEST_CODES.has(code)) {
    const problem = variableProblem(formatted.message);
    return {
      message: formatted.message,
      ...place,
      extensions: { code: 'VALIDATION_FAILED', ...(problem ? { details: [problem] } : {}) },
    };
  }
  if (isErrorCode(code) && code !== 'INTERNAL_ERROR') {
    const problems = fieldProblems(details);
    return { message: formatted.message, ...place, extensions: { code, ...(problems ? { details: problems } : {}) } };
  }
  log.error({ err: causeOf(original), path: formatted.path, message: formatted.message }, 'internal error');
  return { message: NEUTRAL_MESSAGE, ...place, extensions: { code: 'INTERNAL_ERROR' } };
}

/** The same for what was thrown outside Apollo Server. */
export function publicErrorOf(error: unknown, log: Logger): GraphQLFormattedError {
  if (error instanceof AppError) return toGraphQLError(error).toJSON();
  if (error instanceof GraphQLError) return publicError(error.toJSON(), error, log);
  return publicError({ message: error instanceof Error ? error.message : String(error) }, error, log);
}

function causeOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? error.originalError : error;
}

/** `details` of a subgraph's error, if they have the catalogue's form. */
function fieldProblems(details: unknown): FieldProblem[] | undefined {
  if (!Array.isArray(details)) return undefined;
  const problems = details.flatMap((d: { path?: unknown; message?: unknown } | null) =>
    typeof d?.path === 'string' && typeof d.message === 'string' ? [{ path: d.path, message: d.message }] : [],
  );
  return problems.length > 0 ? problems : undefined;
}

/** Reads graphql-js's sentence on a variable that does not coerce: it carries the place in words only. */
export function variableProblem(message: string): FieldProblem | undefined {
  // The value stands in the sentence too, whatever it holds: a place is looked for first.
  const invalid =
    /^Variable "\$(\w+)" got invalid value [\s\S]* at "(\1[\w.[\]]*)"; ([\s\S]+)$/.exec(message) ??
    /^Variable "\$(\w+)" got invalid value [\s\S]*?(); ([\s\S]+)$/.exec(message);
  if (invalid) {
    const [, variable = '', at, reason = ''] = invalid;
    const place = at || variable;
    const field = /^Field "(\w+)"/.exec(reason)?.[1];
    return { path: field ? `${place}.${field}` : place, message: reason };
  }
  const missing = /^Variable "\$(\w+)" of (?:required|non-null) type "([^"]+)" (.+)$/.exec(message);
  if (missing) return { path: missing[1] ?? '', message: `${missing[2]} is required; it ${missing[3]}` };
  return undefined;
}
