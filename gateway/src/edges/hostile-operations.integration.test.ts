/** Operations that are made to cost: each refused before anything is planned, on every way in. */
import { QueryPlanner } from '@apollo/query-planner';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FeedClient } from '../testing/feed-client.js';
import { createInterviewWorld, type InterviewWorld } from '../testing/interview-world.js';
import { eventsIn, StreamClient } from '../testing/stream-client.js';
import { askGraph, startTestGateway, type TestGateway, tokenFor } from '../testing/test-gateway.js';

const times = (count: number, make: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => make(i)).join(' ');
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

interface Attack {
  /** What is selected below a root field that answers an object of `type`. */
  below?: string;
  /** Beside the operation. */
  beside?: (type: string) => string;
  /** After the operation's keyword. */
  on?: string;
  /** In JSON, since some of it no program could write but by hand. */
  variables?: string;
  /** In the first error's message. */
  says: RegExp;
  code?: string;
}

const ATTACKS: Record<string, Attack> = {
  depth: { below: `${'a { '.repeat(13)} id ${'}'.repeat(13)}`, says: /at most 12 for depth, and it has 1[45]/ },
  aliases: { below: times(61, (i) => `a${i}: id`), says: /at most 60 for aliases, and it has 61/ },
  'aliases of __typename': { below: times(61, (i) => `a${i}: __typename`), says: /at most 60 for aliases/ },
  'duplicated fields': { below: 'id '.repeat(1001), says: /at most 1000 for fields/ },
  tokens: { below: 'id '.repeat(2000), says: /2000 tokens/, code: 'GRAPHQL_PARSE_FAILED' },
  'directives on a field': { below: `id ${'@include(if: true) '.repeat(51)}`, says: /at most 50 for directives/ },
  'directives on the operation': { on: '@x '.repeat(51), says: /at most 50 for directives/ },
  'fragments that double': {
    below: '...F0',
    beside: (type) =>
      `${times(12, (i) => `fragment F${i} on ${type} { ...F${i + 1} ...F${i + 1} }`)} fragment F12 on ${type} { id }`,
    says: /at most 1000 for fields, and it has 4097/,
  },
  'fragments in a cycle': {
    below: '...A',
    beside: (type) => `fragment A on ${type} { ...B } fragment B on ${type} { ...A }`,
    says: /Cannot spread fragment/,
  },
  'a fragment in itself': {
    below: '...A',
    beside: (type) => `fragment A on ${type} { id ...A }`,
    says: /Cannot spread fragment/,
  },
  cost: {
    below: times(40, (i) => `a${i}: self { id }`),
    says: /costs 41, and at most 30 is taken/,
    code: 'VALIDATION_FAILED',
  },
  'variables nested deep': {
    variables: `{"x":${nested(20_000)}}`,
    says: /deeper than 32 levels/,
    code: 'VALIDATION_FAILED',
  },
  'variables, many': {
    variables: `{"x":[${'0,'.repeat(10_000)}0]}`,
    says: /more than 10000 values/,
    code: 'VALIDATION_FAILED',
  },
  'wrong variables, many': {
    on: '($w: Width)',
    below: 'measured(w: $w)',
    variables: `{"w":{${Array.from({ length: 3000 }, (_, i) => `"wrong${i}":${i}`).join()}}}`,
    says: /^Variable "\$w" is not valid at "w.wrong0": Field "wrong0" is not defined/,
    code: 'VALIDATION_FAILED',
  },
};

describe('an operation that is made to cost', () => {
  let world: InterviewWorld;
  let gateway: TestGateway;
  const planned = jest.spyOn(QueryPlanner.prototype, 'buildQueryPlan');

  beforeAll(async () => {
    world = createInterviewWorld();
    await world.start();
    gateway = await startTestGateway(world, { MAX_OPERATION_COST: '30' });
  });
  beforeEach(() => void planned.mockClear());
  afterEach(() => {
    expect(planned).not.toHaveBeenCalled();
    expect(world.rounds.asked).toEqual([]);
    expect(world.insights.opened).toEqual([]);
  });
  afterAll(async () => {
    planned.mockRestore();
    await gateway.stop();
    await world.stop();
  });

  /** The errors of a query's and of a subscription's refusal. */
  type Refusal = { message: string; extensions?: { code?: string } }[];

  const payloadOf = (root: string, { below = 'id', beside, on = '', variables = '{}' }: Attack): string => {
    const query = `${root.split(' ')[0]} ${on} { ${root.split(' ')[1]} { ${below} } } ${beside?.('Probe') ?? ''}`;
    return `{"query":${JSON.stringify(query)},"variables":${variables}}`;
  };
  const overHttp = async (attack: Attack): Promise<Refusal> => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await tokenFor()}` },
      body: payloadOf('query probe', attack),
    });
    const body = (await response.json()) as { data?: unknown; errors: Refusal };
    expect([response.status, body.data]).toEqual([400, undefined]);
    return body.errors;
  };
  const overWebSocket = async (attack: Attack): Promise<Refusal> => {
    const client = await FeedClient.open(gateway.url, await tokenFor());
    client.send(`{"type":"subscribe","id":"x","payload":${payloadOf('subscription probed', attack)}}`);
    const { payload } = await client.message('error', 'x');
    client.close();
    return payload as Refusal; // the protocol's form of an error message
  };

  const overStream = async (path: string, accept: string, attack: Attack) => {
    const client = await StreamClient.ask(`${gateway.url}${path}`, {
      headers: { accept },
      body: payloadOf('subscription probed', attack),
    });
    await client.ended;
    return client;
  };
  const overSse = async (attack: Attack): Promise<Refusal> => {
    const [next, complete] = eventsIn((await overStream('/graphql/stream', 'text/event-stream', attack)).text);
    expect(complete?.event).toBe('complete');
    return JSON.parse(next?.data ?? '').errors;
  };
  const overMultipart = async (attack: Attack): Promise<Refusal> => {
    const client = await overStream('/graphql', 'multipart/mixed;subscriptionSpec=1.0', attack);
    expect(client.status).toBe(400);
    return JSON.parse(client.text).errors;
  };

  describe.each([
    ['HTTP', overHttp],
    ['WebSocket', overWebSocket],
    ['server-sent events', overSse],
    ['multipart subscriptions', overMultipart],
  ])('over %s', (_way, send) => {
    it.each(Object.keys(ATTACKS))('by %s is refused before it is planned', async (name) => {
      const attack = ATTACKS[name] as Attack;
      const errors = await send(attack);
      expect(errors[0]?.message).toMatch(attack.says);
      expect(errors[0]?.extensions?.code).toBe(attack.code ?? 'GRAPHQL_VALIDATION_FAILED');
      expect(errors.length).toBeLessThanOrEqual(21);
      expect(JSON.stringify(errors).length).toBeLessThan(32_000);
    });
  });

  it('by introspection of introspection is refused', async () => {
    const query = `{ __schema { types { ${'fields { type { '.repeat(6)} name ${'} }'.repeat(6)} } } }`;
    const { status, body } = await askGraph(gateway, query);
    expect([status, body.errors?.[0]?.message]).toEqual([400, expect.stringContaining('introspection depth')]);
  });

  it('as a batch is refused', async () => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await tokenFor()}` },
      body: JSON.stringify(Array.from({ length: 100 }, () => ({ query: '{ probe { id } }' }))),
    });
    expect(response.status).toBe(400);
  });

  describe('by a condition on the root of a subscription', () => {
    const query = 'subscription ($on: Boolean!) { probed @include(if: $on) { id } }';
    const says = '@include cannot be used on the root field of a subscription.';

    it('is refused over POST and GET as any other document that is not valid', async () => {
      const { status, body } = await askGraph(gateway, query, { variables: { on: true } });
      expect([status, body.errors?.[0]]).toMatchObject([
        400,
        { message: says, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
      ]);
      const address = new URL('/graphql', gateway.url);
      address.searchParams.set('query', query);
      const response = await fetch(address, { headers: { authorization: `Bearer ${await tokenFor()}` } });
      expect([response.status, await response.json()]).toMatchObject([400, { errors: [{ message: says }] }]);
    });

    it('is refused beside a query that is asked for', async () => {
      const both = `query Asked { probe { id } } ${query.replace('subscription', 'subscription Beside')}`;
      const { status, body } = await askGraph(gateway, both);
      expect([status, body.errors?.[0]?.message]).toEqual([400, says]);
    });
  });
});
