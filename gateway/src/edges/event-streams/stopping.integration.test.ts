/** How subscriptions over HTTP end when the gateway stops, and how their clients come back. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-sse';
import { Agent, EventSource, type MessageEvent } from 'undici';
import { createInterviewWorld, type InterviewWorld } from '../../testing/interview-world.js';
import { eventsIn, type StreamClient } from '../../testing/stream-client.js';
import {
  metricOf,
  openStream,
  STREAMED_FEED,
  TRANSPORTS,
  type Transport,
  WIDE_FEED,
} from '../../testing/stream-transports.js';
import { startTestGateway, type TestGateway, tokenFor } from '../../testing/test-gateway.js';

let world: InterviewWorld;
let gateway: TestGateway;
const clients: { abort(): void }[] = [];

beforeEach(async () => {
  world = createInterviewWorld();
  await world.start();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.abort();
  await gateway.stop();
  await world.stop();
});

const open = async (transport: Transport, options: Parameters<typeof openStream>[2] = {}): Promise<StreamClient> => {
  const client = await openStream(gateway, transport, options);
  clients.push(client);
  return client;
};
const idsLogged = () => world.log.insights.map((i) => i.id);
const metric = (name: string, transport?: Transport) => metricOf(gateway, name, transport);

describe('a gateway that stops', () => {
  it('ends event streams without `complete`, and parts with an error', async () => {
    gateway = await startTestGateway(world);
    const sse = await open('sse');
    const multipart = await open('multipart');
    await world.insights.until(() => world.insights.open === 1);
    await gateway.stop();
    await Promise.all([sse.ended, multipart.ended]);
    expect(eventsIn(sse.text)).toEqual([]);
    expect(TRANSPORTS.multipart.results(multipart.text)).toMatchObject([
      { errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] },
    ]);
  });

  it('takes no new ones once it closes them, and ends those of readers that do not read', async () => {
    gateway = await startTestGateway(world);
    for (let i = 0; i < 1000; i++) world.log.append('r1');
    const stuck = await open('sse', { query: WIDE_FEED, after: '0' });
    stuck.stopReading();
    // What is caught up is given no more than it takes, so it is not cut before.
    while ((await metric('feed_parked_total')) === 0);
    const unsent = await metric('graphql_stream_unsent_bytes');
    expect(unsent).toBeGreaterThan(64 * 1024);
    expect(unsent).toBeLessThan(1024 * 1024);
    const other = await open('sse');
    const stopped = gateway.stop();
    await other.ended;
    const late = await open('multipart');
    await late.ended;
    expect([late.status, Number(late.headers['retry-after'])]).toEqual([503, 5]);
    await stopped;
    stuck.goOnReading();
    expect(await stuck.ended).toBe(false);
  });

  it('loses nothing for an EventSource, which comes back by itself with the last id', async () => {
    gateway = await startTestGateway(world);
    const { port } = gateway;
    const authorization = `Bearer ${await tokenFor()}`;
    // A browser's own can send no token; of this one the requests can be given it.
    const dispatcher = new Agent().compose(
      (dispatch) => (options, handler) =>
        dispatch({ ...options, headers: { ...(options.headers as Record<string, string>), authorization } }, handler),
    );
    const query = new URLSearchParams({ query: STREAMED_FEED, variables: '{"roundId":"r1"}' });
    const source = new EventSource(`${gateway.url}/graphql/stream?${query}`, { dispatcher });
    clients.push({ abort: () => source.close() });
    const received: string[] = [];
    let watch: () => void = () => undefined;
    source.addEventListener('next', (event) => {
      // What an EventSource names by the stream's event is a MessageEvent.
      received.push(JSON.parse((event as MessageEvent).data).data.insightAdded.id);
      watch();
    });
    source.addEventListener('complete', () => received.push('complete'));
    const come = (count: number) =>
      new Promise<void>((resolve) => {
        watch = () => received.length >= count && resolve();
        watch();
      });
    await world.insights.until(() => world.insights.open === 1);
    for (let i = 0; i < 3; i++) world.log.append('r1');
    await come(3);
    await gateway.stop();
    world.log.append('r1');
    gateway = await startTestGateway(world, { PORT: String(port) });
    world.log.append('r1');
    await come(5);
    expect(received).toEqual(idsLogged());
  }, 20_000);

  it('loses nothing for the official client, which comes back with the last cursor', async () => {
    gateway = await startTestGateway(world);
    const next = await startTestGateway(world);
    const authorization = `Bearer ${await tokenFor()}`;
    let serving = gateway;
    let last: string | undefined;
    const received: string[] = [];
    let watch: () => void = () => undefined;
    const come = (count: number) =>
      new Promise<void>((resolve) => {
        watch = () => received.length >= count && resolve();
        watch();
      });
    const client = createClient({
      url: () => `${serving.url}/graphql/stream`,
      headers: () => ({ authorization, ...(last ? { 'last-event-id': last } : {}) }),
      retry: async () => undefined,
    });
    const note = (what: string) => {
      received.push(what);
      watch();
    };
    client.subscribe<{ insightAdded: { id: string; cursor: string } }>(
      { query: STREAMED_FEED, variables: { roundId: 'r1' } },
      {
        next: ({ data }) => {
          last = data?.insightAdded.cursor;
          note(data?.insightAdded.id ?? 'nothing');
        },
        error: (error) => note(String(error)),
        complete: () => note('complete'),
      },
    );
    await world.insights.until(() => world.insights.open === 1);
    for (let i = 0; i < 3; i++) world.log.append('r1');
    await come(3);
    serving = next;
    const stopped = gateway.stop();
    world.log.append('r1');
    await stopped;
    world.log.append('r1');
    await come(5);
    expect(received).toEqual(idsLogged());
    client.dispose();
    await next.stop();
  });
});
