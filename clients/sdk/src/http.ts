/** Queries and mutations: one POST as GraphQL over HTTP says, and what its answer means. */
import type { Credentials } from './credentials.js';
import type { InspectedDocument } from './documents.js';
import { fromWireErrors, InterviewError, wireErrorsIn } from './errors.js';

export interface RequestOptions {
  signal?: AbortSignal | undefined;
}

/** An answer as it came: `data` may be incomplete where there are errors. */
export interface Answer<T> {
  data: T | null;
  error: InterviewError | undefined;
}

/** No answer for so long: NETWORK_ERROR (ms). */
const PATIENCE_MS = 30_000;

export class HttpGraph {
  /** Documents whose hash the gateway does not know; undefined where hashes are not wanted. */
  private readonly unknown: Set<string> | undefined;

  constructor(
    private readonly url: string,
    private readonly credentials: Credentials,
    private readonly fetch: typeof globalThis.fetch,
    hashes: boolean,
  ) {
    this.unknown = hashes ? new Set() : undefined;
  }

  /** @throws InterviewError NETWORK_ERROR or BAD_RESPONSE, or what the signal was aborted with */
  async ask<T>(document: InspectedDocument, variables: unknown, { signal }: RequestOptions): Promise<Answer<T>> {
    const { text, operationName } = document;
    const extensions = this.unknown && !this.unknown.has(text) ? await byHash(text) : undefined;
    if (extensions) {
      const answer = await this.post<T>({ operationName, variables, extensions }, signal);
      if (answer.error?.code !== 'PERSISTED_QUERY_NOT_FOUND') return answer;
      this.unknown?.add(text);
    }
    return this.post<T>({ query: text, operationName, variables }, signal);
  }

  private async post<T>(payload: object, signal: AbortSignal | undefined): Promise<Answer<T>> {
    const authorization = await this.credentials.authorization();
    const response = await this.send(
      {
        method: 'POST',
        headers: {
          authorization,
          'content-type': 'application/json',
          accept: 'application/graphql-response+json, application/json;q=0.9',
        },
        body: JSON.stringify(payload),
      },
      signal,
    );
    const body = await readJson(response);
    const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
    const parts = { retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined };
    const errors = wireErrorsIn(body['errors']);
    const data = (body['data'] ?? null) as T | null; // the shape that the document's type promises
    if (errors) return { data, error: fromWireErrors(errors, { ...parts, data }) };
    if (data === null) throw new InterviewError('BAD_RESPONSE', `The server answered ${response.status}.`, parts);
    return { data, error: undefined };
  }

  private async send(init: RequestInit, signal: AbortSignal | undefined): Promise<Response> {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    try {
      return await this.fetch(this.url, { ...init, signal: signal ? AbortSignal.any([signal, patience]) : patience });
    } catch (cause) {
      signal?.throwIfAborted();
      throw new InterviewError('NETWORK_ERROR', 'The server could not be reached.', { cause });
    }
  }
}

async function readJson(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text();
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) return { ...body };
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw new InterviewError('BAD_RESPONSE', `The server answered ${response.status} without JSON.`);
}

/**
 * How a request names its document by the hash of its text (Apollo's protocol of persisted queries); undefined where
 * the platform has no hash function, as browsers on pages without TLS.
 */
async function byHash(text: string): Promise<object | undefined> {
  const { subtle } = globalThis.crypto as { subtle?: typeof globalThis.crypto.subtle };
  if (!subtle) return undefined;
  const digest = new Uint8Array(await subtle.digest('SHA-256', new TextEncoder().encode(text)));
  const sha256Hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { persistedQuery: { version: 1, sha256Hash } };
}
