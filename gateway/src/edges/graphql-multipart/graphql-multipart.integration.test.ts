import { ApolloClient, CombinedProtocolErrors, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createInterviewWorld, type InterviewWorld } from '../../testing/interview-world.js';
import { partsIn, type StreamAsked, StreamClient } from '../../testing/stream-client.js';
import { startTestGateway, type TestGateway, tokenFor } from '../../testing/test-gateway.js';

const ACCEPT = 'multipart/mixed;subscriptionSpec=1.0';
const FEED = `subscription ($roundId: ID!, $after: String) {
  insightAdded(roundId: $roundId, after: $after) { id cursor }
}`;

describe('subscriptions in the parts of an answer', () => {
  let world: InterviewWorld;
  let gateway: TestGateway;
  const clients: { abort(): void }[] = [];
  let rounds = 0;

  beforeAll(async () => {
    world = createInterviewWorld();
    await world.start();
    gateway = await startTestGateway(world);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.abort();
    await world.insights.until(() => world.insights.open === 0);
  });
  afterAll(async () => {
    await gateway.stop();
    await world.stop();
  });

  const ask = async (body: unknown, asked: StreamAsked = {}) => {
    const client = await StreamClient.ask(`${gateway.url}/graphql`, { headers: { accept: ACCEPT }, ...asked, body });
    clients.push(client);
    return client;
  };
  const freshRound = () => `multipart-${++rounds}`;
  const payloads = (text: string) => partsIn(text).filter((part) => Object.keys(part as object).length > 0);

  it('begin with a heartbeat, and bring each event with the boundary behind it', async () => {
    const roundId = freshRound();
    const client = await ask({ query: FEED, variables: { roundId } });
    expect([client.status, client.headers['content-type']]).toEqual([
      200,
      'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
    ]);
    const head = '\r\ncontent-type: application/json\r\n\r\n';
    const heartbeat = `\r\n--graphql${head}{}\r\n--graphql`;
    await client.until((text) => text === heartbeat);
    await world.insights.until(() => world.insights.open === 1);
    const { id, sequence } = world.log.append(roundId);
    const payload = `{"payload":{"data":{"insightAdded":{"id":"${id}","cursor":"${sequence}"}}}}`;
    await client.until((text) => text === `${heartbeat}${head}${payload}\r\n--graphql`);
  });

  it('go on after a cursor, with no gap and no repeat', async () => {
    const roundId = freshRound();
    const ids = [1, 2, 3].map(() => world.log.append(roundId));
    const client = await ask({ query: FEED, variables: { roundId, after: String(ids[0]?.sequence) } });
    await client.until((text) => payloads(text).length === 2);
    world.log.append(roundId);
    await client.until((text) => payloads(text).length === 3);
    const received = payloads(client.text).map(
      (part) => (part as { payload: { data: { insightAdded: { id: string } } } }).payload.data.insightAdded.id,
    );
    expect(received).toEqual(
      world.log.insights
        .filter((i) => i.roundId === roundId)
        .slice(1)
        .map((i) => i.id),
    );
  });

  it('end with the last boundary', async () => {
    const client = await ask({ query: 'subscription { transcriptUpdated(roundId: "r1") { text } }' });
    expect(await client.ended).toBe(true);
    expect(payloads(client.text)).toEqual([{ payload: { data: { transcriptUpdated: { text: 'Hello' } } } }]);
    expect(client.text.endsWith('\r\n--graphql--\r\n')).toBe(true);
  });

  it.each([
    ['denied', undefined, 'ACCESS_DENIED'],
    ['r1', 'gone', 'CURSOR_EXPIRED'],
  ])('end with the error of a feed that is refused (%s)', async (roundId, after, code) => {
    const client = await ask({ query: FEED, variables: { roundId, after } });
    expect(await client.ended).toBe(true);
    expect(payloads(client.text)).toMatchObject([{ payload: null, errors: [{ extensions: { code } }] }]);
    expect(client.text.endsWith('\r\n--graphql--\r\n')).toBe(true);
  });

  it.each([
    ['subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription ($roundId: Int!) { probed { measured(w: { width: $roundId }) } }', 'VALIDATION_FAILED'],
  ])('do not begin for %s, which is answered as by any route of the graph', async (query, code) => {
    for (const accept of [ACCEPT, `${ACCEPT}, application/graphql-response+json`]) {
      const client = await ask({ query, variables: { roundId: 'r1' } }, { headers: { accept } });
      await client.ended;
      expect([client.status, JSON.parse(client.text)]).toMatchObject([400, { errors: [{ extensions: { code } }] }]);
      const type = accept === ACCEPT ? 'application/json' : 'application/graphql-response+json';
      expect(client.headers['content-type']).toBe(`${type}; charset=utf-8`);
    }
  });

  it.each([
    ['no token', 401, 'AUTH_REQUIRED', { token: null }],
    ['a bad token', 401, 'INVALID_TOKEN', { token: 'x.y.z' }],
  ])('do not begin for %s', async (_what, status, code, asked) => {
    const client = await ask({ query: FEED, variables: { roundId: 'r1' } }, { headers: { accept: ACCEPT }, ...asked });
    await client.ended;
    expect([client.status, JSON.parse(client.text)]).toMatchObject([status, { errors: [{ extensions: { code } }] }]);
  });

  it('leave queries and mutations to whom they are for', async () => {
    const accept = ACCEPT;
    const query = await ask({ query: '{ viewer { id } }' }, { headers: { accept } });
    await query.ended;
    expect([query.status, JSON.parse(query.text)]).toEqual([200, { data: { viewer: { id: 'helen' } } }]);
    const two = 'query Q { viewer { id } } subscription S { insightAdded(roundId: "r1") { id } }';
    const chosen = await ask({ query: two, operationName: 'Q' }, { headers: { accept } });
    await chosen.ended;
    expect(chosen.status).toBe(200);
  });

  it('are not what a client gets that does not ask for them: it is told of all three ways', async () => {
    const client = await ask(
      { query: FEED, variables: { roundId: 'r1' } },
      { headers: { accept: 'application/json, multipart/mixed' } },
    );
    await client.ended;
    const [error] = JSON.parse(client.text).errors;
    expect([client.status, error.extensions.code]).toEqual([400, 'VALIDATION_FAILED']);
    for (const way of ['graphql-transport-ws', '/graphql/stream', ACCEPT]) expect(error.message).toContain(way);
  });

  describe('by Apollo Client', () => {
    const apollo = async (ttlSeconds = 3600) =>
      new ApolloClient({
        cache: new InMemoryCache(),
        link: new HttpLink({
          uri: `${gateway.url}/graphql`,
          headers: { authorization: `Bearer ${await tokenFor({}, ttlSeconds)}` },
        }),
      });
    type Results = { data?: unknown; error?: unknown }[];
    /** Everything that a subscription brings until it completes or `enough` holds. */
    const resultsOf = async (
      client: ApolloClient,
      query: string,
      variables: Record<string, string>,
      enough: (results: Results) => boolean = () => false,
    ): Promise<Results> => {
      const results: Results = [];
      await new Promise<void>((resolve, reject) => {
        const subscription = client.subscribe({ query: gql(query), variables }).subscribe({
          next: ({ data, error }) => {
            results.push({ ...(data ? { data } : {}), ...(error ? { error } : {}) });
            if (enough(results)) {
              subscription.unsubscribe();
              resolve();
            }
          },
          error: reject,
          complete: resolve,
        });
      });
      client.stop();
      return results;
    };

    it('bring events until it has enough, and end upstream then', async () => {
      const roundId = freshRound();
      const pending = resultsOf(await apollo(), FEED, { roundId }, (results) => results.length === 3);
      await world.insights.until(() => world.insights.open === 1);
      for (let i = 0; i < 3; i++) world.log.append(roundId);
      expect((await pending).map(({ data }) => data)).toMatchObject(
        world.log.insights.filter((i) => i.roundId === roundId).map(({ id }) => ({ insightAdded: { id } })),
      );
      await world.insights.until(() => world.insights.open === 0);
    });

    it('complete', async () => {
      const results = await resultsOf(
        await apollo(),
        'subscription { roundUpdated(roundId: "r9") { id resume { fileName } } }',
        {},
      );
      expect(results).toMatchObject([{ data: { roundUpdated: { id: 'r9' } } }]);
    });

    it('end with the error of a feed that is refused', async () => {
      const results = await resultsOf(await apollo(), FEED, { roundId: 'denied' });
      expect(results).toHaveLength(1);
      const [{ error } = {}] = results;
      expect(CombinedProtocolErrors.is(error) && error.errors).toMatchObject([
        { message: 'Not your round.', extensions: { code: 'ACCESS_DENIED' } },
      ]);
    });

    it('end with the token, and say why', async () => {
      const [{ error } = {}] = await resultsOf(await apollo(2), FEED, { roundId: freshRound() });
      expect(CombinedProtocolErrors.is(error) && error.errors).toMatchObject([
        { extensions: { code: 'INVALID_TOKEN' } },
      ]);
    });
  });
});
