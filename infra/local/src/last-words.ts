/** What a process said last in its log, shortened to the part that tells a person why it ended. */
import { existsSync, readFileSync } from 'node:fs';

const LONGEST = 400;

/** @returns the message of the last JSON line of level error or above, else the last line; ends with a full stop. */
export function lastWords(logPath: string): string {
  if (!existsSync(logPath)) return 'it wrote nothing.';
  const lines = readFileSync(logPath, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const last =
    lines
      .toReversed()
      .map(spoken)
      .find((words) => words !== undefined) ?? lines.at(-1);
  if (last === undefined) return 'it wrote nothing.';
  const short = last.slice(0, LONGEST).trim();
  return short.endsWith('.') ? short : `${short}.`;
}

/** The fields that pino writes; 50 is its level `error`. */
function spoken(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry: { level?: number; msg?: string; reason?: string; err?: { message?: string } } = JSON.parse(line);
    if ((entry.level ?? 0) < 50) return undefined;
    return [entry.msg, entry.reason ?? entry.err?.message].filter(Boolean).join(': ');
  } catch {
    // A line that was cut off when the process was killed.
    return undefined;
  }
}
