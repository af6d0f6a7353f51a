/** A subscriber over the gateway's WebSocket, in the protocol that browsers speak. */
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';

export interface Subscriber {
  close(): Promise<void>;
}

export interface Subscription {
  url: string;
  token: string;
  query: string;
  variables: Record<string, unknown>;
  /** Called with the whole `data` of each event. */
  onData: (data: Record<string, unknown>) => void;
}

/**
 * Subscribes, and reports what goes wrong through `failed`: a benchmark whose feed ended measures nothing.
 */
export function subscribe(subscription: Subscription): Subscriber & { failed: Promise<never> } {
  const { url, token, query, variables, onData } = subscription;
  const client: Client = createClient({
    url,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    lazy: true,
  });
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => 'whoever waits for the figures is told');
  let closing = false;
  client.subscribe<Record<string, unknown>>(
    { query, variables },
    {
      next: ({ data, errors }) => {
        if (errors) failure.reject(new Error(`An event came with errors: ${JSON.stringify(errors)}`));
        else if (data) onData(data);
      },
      error: (error) => failure.reject(error instanceof Error ? error : new Error(JSON.stringify(error))),
      complete: () => closing || failure.reject(new Error('The feed ended.')),
    },
  );
  return {
    failed: failure.promise,
    close: async () => {
      closing = true;
      await client.dispose();
    },
  };
}
