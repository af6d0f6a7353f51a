/**
 * What a client sends, and what it is answered, by this gateway and by the reference implementation (`graphql-ws`)
 * beside it: the same messages and the same ends.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { buildSchema, GraphQLError, type GraphQLSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocket, WebSocketServer } from 'ws';
import { FeedClient, type ReceivedMessage } from '../../testing/feed-client.js';
import { createInterviewWorld, type InterviewWorld } from '../../testing/interview-world.js';
import { startTestGateway, type TestGateway, tokenFor } from '../../testing/test-gateway.js';

const ALERT = { type: 'TAB_SWITCH', severity: 'MEDIUM' };
/** Completes after one event. */
const SHORT = 'subscription { fraudAlertRaised(roundId: "r1") { type severity } }';
/** Says nothing. */
const SILENT = 'subscription { insightAdded(roundId: "silent") { id } }';
const DENIED = 'subscription { insightAdded(roundId: "denied") { id } }';
const INVALID = 'subscription { insightAdded(roundId: "r1") { nothing } }';
const UNPARSABLE = 'subscription {';

/** The feeds above, as the reference implementation would serve them. */
function referenceSchema(): GraphQLSchema {
  const schema = buildSchema(`
    type Query { ready: Boolean }
    type Alert { type: String! severity: String! }
    type Insight { id: ID! }
    type Subscription { fraudAlertRaised(roundId: ID!): Alert! insightAdded(roundId: ID!): Insight! }
  `);
  const { fraudAlertRaised, insightAdded } = schema.getSubscriptionType()?.getFields() ?? {};
  if (!fraudAlertRaised || !insightAdded) throw new Error('The feeds are missing.');
  fraudAlertRaised.subscribe = async function* () {
    yield { fraudAlertRaised: ALERT };
  };
  insightAdded.subscribe = (_: unknown, { roundId }: { roundId: string }) => {
    const refusal = new GraphQLError('Not your round.', { extensions: { code: 'ACCESS_DENIED' } });
    const silence = Promise.withResolvers<IteratorResult<undefined, undefined>>();
    return {
      next: () => (roundId === 'denied' ? Promise.reject(refusal) : silence.promise),
      return: async () => {
        silence.resolve({ done: true, value: undefined });
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  };
  return schema;
}

async function startReference(): Promise<{ url: string; stop(): Promise<void> }> {
  const server: Server = createServer();
  const sockets = new WebSocketServer({ server, path: '/graphql' });
  const cleanup = useServer({ schema: referenceSchema() }, sockets);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // It listens on a port, so the address is none of a pipe.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      await cleanup.dispose();
      server.close();
    },
  };
}

/** What a client sends, and after how many messages it has been answered; without: when it has been closed. */
interface Script {
  name: string;
  send: readonly (object | string | Buffer)[];
  answers?: number;
}

const init = { type: 'connection_init', payload: {} };
const subscribe = (id: unknown, query: unknown = SILENT, more: object = {}) => ({
  type: 'subscribe',
  id,
  payload: { query, ...more },
});
const complete = (id: string) => ({ type: 'complete', id });
const ping = { type: 'ping', payload: { beat: 1 } };

const SCRIPTS: readonly Script[] = [
  { name: 'connection_init', send: [init], answers: 1 },
  { name: 'connection_init twice', send: [init, init] },
  { name: 'no connection_init in time', send: [] },
  { name: 'a ping before connection_init', send: [ping], answers: 1 },
  { name: 'a ping without payload', send: [{ type: 'ping' }], answers: 1 },
  { name: 'a ping whose payload is null', send: [{ type: 'ping', payload: null }], answers: 1 },
  {
    name: 'pongs that nobody asked for',
    send: [{ type: 'pong' }, { type: 'pong', payload: { a: 1 } }, ping],
    answers: 1,
  },
  { name: 'a subscription before connection_init', send: [subscribe('1')] },
  { name: 'a feed that completes', send: [init, subscribe('1', SHORT)], answers: 3 },
  {
    name: 'the same id again after its feed completed',
    send: [init, subscribe('1', SHORT), subscribe('2', SHORT)],
    answers: 5,
  },
  { name: 'a feed that is refused', send: [init, subscribe('1', DENIED), ping], answers: 3 },
  { name: 'a document that is not valid', send: [init, subscribe('1', INVALID), ping], answers: 3 },
  { name: 'a subscription that is ended at once', send: [init, subscribe('1'), complete('1'), ping], answers: 2 },
  { name: 'the end of what never was', send: [init, complete('nothing'), ping], answers: 2 },
  { name: 'an id that is in use', send: [init, subscribe('1'), subscribe('1')] },
  {
    name: 'an id that was ended and is used again',
    send: [init, subscribe('1'), complete('1'), subscribe('1', SHORT)],
    answers: 3,
  },
  {
    name: 'an id that is called like a property of every object',
    send: [init, subscribe('constructor', SHORT), subscribe('__proto__', SHORT)],
    answers: 5,
  },
  { name: 'text that is no JSON', send: ['{"type":'] },
  { name: 'no object', send: ['[]'] },
  { name: 'null', send: ['null'] },
  { name: 'a type that does not exist', send: [{ type: 'start', id: '1' }] },
  { name: 'no type', send: [{}] },
  { name: 'a connection_init whose payload is text', send: [{ type: 'connection_init', payload: 'x' }] },
  { name: 'a subscription without an id', send: [init, { type: 'subscribe', payload: { query: SILENT } }] },
  { name: 'a subscription whose id is empty', send: [init, subscribe('')] },
  { name: 'a subscription whose id is a number', send: [init, subscribe(1)] },
  { name: 'a subscription without a payload', send: [init, { type: 'subscribe', id: '1' }] },
  { name: 'a subscription without a document', send: [init, subscribe('1', null)] },
  { name: 'variables that are a list', send: [init, subscribe('1', SILENT, { variables: [] })] },
  { name: 'an operation name that is a number', send: [init, subscribe('1', SILENT, { operationName: 1 })] },
  { name: 'extensions that are text', send: [init, subscribe('1', SILENT, { extensions: 'x' })] },
  {
    name: 'variables, name and extensions that are null',
    send: [init, subscribe('1', SHORT, { variables: null, operationName: null, extensions: null })],
    answers: 3,
  },
  { name: 'a complete without an id', send: [init, { type: 'complete' }] },
  { name: 'connection_ack', send: [init, { type: 'connection_ack' }] },
  { name: 'next', send: [init, { type: 'next', id: '1', payload: {} }] },
  { name: 'error', send: [init, { type: 'error', id: '1', payload: [{ message: 'm' }] }] },
  { name: 'an error of no form', send: [init, { type: 'error', id: '1', payload: {} }] },
  { name: 'a message in binary', send: [Buffer.from(JSON.stringify(init))], answers: 1 },
];

/** What came, in its order for each id, and the end. What a refusal says is each implementation's own. */
interface Course {
  messages: Map<string, unknown[]>;
  /** What an internal error was, the reference implementation tells in development only: of 4500 the code counts. */
  closed: { code: number; reason: string } | 4500 | undefined;
}

async function play({ send, answers }: Script, url: string, authorization: string): Promise<Course> {
  const client = await FeedClient.connect(url);
  let closed: Course['closed'];
  for (const [i, message] of send.entries()) {
    const isInit = typeof message === 'object' && !Buffer.isBuffer(message) && message === init;
    if (Buffer.isBuffer(message)) {
      client.socket.send(Buffer.from(JSON.stringify({ type: 'connection_init', payload: { authorization } })), {
        binary: true,
      });
    } else client.send(isInit ? { ...init, payload: { authorization } } : message);
    // Letting in takes each a moment of its own; what is sent meanwhile is not what these scripts are about.
    if (isInit && i === 0) await client.message('connection_ack');
  }
  if (answers === undefined) {
    const { code, reason } = await client.closed;
    closed = code === 4500 ? code : { code, reason };
  } else await client.until((messages) => messages.length >= answers);
  client.close();
  const messages = new Map<string, unknown[]>();
  for (const message of client.messages) {
    const key = message.id ?? '-';
    messages.set(key, [...(messages.get(key) ?? []), withoutWords(message)]);
  }
  return { messages, closed };
}

function withoutWords(message: ReceivedMessage): unknown {
  if (message.type !== 'error') return message;
  // A list of errors, by the protocol.
  const { length } = message.payload as unknown[];
  return { ...message, payload: length };
}

describe('graphql-transport-ws', () => {
  let world: InterviewWorld;
  let gateway: TestGateway;
  let reference: Awaited<ReturnType<typeof startReference>>;

  beforeAll(async () => {
    world = createInterviewWorld();
    await world.start();
    gateway = await startTestGateway(world);
    reference = await startReference();
  });
  afterAll(async () => {
    await gateway.stop();
    await reference.stop();
    await world.stop();
  });

  it.each(SCRIPTS)('is answered as the reference implementation does: $name', async (script) => {
    // The reference implementation prints what it takes for a fault of its user.
    const print = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const authorization = `Bearer ${await tokenFor()}`;
    const [ours, theirs] = await Promise.all([
      play(script, gateway.url, authorization),
      play(script, reference.url, authorization),
    ]);
    expect(ours).toEqual(theirs);
    await world.insights.until(() => world.insights.open === 0);
    print.mockRestore();
  });

  it('tells why a document cannot be read, by an error, where the reference implementation gives up the socket', async () => {
    const client = await FeedClient.open(gateway.url, await tokenFor());
    client.subscribe('1', UNPARSABLE);
    const { payload } = await client.message('error', '1');
    expect(payload).toMatchObject([{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }]);
    client.close();
  });

  it('is the only protocol: a socket that offers none is closed with 4406 by both', async () => {
    const closeOf = async (url: string) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`);
      const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
      return { code, reason: String(reason) };
    };
    const ours = await closeOf(gateway.url);
    expect(ours).toEqual({ code: 4406, reason: 'Subprotocol not acceptable' });
    expect(ours).toEqual(await closeOf(reference.url));
  });

  it('names an id that is in use, if a close frame has room for it', async () => {
    const client = await FeedClient.open(gateway.url, await tokenFor());
    const id = 'i'.repeat(200);
    client.subscribe(id, SILENT);
    client.subscribe(id, SILENT);
    expect(await client.closed).toEqual({ code: 4409, reason: 'Subscriber already exists' });
  });

  it('closes with 4403 and the reason whom it does not let in', async () => {
    const stranger = await FeedClient.connect(gateway.url);
    stranger.init('Bearer x.y.z');
    expect(await stranger.closed).toEqual({ code: 4403, reason: 'INVALID_TOKEN' });
    const nobody = await FeedClient.connect(gateway.url);
    nobody.init();
    expect(await nobody.closed).toEqual({ code: 4403, reason: 'AUTH_REQUIRED' });
  });
});
