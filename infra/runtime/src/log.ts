/** One JSON line an event, on stderr: stdout belongs to what a person reads (`ready`, the live feed). */
import { type Logger, pino } from 'pino';

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

export function createLog(service: string, level = process.env['LOG_LEVEL'] ?? 'info'): Logger {
  return pino(
    {
      level,
      base: { service },
      redact: { paths: REDACTED, censor: '[redacted]' },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
