/** The gateway as any client sees it: status, data and errors as they come, nothing thrown. */
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';

export interface RawAnswer {
  status: number;
  data: unknown;
  /** `extensions.code` of each error, in order; of the body's `error` where the edge itself refused. */
  codes: string[];
}

interface WireBody {
  data?: unknown;
  errors?: { message: string; extensions?: { code?: string } }[];
  error?: { code?: string };
}

export async function ask(
  gatewayUrl: string,
  token: string | undefined,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<RawAnswer> {
  const response = await fetch(new URL('/graphql', gatewayUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, ...parts((await response.json()) as WireBody) };
}

function parts(body: WireBody): Omit<RawAnswer, 'status'> {
  const codes = (body.errors ?? []).map((error) => error.extensions?.code ?? `no code: ${error.message}`);
  if (body.error) codes.push(body.error.code ?? 'no code');
  return { data: body.data ?? null, codes };
}

/** The first thing that a subscription brings: an event, errors, its end, or the socket's. */
export type FirstWord =
  | { kind: 'event'; data: unknown; codes: string[] }
  | { kind: 'error'; codes: string[] }
  | { kind: 'complete' }
  | { kind: 'closed'; code: number }
  | { kind: 'silence' };

/** Subscribes, takes the first thing that comes, and leaves. Silence is told after `limitMs`. */
export async function firstWord(
  gatewayUrl: string,
  token: string | undefined,
  query: string,
  variables: Record<string, unknown>,
  limitMs = 10_000,
): Promise<FirstWord> {
  const client = socketTo(gatewayUrl, token);
  const first = Promise.withResolvers<FirstWord>();
  const limit = setTimeout(() => first.resolve({ kind: 'silence' }), limitMs);
  client.subscribe(
    { query, variables },
    {
      next: (result) => first.resolve({ kind: 'event', ...parts(result as WireBody) }),
      error: (reason) => first.resolve(ofReason(reason)),
      complete: () => first.resolve({ kind: 'complete' }),
    },
  );
  try {
    return await first.promise;
  } finally {
    clearTimeout(limit);
    await client.dispose();
  }
}

/** A subscription that stays open: what it has brought so far, and its end. */
export interface Followed {
  events: unknown[];
  stop(): Promise<void>;
}

export function follow(
  gatewayUrl: string,
  token: string | undefined,
  query: string,
  variables: Record<string, unknown>,
): Followed {
  const client = socketTo(gatewayUrl, token);
  const events: unknown[] = [];
  client.subscribe(
    { query, variables },
    {
      next: ({ data }) => events.push(data),
      // An event of its own, so that a test that waits for others shows it.
      error: (reason) => events.push(reason),
      complete: () => events.push('complete'),
    },
  );
  return { events, stop: async () => client.dispose() };
}

function socketTo(gatewayUrl: string, token: string | undefined): Client {
  const url = new URL('/graphql', gatewayUrl);
  url.protocol = 'ws:';
  return createClient({
    url: url.href,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...(token ? { connectionParams: { authorization: `Bearer ${token}` } } : {}),
  });
}

/** graphql-ws hands on the errors of an `error` message, or the close event of the socket. */
function ofReason(reason: unknown): FirstWord {
  if (Array.isArray(reason)) return { kind: 'error', codes: parts({ errors: reason }).codes };
  const code = typeof reason === 'object' && reason !== null && 'code' in reason ? reason.code : undefined;
  if (typeof code === 'number') return { kind: 'closed', code };
  throw reason;
}
