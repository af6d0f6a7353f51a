/** A client of the REST interface that holds every exchange against the OpenAPI document. */
import { openApiDocument } from '../edges/rest/openapi.js';
import { openApiChecks } from './openapi-checks.js';

export interface RestAnswer {
  status: number;
  headers: Headers;
  /** Parsed JSON; undefined for anything else. */
  body: unknown;
}

export interface RestRequest {
  /** The whole header; null for none. */
  authorization: string | null;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is, with `headers` naming its type. */
  raw?: string | FormData;
  headers?: Record<string, string>;
}

const checks = openApiChecks(openApiDocument());

/**
 * Sends a request.
 * @throws Error for an answer that the document does not describe, and for a success of a request that it does not.
 */
export async function restRequest(
  baseUrl: string,
  method: string,
  path: string,
  request: RestRequest,
): Promise<RestAnswer> {
  const { authorization, json, raw, headers } = request;
  const response = await fetch(`${baseUrl}${path}`, {
    method,
    headers: {
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(authorization === null ? {} : { authorization }),
      ...headers,
    },
    ...(json === undefined ? (raw === undefined ? {} : { body: raw }) : { body: JSON.stringify(json) }),
  });
  const contentType = response.headers.get('content-type');
  const text = await response.text();
  const body: unknown = contentType?.startsWith('application/json') ? JSON.parse(text) : undefined;
  const exchange = { method, path, sent: json, status: response.status, contentType, answered: body };
  const problems = checks.answer(exchange);
  if (response.ok && raw === undefined) problems.push(...checks.request(exchange));
  if (problems.length > 0) throw new Error(`Not as described: ${problems.join('; ')}\n${text}`);
  return { status: response.status, headers: response.headers, body };
}
