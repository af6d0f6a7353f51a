/** A client of the REST interface that holds every exchange against the OpenAPI document. */
import type { OpenApiDocument } from '../edges/rest/openapi.js';
import { openApiChecks } from './openapi-checks.js';

export type { OpenApiDocument };

export interface RestAnswer {
  status: number;
  headers: Headers;
  /** Parsed JSON; undefined for anything else. */
  body: unknown;
}

export interface RestRequest {
  /** The whole header; undefined for none. */
  authorization?: string | undefined;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is, with `headers` naming its type. */
  raw?: string | FormData;
  headers?: Record<string, string>;
}

/**
 * Sends a request.
 * @throws Error for an answer that the document does not describe, and for a success of a request that it does not.
 */
export type RestClient = (method: string, path: string, request?: RestRequest) => Promise<RestAnswer>;

/** @param document what the gateway at `baseUrl` serves, or is to serve */
export function restClient(baseUrl: string, document: OpenApiDocument): RestClient {
  const checks = openApiChecks(document);
  return async (method, path, { authorization, json, raw, headers } = {}) => {
    const body = json === undefined ? raw : JSON.stringify(json);
    const response = await fetch(new URL(path, baseUrl), {
      method,
      headers: {
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(authorization === undefined ? {} : { authorization }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const contentType = response.headers.get('content-type');
    const text = await response.text();
    const answered: unknown = contentType?.startsWith('application/json') ? JSON.parse(text) : undefined;
    // As it went over the wire: without what JSON leaves out.
    const sent: unknown = json === undefined || body === undefined ? undefined : JSON.parse(String(body));
    const exchange = { method, path, sent, status: response.status, contentType, answered };
    const problems = checks.answer(exchange);
    if (response.ok && raw === undefined) problems.push(...checks.request(exchange));
    if (problems.length > 0) throw new Error(`Not as described: ${problems.join('; ')}\n${text}`);
    return { status: response.status, headers: response.headers, body: answered };
  };
}
