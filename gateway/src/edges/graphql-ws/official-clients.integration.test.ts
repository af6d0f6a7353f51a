/** The clients that frontend teams use, unchanged, through a subgraph that dies and a gateway that stops. */
import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { createInterviewWorld, type InterviewWorld } from '../../testing/interview-world.js';
import { startTestGateway, type TestGateway, tokenFor } from '../../testing/test-gateway.js';

const FEED =
  'subscription Live($roundId: ID!, $after: String) { insightAdded(roundId: $roundId, after: $after) { id cursor } }';

describe('official clients of graphql-transport-ws', () => {
  let world: InterviewWorld;
  let gateway: TestGateway;
  let client: Client;

  beforeEach(async () => {
    world = createInterviewWorld();
    await world.start();
    gateway = await startTestGateway(world);
    const token = await tokenFor();
    client = createClient({
      url: () => `${gateway.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: 50,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, 20)),
      shouldRetry: () => true,
    });
  });
  afterEach(async () => {
    await client.dispose();
    await gateway.stop();
    await world.stop();
  });

  const followed = (times: number) => world.insights.until(() => world.log.followed.length >= times);

  it('graphql-ws: every event in order, also those that come while the subgraph is away', async () => {
    const seen: string[] = [];
    const two = Promise.withResolvers<void>();
    const five = Promise.withResolvers<void>();
    const stop = client.subscribe<{ insightAdded: { id: string } }>(
      { query: FEED, variables: { roundId: 'r1' } },
      {
        next: ({ data }) => {
          seen.push(data?.insightAdded.id ?? '');
          if (seen.length === 2) two.resolve();
          if (seen.length === 5) five.resolve();
        },
        error: five.reject,
        complete: () => undefined,
      },
    );
    await followed(1);
    world.log.append('r1');
    world.log.append('r1');
    await two.promise;
    await world.insights.kill();
    world.log.append('r1');
    await world.insights.start();
    await followed(2);
    world.log.append('r1');
    world.log.append('r1');
    await five.promise;
    expect(seen).toEqual(['insight-1', 'insight-2', 'insight-3', 'insight-4', 'insight-5']);
    stop();
    await world.insights.until(() => world.insights.open === 0);
  });

  it('graphql-ws: comes back by itself to a gateway that was stopped, and reads on after its cursor', async () => {
    const iterator = client.iterate<{ insightAdded: { id: string; cursor: string } }>({
      query: FEED,
      variables: { roundId: 'r1' },
    });
    const first = iterator.next();
    await followed(1);
    world.log.append('r1');
    const cursor = (await first).value?.data?.insightAdded.cursor;
    expect(cursor).toBe('1');
    const port = String(gateway.port);
    await gateway.stop();
    world.log.append('r1');
    gateway = await startTestGateway(world, { PORT: port });
    const resumed = client.iterate<{ insightAdded: { id: string } }>({
      query: FEED,
      variables: { roundId: 'r1', after: cursor },
    });
    expect((await resumed.next()).value?.data?.insightAdded.id).toBe('insight-2');
    await Promise.all([resumed.return?.(), iterator.return?.()]);
  });

  it('Apollo Client: subscribes, hears an error of the feed, and leaves', async () => {
    const apollo = new ApolloClient({ link: new GraphQLWsLink(client), cache: new InMemoryCache() });
    const query = gql(FEED);
    const received = Promise.withResolvers<unknown>();
    const subscription = apollo.subscribe({ query, variables: { roundId: 'r1' } }).subscribe({
      next: received.resolve,
      error: received.reject,
    });
    await followed(1);
    world.log.append('r1');
    expect(await received.promise).toMatchObject({ data: { insightAdded: { id: 'insight-1', cursor: '1' } } });
    subscription.unsubscribe();
    await world.insights.until(() => world.insights.open === 0);

    const refused = Promise.withResolvers<{ error?: unknown }>();
    apollo
      .subscribe({ query, variables: { roundId: 'denied' } })
      .subscribe({ next: refused.resolve, error: (error: unknown) => refused.resolve({ error }) });
    expect(JSON.stringify((await refused.promise).error)).toContain('ACCESS_DENIED');
    apollo.stop();
  });
});
