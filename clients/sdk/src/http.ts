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
  constructor(
    private readonly url: string,
    private readonly credentials: Credentials,
    private readonly fetch: typeof globalThis.fetch,
  ) {}

  /** @throws InterviewError NETWORK_ERROR or BAD_RESPONSE, or what the signal was aborted with */
  async ask<T>(document: InspectedDocument, variables: unknown, { signal }: RequestOptions): Promise<Answer<T>> {
    const { text, operationName } = document;
    const authorization = await this.credentials.authorization();
    const response = await this.send(
      {
        method: 'POST',
        headers: {
          authorization,
          'content-type': 'application/json',
          accept: 'application/graphql-response+json, application/json;q=0.9',
        },
        body: JSON.stringify({ query: text, operationName, variables }),
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
