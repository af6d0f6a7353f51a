/**
 * How GraphiQL reaches the graph: queries and mutations by POST, subscriptions over graphql-transport-ws, both on
 * `/graphql` of the gateway that served the page, with the same token.
 */
import type { GraphiQLProps } from 'graphiql';
import { getOperationAST, parse } from 'graphql';
import { createClient } from 'graphql-ws';

export type Fetcher = GraphiQLProps['fetcher'];

interface GraphRequest {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string | null;
}

/** `endpoint` is the graph's HTTP address; without a token requests go out bare, and the gateway says what it wants. */
export function createFetcher(endpoint: URL, token: string): Fetcher {
  const authorization = token ? { authorization: `Bearer ${token}` } : undefined;
  const socketAddress = new URL(endpoint);
  socketAddress.protocol = endpoint.protocol === 'https:' ? 'wss:' : 'ws:';
  const feeds = createClient({
    url: socketAddress.href,
    connectionParams: { ...authorization },
    // A person watches: they should see that it ended, not wait for a resumption that would skip events.
    retryAttempts: 0,
  });

  return (request) => {
    // GraphiQL's own type calls variables `any`.
    const { query, variables, operationName } = request as GraphRequest;
    const payload = { query, ...(variables ? { variables } : {}), ...(operationName ? { operationName } : {}) };
    // What comes off the wire is plain JSON, where GraphiQL's type says instances; it prints either.
    if (isSubscription(query, operationName)) return feeds.iterate(payload) as ReturnType<Fetcher>;
    return post(endpoint, payload, { ...authorization });
  };
}

async function post(endpoint: URL, payload: GraphRequest, headers: Record<string, string>) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify(payload),
  });
  return response.json();
}

function isSubscription(query: string, operationName: string | null | undefined): boolean {
  return getOperationAST(parse(query), operationName)?.operation === 'subscription';
}
