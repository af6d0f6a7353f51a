/** One JSON line an event, on stderr: stdout belongs to what a person reads (`ready`, the live feed). */
import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger };

const REDACTED = [
  'token',
  'authorization',
  '*.token',
  '*.authorization',
  'headers.cookie',
  '*.privateNotes',
  'privateNotes',
];

interface DatabaseError extends Error {
  code: string;
  constraint?: string;
  table?: string;
}
/** PostgreSQL's errors carry a SQLSTATE: five digits and capitals. */
const isDatabaseError = (error: unknown): error is DatabaseError =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code);

/**
 * A database error's message repeats the statement and the row, private notes included: of it the log keeps
 * the kind, the constraint and where it happened.
 */
function describeError(error: unknown): unknown {
  if (!isDatabaseError(error)) return error instanceof Error ? pino.stdSerializers.err(error) : error;
  const { name, code, constraint, table } = error;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line));
  return { type: name, code, constraint, table, stack: frames.join('\n') };
}

/** `destination` is stderr unless a test wants to read along. */
export function createLog(
  service: string,
  level = process.env['LOG_LEVEL'] ?? 'info',
  destination: DestinationStream = pino.destination({ fd: 2, sync: true }),
): Logger {
  return pino(
    {
      level,
      base: { service },
      serializers: { err: describeError },
      redact: { paths: REDACTED, censor: '[redacted]' },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    destination,
  );
}
