import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createLog } from '@interview/runtime/log';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { WebSocket } from 'ws';
import { FeedClient } from '../../testing/feed-client.js';
import { createInterviewWorld, type InterviewWorld } from '../../testing/interview-world.js';
import { startTestGateway, type TestGateway, tokenFor } from '../../testing/test-gateway.js';
import { graphqlWs } from './graphql-ws.js';
import { createFeedSocketMetrics } from './metrics.js';

const FEED = 'subscription ($roundId: ID!) { insightAdded(roundId: $roundId) { id explanation } }';

describe('subscriptions over WebSocket', () => {
  let world: InterviewWorld;
  let gateway: TestGateway;
  const clients: FeedClient[] = [];

  beforeAll(async () => {
    world = createInterviewWorld();
    await world.start();
    gateway = await startTestGateway(world, { MAX_SUBSCRIPTIONS_PER_SOCKET: '5' });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await world.insights.until(() => world.insights.open === 0);
  });
  afterAll(async () => {
    await gateway.stop();
    await world.stop();
  });

  const kept = (client: FeedClient) => {
    clients.push(client);
    return client;
  };
  const open = async (ttlSeconds = 3600, person: Parameters<typeof tokenFor>[0] = {}) =>
    kept(await FeedClient.open(gateway.url, await tokenFor(person, ttlSeconds)));

  it('are refused to a page from elsewhere, before the upgrade', async () => {
    await expect(FeedClient.connect(gateway.url, { origin: 'http://evil.example' })).rejects.toThrow('403');
    await expect(FeedClient.connect(gateway.url, { origin: 'null' })).rejects.toThrow('403');
    kept(await FeedClient.connect(gateway.url, { origin: 'http://localhost:5173' }));
    kept(await FeedClient.connect(gateway.url, { origin: gateway.url }));
  });

  it('need the token before anything else', async () => {
    const client = kept(await FeedClient.connect(gateway.url));
    client.subscribe('feed', FEED, { roundId: 'r' });
    expect(await client.closed).toMatchObject({ code: 4401 });
    expect(world.insights.opened.filter((o) => o.variables['roundId'] === 'r')).toEqual([]);
  });

  it('end when the token does', async () => {
    const client = await open(1);
    client.subscribe('feed', FEED, { roundId: 'r' });
    expect(await client.closed).toEqual({ code: 4403, reason: 'INVALID_TOKEN' });
  });

  it('go on after the end of a token that was renewed by a ping', async () => {
    const shortLived = await tokenFor({}, 1);
    const client = kept(await FeedClient.open(gateway.url, shortLived));
    const other = kept(await FeedClient.open(gateway.url, shortLived));
    client.subscribe('feed', FEED, { roundId: 'renewed' });
    client.send({ type: 'ping', payload: { authorization: `Bearer ${await tokenFor({}, 3600)}` } });
    await client.message('pong');
    // The socket beside it tells that the first token has ended.
    await other.closed;
    world.log.append('renewed');
    await client.message('next', 'feed');
  });

  it.each([
    ['a bad token', async () => 'Bearer x.y.z'],
    ['somebody else’s token', async () => `Bearer ${await tokenFor({ id: 'mallory' })}`],
    ['a token of another role', async () => `Bearer ${await tokenFor({ role: 'ADMIN' })}`],
  ])('end when they are renewed by %s', async (_what, authorization) => {
    const client = await open();
    client.send({ type: 'ping', payload: { authorization: await authorization() } });
    expect(await client.closed).toMatchObject({ code: 4403 });
  });

  it('are limited in number for each socket, and one that ends makes room', async () => {
    const client = await open();
    for (let i = 1; i <= 6; i++) client.subscribe(`f${i}`, FEED, { roundId: 'many' });
    const { payload } = await client.message('error', 'f6');
    expect(payload).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    client.send({ type: 'complete', id: 'f1' });
    client.subscribe('f7', FEED, { roundId: 'another' });
    await world.insights.until(() => world.log.followed.includes('another'));
    world.log.append('another');
    await client.message('next', 'f7');
  });

  it('end a socket that asks for too much too fast, whatever becomes of what it asks', async () => {
    const bounded = await startTestGateway(world, { RATE_LIMIT_SUBSCRIBES_PER_MINUTE: '3' });
    const client = kept(await FeedClient.open(bounded.url, await tokenFor()));
    for (let i = 1; i <= 4; i++) client.subscribe(`f${i}`, 'subscription { nothing }');
    expect(await client.closed).toEqual({ code: 1013, reason: 'RATE_LIMITED' });
    expect(client.messages.filter(({ type }) => type === 'error')).toHaveLength(3);
    await bounded.stop();
  });

  it('answer a renewal without the token, however deep what came with it', async () => {
    const client = await open();
    const authorization = `Bearer ${await tokenFor({}, 3600)}`;
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    client.send(`{"type":"ping","payload":{"authorization":"${authorization}","deep":${deep}}}`);
    expect(await client.message('pong')).toEqual({ type: 'pong' });
    client.send(`{"type":"ping","payload":{"deep":${deep}}}`);
    expect(await client.closed).toMatchObject({ code: 4500 });
    await open();
  });

  it('take no id that would weigh more than what it names', async () => {
    const client = await open();
    client.subscribe('i'.repeat(257), FEED, { roundId: 'r' });
    expect(await client.closed).toMatchObject({ code: 4400 });
  });

  it('end upstream at once when the client breaks the protocol of WebSockets and then says nothing', async () => {
    const client = await open();
    client.subscribe('feed', FEED, { roundId: 'broken off' });
    await world.insights.until(() => world.insights.open === 1);
    // A frame of a kind that does not exist; nothing is read or closed afterwards.
    const stream = (client.socket as unknown as { _socket: Socket })._socket; // `ws` keeps it so
    stream.removeAllListeners('data').pause();
    stream.write(Buffer.of(0x83, 0x80, 0, 0, 0, 0));
    await world.insights.until(() => world.insights.open === 0);
  });

  it('take no message that is too large', async () => {
    const client = await open();
    client.subscribe('feed', FEED, { roundId: 'x'.repeat(70_000) });
    expect(await client.closed).toMatchObject({ code: 1009 });
  });

  it('take no message that is none', async () => {
    const client = await open();
    client.send('{"type":');
    expect(await client.closed).toMatchObject({ code: 4400 });
  });

  it('are spoken in graphql-transport-ws only', async () => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-ws');
    const refused = new Promise<Error>((resolve) => socket.once('error', resolve));
    expect((await refused).message).toMatch(/subprotocol|closed/i);
  });

  it('are cut off with 1013 for a reader that does not keep up, and the others go on', async () => {
    const slow = await open();
    const quick = await open();
    slow.subscribe(
      'feed',
      `subscription ($roundId: ID!) { insightAdded(roundId: $roundId) { id measure(unit: "${'x'.repeat(20_000)}") } }`,
      {
        roundId: 'flood',
      },
    );
    quick.subscribe('feed', FEED, { roundId: 'flood' });
    await world.insights.until(() => world.insights.open === 2);
    slow.socket.pause();
    for (let i = 0; i < 1000; i++) world.log.append('flood');
    // The gateway ends the slow one's feed by itself, while nothing is read.
    await world.insights.until(() => world.insights.open === 1);
    await quick.until(() => quick.results('feed').length === 1000);
    slow.socket.resume();
    expect((await slow.closed).code).not.toBe(1000);
  });
});

describe('a WebSocket that is refused', () => {
  it('is gone at once, and harms nobody when its client resets the connection or never closes its side', async () => {
    const world = createInterviewWorld();
    await world.start();
    const gateway = await startTestGateway(world);
    const ask = async (path: string, origin: string) => {
      const socket = connect({ port: gateway.port, host: '127.0.0.1', allowHalfOpen: true });
      await once(socket, 'connect');
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: x\r\nOrigin: ${origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
      );
      return socket;
    };
    for (const path of ['/graphql', '/elsewhere', '/socket.iox']) {
      const staying = await ask(path, 'http://evil.example');
      const [answer] = (await once(staying, 'data')) as [Buffer];
      expect(String(answer)).toMatch(/^HTTP\/1\.1 40[34] /);
      // The gateway does not wait for this side to be closed: what comes from it is answered by a reset.
      const reset = new Promise((resolve) => staying.on('error', () => undefined).on('close', resolve));
      const writing = setInterval(() => staying.write('still here'), 5);
      await reset;
      clearInterval(writing);
      (await ask(path, 'http://evil.example')).resetAndDestroy();
    }
    expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
    await gateway.stop();
    await world.stop();
  });
});

describe('a WebSocket on which nothing comes', () => {
  it('is pinged, kept while the pings are answered, and given up when they are not', async () => {
    const server = createServer();
    const unasked = () => {
      throw new Error('Nobody subscribes here.');
    };
    const edge = graphqlWs({
      admitFeed: unasked,
      subscribeFeed: unasked,
      verifyToken: async () => ({ id: 'helen', role: 'HR', companyId: 'acme', email: null, expiresAt: 2 ** 40 }),
      allowsOrigin: () => true,
      admitConnection: async () => undefined,
      admitSubscription: unasked,
      maxSubscriptions: 1,
      asksPerMinute: 10,
      log: createLog('test', 'silent'),
      metrics: createFeedSocketMetrics(new Registry()),
      heartbeatMs: 60,
    });
    server.on('upgrade', (request, stream, head) => edge.upgrade(request, stream, head));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // It listens on a port, so the address is none of a pipe.
    const { port } = server.address() as AddressInfo;
    const connect = async (autoPong: boolean) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', { autoPong });
      let pings = 0;
      socket.on('ping', () => {
        pings += 1;
      });
      await once(socket, 'open');
      socket.send('{"type":"connection_init"}');
      return { socket, pings: () => pings };
    };
    const alive = await connect(true);
    const dead = await connect(false);
    const [code] = (await once(dead.socket, 'close')) as [number];
    expect(code).toBe(1006);
    expect(dead.pings()).toBe(2);
    const before = alive.pings();
    while (alive.pings() < before + 4) await once(alive.socket, 'ping');
    expect(alive.socket.readyState).toBe(WebSocket.OPEN);
    alive.socket.ping('still here');
    const [payload] = (await once(alive.socket, 'pong')) as [Buffer];
    expect(String(payload)).toBe('still here');
    await edge.close(0);
    server.close();
  });
});
