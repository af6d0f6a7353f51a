/** What holds for subscriptions over HTTP in either format: how they live, what ends them, and what they share. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FeedClient } from '../../testing/feed-client.js';
import { createInterviewWorld, type InterviewWorld } from '../../testing/interview-world.js';
import { type StreamClient } from '../../testing/stream-client.js';
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

describe.each<Transport>(['sse', 'multipart'])('a subscription over HTTP (%s)', (transport) => {
  const { results, isComplete, heartbeat } = TRANSPORTS[transport];
  const idsIn = (client: StreamClient) => results(client.text).map(({ data }) => data?.insightAdded.id);
  const received = (client: StreamClient, count: number) => client.until((text) => results(text).length >= count);

  it('ends upstream as soon as its client goes away, on a feed where nothing happens', async () => {
    gateway = await startTestGateway(world);
    const client = await open(transport);
    await world.insights.until(() => world.insights.open === 1);
    expect(await metric('graphql_streams', transport)).toBe(1);
    client.abort();
    await world.insights.until(() => world.insights.open === 0);
    expect(await metric('graphql_streams', transport)).toBe(0);
  });

  it('shows that it lives while nothing happens', async () => {
    gateway = await startTestGateway(world, { STREAM_HEARTBEAT_MS: '100' });
    const client = await open(transport);
    await client.until((text) => text.split(heartbeat).length > 4);
    world.log.append('r1');
    await received(client, 1);
    expect(idsIn(client)).toEqual(idsLogged());
  });

  it('goes on when its subgraph is killed and comes back, and loses and repeats nothing', async () => {
    gateway = await startTestGateway(world);
    const client = await open(transport);
    await world.insights.until(() => world.insights.open === 1);
    for (let kill = 1; kill <= 3; kill++) {
      for (let i = 0; i < 20; i++) world.log.append('r1');
      // Cut off in the middle of handing on.
      await received(client, results(client.text).length + 1);
      await world.insights.kill();
      await world.insights.until(() => world.insights.open === 0);
      for (let i = 0; i < 5; i++) world.log.append('r1');
      await world.insights.start();
      await world.insights.until(() => world.insights.open === 1);
    }
    await received(client, idsLogged().length);
    expect(idsIn(client)).toEqual(idsLogged());
    expect(await metric('graphql_stream_events_total', transport)).toBe(75);
    expect(await metric('graphql_stream_sent_bytes_total', transport)).toBeGreaterThan(75 * 50);
  });

  it('is cut for a reader that does not keep up, and the others go on', async () => {
    gateway = await startTestGateway(world);
    const slow = await open(transport, { query: WIDE_FEED });
    const quick = await open(transport);
    await world.insights.until(() => world.insights.open === 2);
    slow.stopReading();
    for (let i = 0; i < 1000; i++) world.log.append('r1');
    // The gateway ends the slow one's feed by itself, while nothing is read.
    await world.insights.until(() => world.insights.open === 1);
    await received(quick, 1000);
    expect(idsIn(quick)).toEqual(idsLogged());
    expect(await metric('graphql_stream_slow_readers_total', transport)).toBe(1);
    slow.goOnReading();
    expect(await slow.ended).toBe(false);
    expect(isComplete(slow.text)).toBe(false);
  });

  it('takes an event of any size when nothing waits for its reader', async () => {
    gateway = await startTestGateway(world);
    const client = await open(transport, {
      query: 'subscription ($roundId: ID!) { insightAdded(roundId: $roundId) { id explanation } }',
    });
    await world.insights.until(() => world.insights.open === 1);
    world.log.append('r1', 'x'.repeat(1_500_000));
    await received(client, 1);
    world.log.append('r1');
    await received(client, 2);
    expect(idsIn(client)).toEqual(idsLogged());
  });

  it('ends with its token, and says so', async () => {
    gateway = await startTestGateway(world);
    const client = await open(transport, { token: await tokenFor({}, 2) });
    expect(await client.ended).toBe(true);
    expect(results(client.text)).toMatchObject([{ errors: [{ extensions: { code: 'INVALID_TOKEN' } }] }]);
    expect(isComplete(client.text)).toBe(true);
    await world.insights.until(() => world.insights.open === 0);
  });

  it('is refused with 429 when its user has too many open, and one that ends makes room', async () => {
    gateway = await startTestGateway(world, { MAX_SUBSCRIPTIONS_PER_USER: '2' });
    const first = await open(transport);
    await open(transport);
    const third = await open(transport);
    await third.ended;
    expect([third.status, Number(third.headers['retry-after'])]).toEqual([429, 5]);
    expect(JSON.parse(third.text)).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
    expect((await open(transport, { token: await tokenFor({ id: 'hank' }) })).status).toBe(200);
    await world.insights.until(() => world.insights.open === 1);
    first.abort();
    // The gateway hears of the end on its own socket, which nothing tells here: asked until there is room.
    let next = await open(transport);
    while (next.status === 429) {
      await next.ended;
      next = await open(transport);
    }
    expect(next.status).toBe(200);
  });

  it('that is refused takes no place', async () => {
    gateway = await startTestGateway(world, { MAX_SUBSCRIPTIONS_PER_USER: '1' });
    for (let i = 0; i < 3; i++) await (await open(transport, { query: 'subscription { nothing }' })).ended;
    expect((await open(transport)).status).toBe(200);
  });

  it('counts as a connection of its user', async () => {
    gateway = await startTestGateway(world, { RATE_LIMIT_SOCKETS_PER_MINUTE: '2' });
    const token = await tokenFor({ id: `counted-${crypto.randomUUID()}` });
    await open(transport, { token });
    await open('sse', { token });
    const third = await open(transport, { token });
    await third.ended;
    expect(third.status).toBe(429);
    const seconds = Number(third.headers['retry-after']);
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(60);
  });

  it('counts as a request of its address', async () => {
    gateway = await startTestGateway(world);
    const client = await open(transport);
    expect(client.headers.ratelimit).toMatch(/^"requests";r=\d+/);
  });
});

describe('equal subscriptions over server-sent events, parts and WebSocket', () => {
  it('share one upstream subscription, and each has its own end', async () => {
    gateway = await startTestGateway(world);
    const socket = await FeedClient.open(gateway.url, await tokenFor());
    socket.subscribe('feed', STREAMED_FEED, { roundId: 'r1' });
    await world.insights.until(() => world.insights.open === 1);
    const [sse, otherSse, multipart] = await Promise.all([open('sse'), open('sse'), open('multipart')]);
    expect([await metric('feed_subscriptions'), await metric('feed_groups')]).toEqual([4, 1]);
    for (let i = 0; i < 10; i++) world.log.append('r1');
    const idsOf = (transport: Transport, { text }: StreamClient) =>
      TRANSPORTS[transport].results(text).map(({ data }) => data?.insightAdded.id);
    await Promise.all([
      sse.until((text) => TRANSPORTS.sse.results(text).length === 10),
      otherSse.until((text) => TRANSPORTS.sse.results(text).length === 10),
      multipart.until((text) => TRANSPORTS.multipart.results(text).length === 10),
      socket.until(() => socket.results('feed').length === 10),
    ]);
    const overSocket = socket
      .results('feed')
      .map(({ data }) => (data as { insightAdded: { id: string } }).insightAdded.id);
    for (const ids of [idsOf('sse', sse), idsOf('sse', otherSse), idsOf('multipart', multipart), overSocket]) {
      expect(ids).toEqual(idsLogged());
    }
    expect(world.insights.opened).toHaveLength(1);

    // Whoever leaves harms nobody; the last one ends it.
    sse.abort();
    socket.close();
    world.log.append('r1');
    await multipart.until((text) => TRANSPORTS.multipart.results(text).length === 11);
    await otherSse.until((text) => TRANSPORTS.sse.results(text).length === 11);
    expect(world.insights.open).toBe(1);
    multipart.abort();
    otherSse.abort();
    await world.insights.until(() => world.insights.open === 0);
  });
});
