/**
 * Which requests the short way takes: plain `POST /graphql` of JSON, as every client sends its operations. Whatever is
 * unusual about one (another method, path, encoding or media type) is the long way's, and so is what its body says
 * besides a document, a name and variables.
 */
import type { IncomingMessage } from 'node:http';
import type { RegisteredOperations } from '../../graph/registered-operations.js';

/** Bodies up to this are taken; documents and variables are small, files have a way of their own. */
export const MAX_BODY_BYTES = 256 * 1024;

const JSON_TYPES: ReadonlySet<string | undefined> = new Set([
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=utf-8',
  'application/json; charset=UTF-8',
  'application/json;charset=UTF-8',
]);

const AS_JSON = 'application/json; charset=utf-8';
const AS_GRAPHQL = 'application/graphql-response+json; charset=utf-8';
/** What common clients accept, and the media type that Apollo Server answers them with. */
const ANSWER_TYPES: ReadonlyMap<string | undefined, string> = new Map([
  [undefined, AS_JSON],
  ['*/*', AS_JSON],
  ['application/json', AS_JSON],
  ['application/json, text/plain, */*', AS_JSON],
  ['application/graphql-response+json', AS_GRAPHQL],
  ['application/graphql-response+json, application/json', AS_GRAPHQL],
  ['application/graphql-response+json,application/json;q=0.9', AS_GRAPHQL],
]);

export interface PlainRequest {
  length: number;
  /** `content-type` of the answer. */
  answerType: string;
}

/** @returns undefined for a request that is the long way's */
export function plainRequest({ method, url, headers }: IncomingMessage): PlainRequest | undefined {
  if (method !== 'POST' || url !== '/graphql' || !JSON_TYPES.has(headers['content-type'])) return undefined;
  if (headers['content-encoding'] !== undefined || headers['transfer-encoding'] !== undefined) return undefined;
  const length = Number(headers['content-length']);
  if (!(length > 0 && length <= MAX_BODY_BYTES)) return undefined;
  const answerType = ANSWER_TYPES.get(headers.accept);
  return answerType === undefined ? undefined : { length, answerType };
}

export interface PlainOperation {
  source: string;
  operationName: string | undefined;
  variables: Readonly<Record<string, unknown>>;
}

/** @returns undefined for a body that is the long way's, be it right or wrong */
export function plainOperation(body: unknown, registered: RegisteredOperations): PlainOperation | undefined {
  if (!isRecord(body)) return undefined;
  const { query, operationName, variables, extensions } = body;
  if (variables !== undefined && variables !== null && !isRecord(variables)) return undefined;
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') return undefined;
  if (extensions !== undefined && extensions !== null && !isRecord(extensions)) return undefined;
  const source = query === undefined ? registeredSource(extensions, registered) : query;
  if (typeof source !== 'string' || (query !== undefined && extensions && 'persistedQuery' in extensions))
    return undefined;
  return { source, operationName: operationName ?? undefined, variables: variables ?? {} };
}

function registeredSource(extensions: unknown, registered: RegisteredOperations): string | undefined {
  if (!isRecord(extensions) || !isRecord(extensions['persistedQuery'])) return undefined;
  const { version, sha256Hash } = extensions['persistedQuery'];
  return version === 1 && typeof sha256Hash === 'string' ? registered.get(sha256Hash) : undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
