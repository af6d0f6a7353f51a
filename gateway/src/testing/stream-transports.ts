/** Subscriptions over HTTP in either format, for tests of what holds for both. */
import { eventsIn, partsIn, StreamClient } from './stream-client.js';
import type { TestGateway } from './test-gateway.js';

export const STREAMED_FEED = `subscription ($roundId: ID!, $after: String) {
  insightAdded(roundId: $roundId, after: $after) { id cursor }
}`;
/** Events of 20 KB. */
export const WIDE_FEED = `subscription ($roundId: ID!, $after: String) {
  insightAdded(roundId: $roundId, after: $after) { id measure(unit: "${'x'.repeat(20_000)}") }
}`;

type Result = { data?: { insightAdded: { id: string } }; errors?: { extensions: { code: string } }[] };

export const TRANSPORTS = {
  sse: {
    path: '/graphql/stream',
    accept: 'text/event-stream',
    heartbeat: '\n:\n\n',
    results: (text: string) =>
      eventsIn(text).flatMap(({ event, data }) => (event === 'next' ? [JSON.parse(data) as Result] : [])),
    isComplete: (text: string) => text.endsWith('event: complete\ndata:\n\n'),
  },
  multipart: {
    path: '/graphql',
    accept: 'multipart/mixed;subscriptionSpec=1.0',
    heartbeat: '\r\n{}\r\n--graphql',
    results: (text: string) =>
      (partsIn(text) as { payload?: Result | null; errors?: Result['errors'] }[]).flatMap(({ payload, errors }) =>
        payload ? [payload] : errors ? [{ errors }] : [],
      ),
    isComplete: (text: string) => text.endsWith('\r\n--graphql--\r\n'),
  },
};
export type Transport = keyof typeof TRANSPORTS;

/** Subscribes to the feed of `r1`. */
export function openStream(
  gateway: TestGateway,
  transport: Transport,
  { query = STREAMED_FEED, after, token }: { query?: string; after?: string; token?: string } = {},
): Promise<StreamClient> {
  const { path, accept } = TRANSPORTS[transport];
  return StreamClient.ask(`${gateway.url}${path}`, {
    body: { query, variables: { roundId: 'r1', after } },
    headers: { accept },
    ...(token ? { token } : {}),
  });
}

/** The value of a metric of the gateway; of one transport, where there are several. */
export async function metricOf(gateway: TestGateway, name: string, transport?: Transport): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  const of = transport ? `transport="${transport}"` : '';
  const line = text.split('\n').find((l) => l.startsWith(`${name}{`) && l.includes(of));
  return Number(line?.split(' ').at(-1));
}
