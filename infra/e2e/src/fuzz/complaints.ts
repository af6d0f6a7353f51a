/** What must hold for every answer of the product, whatever it was asked. */
import { ERROR_STATUS } from '@interview/runtime/errors';

export interface Answer {
  /** HTTP status; 0 for an event or error of a feed. */
  status: number;
  /** The body as it came. */
  text: string;
  tookMs: number;
}

/** Codes that a client may be shown while everything runs: the catalogue's and the GraphQL protocol's own. */
const CODES: ReadonlySet<unknown> = new Set([
  ...Object.keys(ERROR_STATUS).filter((code) => code !== 'INTERNAL_ERROR' && code !== 'SERVICE_UNAVAILABLE'),
  ...['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'PERSISTED_QUERY_NOT_FOUND'],
]);

/** What only the inside knows: statements, stacks, hosts, files. */
const INSIDE: readonly RegExp[] = [
  /\b(select|insert into|update|delete from)\b[^.]{0,200}\b(from|values|set|where)\b/i,
  /\b(relation|column|constraint|function) "?[\w.]+"? (does not exist|already exists|violates)/i,
  /syntax error at or near|invalid byte sequence|invalid input syntax|out of range for type|duplicate key value/i,
  /\bat (async )?[\w$.<>[\] ]+ \(|node_modules|\.[cm]?[jt]sx?:\d+/,
  /127\.0\.0\.1|localhost|ECONN|ETIMEDOUT|postgres(ql)?:|redis:|\binterview_(rounds|resumes|insights|verdicts)\b/i,
  /is not a function|Cannot read propert|of undefined|Maximum call stack|Unexpected token .* in JSON at/,
];

/** Longer than any answer takes on a busy machine. */
const TOO_LONG_MS = 10_000;

/**
 * @param question what was asked, as text: it may be repeated in an error
 * @param secrets what only another company may see
 * @returns a sentence for each thing that is wrong; empty when all is well
 */
export function complaintsAbout(question: string, answer: Answer, secrets: readonly string[]): string[] {
  const complaints: string[] = [];
  if (answer.status >= 500) complaints.push(`HTTP ${answer.status}`);
  if (answer.tookMs > TOO_LONG_MS) complaints.push(`it took ${Math.round(answer.tookMs)} ms`);
  for (const { code, message } of errorsOf(answer.text)) {
    if (!CODES.has(code)) complaints.push(`an error with the code ${String(code)}: ${message}`);
    const shown = INSIDE.find((pattern) => pattern.test(message) && !pattern.test(question));
    if (shown) complaints.push(`a message that shows the inside: ${message}`);
  }
  for (const secret of secrets) {
    if (answer.text.includes(secret) && !question.includes(secret))
      complaints.push(`it shows ${secret}, of another company`);
  }
  return complaints;
}

/** Whether a GraphQL answer has anything in it: beside it some fields may be refused. */
export function isAnswered(answer: Answer): boolean {
  const { data } = (jsonOf(answer.text) ?? {}) as { data?: unknown };
  return typeof data === 'object' && data !== null && Object.values(data).some((value) => value !== null);
}

interface WireError {
  code: unknown;
  message: string;
}

interface Wire {
  errors?: { message?: unknown; extensions?: { code?: unknown } }[];
  error?: { message?: unknown; code?: unknown };
}

/** The errors of a GraphQL answer or of a REST one; an answer that is not JSON shows its text as a message. */
function errorsOf(text: string): WireError[] {
  const body = jsonOf(text);
  if (typeof body !== 'object' || body === null) return [];
  const { errors, error } = body as Wire; // any JSON object has these two or has them not
  return [
    ...(Array.isArray(errors) ? errors : []).map((e) => ({ code: e.extensions?.code, message: String(e.message) })),
    ...(error ? [{ code: error.code, message: String(error.message) }] : []),
  ];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A file, or nothing at all.
    return undefined;
  }
}
