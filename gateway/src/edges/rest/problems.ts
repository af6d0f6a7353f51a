/** What is wrong with a request, by the names that REST gives its fields. */
import { AppError, type FieldProblem, validationFailed } from '@interview/runtime/errors';
import type { z } from 'zod';

/**
 * The parts of a request (query, body), each by its schema.
 * @throws AppError VALIDATION_FAILED naming every wrong field of all parts.
 */
export function checked(
  schemas: Readonly<Record<string, z.ZodObject>>,
  parts: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const problems: FieldProblem[] = [];
  const values: Record<string, unknown> = {};
  for (const [part, schema] of Object.entries(schemas)) {
    const result = schema.safeParse(parts[part], { error: sentence });
    if (result.success) values[part] = result.data;
    else problems.push(...result.error.issues.flatMap((issue) => problemsOf(issue, part)));
  }
  if (problems.length > 0) throw validationFailed(problems);
  return values;
}

function problemsOf(issue: z.core.$ZodIssue, part: string): FieldProblem[] {
  const path = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys') return [{ path: path || part, message: issue.message }];
  const what = part === 'query' ? 'a parameter' : 'a field';
  return issue.keys.map((key) => ({
    path: path ? `${path}.${key}` : key,
    message: `is not ${what} of this request`,
  }));
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a JSON object',
};

/** What completes "<field> …"; undefined leaves the schema's own message. */
function sentence(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.input === undefined) return 'is required';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`;
    case 'invalid_format':
      return issue.format === 'datetime'
        ? 'must be an ISO 8601 instant with offset, e.g. 2026-01-30T09:30:00.000Z (in an address a "+" is written %2B)'
        : undefined;
    case 'too_small':
      return `must ${limit(issue.origin, 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${limit(issue.origin, 'at most', issue.maximum)}`;
    default:
      return undefined;
  }
}

function limit(origin: string, bound: string, value: number | bigint): string {
  if (origin === 'string') return `have ${bound} ${value} characters`;
  if (origin === 'array') return `have ${bound} ${value} entries`;
  return `be ${bound} ${value}`;
}

/** The graph names arguments (`input.overallScore`); a client of REST knows the field alone. */
export function inRestNames(error: unknown): unknown {
  if (!(error instanceof AppError) || !error.details) return error;
  const details = error.details.map(({ path, message }) => ({ path: restName(path), message }));
  return error.code === 'VALIDATION_FAILED'
    ? validationFailed(details)
    : new AppError(error.code, error.message, details);
}

const restName = (path: string) => path.replace(/^input(\.|$)/, '').replace(/\[(\d+)\]/g, '.$1') || 'body';
