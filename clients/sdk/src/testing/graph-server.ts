/**
 * A small real graph for the client's tests: GraphQL over HTTP and graphql-transport-ws on a free port, with one
 * resumable feed whose events the test appends, and sockets that the test kills.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema, execute, GraphQLError, parse, subscribe } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

const schema = buildSchema(`
  type Query { round(id: ID!): Round viewer: Viewer }
  type Viewer { id: ID! }
  type Round { id: ID! note: String }
  type Insight { id: ID! round: Round cursor: String! }
  type Metrics { hesitationsCount: Int! }
  type Subscription {
    insightAdded(roundId: ID!, after: String): Insight!
    metricsUpdated(roundId: ID!): Metrics!
  }
`);

export interface GraphServer {
  url: string;
  /** Adds an insight to the round's log; its cursor is its number. */
  append(): void;
  /** Cuts every socket without a closing handshake, or closes it with a code. */
  cut(code?: number): void;
  /** `after` of every insightAdded that was opened, in order. */
  openedWith: (string | undefined)[];
  /** `authorization` of every connection and of every renewal by ping, in order. */
  tokens: string[];
  /** Resolves when so many feeds have been opened. */
  feedsOpened(count: number): Promise<void>;
  /** Resolves when so many feeds have ended at the server. */
  feedsEnded(count: number): Promise<void>;
  /** Resolves when so many tokens have been shown. */
  tokensShown(count: number): Promise<void>;
  /** What the next HTTP answer is, instead of the graph's. */
  answerNext(status: number, body: unknown, headers?: Record<string, string>): void;
  /** The next feed that is opened gets this error instead. */
  refuseNextFeed(error: GraphQLError): void;
  /** Every event from now on lacks its `round`, with an error. */
  loseRounds(): void;
  acceptToken: (authorization: string) => boolean;
  close(): Promise<void>;
}

/** Resolves waiting readers when a count is reached. */
class Count {
  private value = 0;
  private readonly waiting: { at: number; resolve: () => void }[] = [];
  add(): void {
    this.value++;
    for (const w of this.waiting) if (this.value >= w.at) w.resolve();
  }
  reached(at: number): Promise<void> {
    if (this.value >= at) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.waiting.push({ at, resolve });
    return promise;
  }
}

export async function startGraphServer(): Promise<GraphServer> {
  const log: string[] = [];
  let grown = Promise.withResolvers<void>();
  const opened = new Count();
  const ended = new Count();
  const shown = new Count();
  let refusal: GraphQLError | undefined;
  let roundsAreLost = false;
  let nextAnswer: { status: number; body: unknown; headers: Record<string, string> } | undefined;

  /** Ends at once on `return()`, unlike an async generator that waits for its pending event. */
  function insightsAfter(after: string | undefined): AsyncIterableIterator<unknown> {
    let position = after === undefined ? log.length : Number(after);
    const left = Promise.withResolvers<void>();
    let over = false;
    return {
      async next() {
        while (position >= log.length && !over) await Promise.race([grown.promise, left.promise]);
        if (over) return { done: true, value: undefined };
        const id = String(++position);
        return { done: false, value: { insightAdded: { id, cursor: id, round: lostOrFound } } };
      },
      return() {
        over = true;
        left.resolve();
        ended.add();
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  const lostOrFound = () => {
    if (roundsAreLost) throw new GraphQLError('rounds is down', { extensions: { code: 'SERVICE_UNAVAILABLE' } });
    return { id: 'r' };
  };

  const rootValue = {
    round: ({ id }: { id: string }) => (id === 'gone' ? null : { id, note: lostNote }),
    viewer: () => ({ id: 'ada' }),
    insightAdded: ({ after }: { after?: string }) => {
      server.openedWith.push(after);
      const error = refusal;
      refusal = undefined;
      opened.add();
      if (error) throw error;
      return insightsAfter(after);
    },
    metricsUpdated: () => {
      opened.add();
      let told = false;
      const left = Promise.withResolvers<void>();
      const events: AsyncIterableIterator<unknown> = {
        async next() {
          if (told) {
            await left.promise;
            return { done: true, value: undefined };
          }
          told = true;
          return { done: false, value: { metricsUpdated: { hesitationsCount: log.length } } };
        },
        return() {
          left.resolve();
          ended.add();
          return Promise.resolve({ done: true, value: undefined });
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
      return events;
    },
  };
  const lostNote = () => {
    throw new GraphQLError('The note is lost', { extensions: { code: 'SERVICE_UNAVAILABLE' } });
  };

  const http = createServer((request, response) => {
    readBody(request)
      .then(async (body) => {
        const answer = nextAnswer ?? {
          status: 200,
          body: await execute({
            schema,
            rootValue,
            document: parse(body.query),
            variableValues: body.variables,
            operationName: body.operationName,
          }),
          headers: {},
        };
        nextAnswer = undefined;
        response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
        response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
      })
      .catch((error: Error) => response.destroy(error));
  });
  const sockets = new WebSocketServer({ server: http, path: '/graphql' });
  sockets.on('connection', (socket) => {
    socket.on('message', (raw) => {
      const message: unknown = JSON.parse(String(raw));
      const authorization = (message as { payload?: { authorization?: string } }).payload?.authorization;
      if (authorization === undefined) return;
      server.tokens.push(authorization);
      shown.add();
    });
  });
  const graph = useServer(
    {
      schema,
      execute: (args) => execute({ ...args, rootValue }),
      subscribe: (args) => subscribe({ ...args, rootValue }),
      onConnect: ({ connectionParams }) => server.acceptToken(String(connectionParams?.['authorization'])),
    },
    sockets,
  );
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo; // a TCP server's address

  const server: GraphServer = {
    url: `http://127.0.0.1:${port}/graphql`,
    openedWith: [],
    tokens: [],
    append() {
      log.push('insight');
      const before = grown;
      grown = Promise.withResolvers<void>();
      before.resolve();
    },
    cut(code) {
      for (const socket of sockets.clients) {
        if (code === undefined) socket.terminate();
        else socket.close(code);
      }
    },
    feedsOpened: (count) => opened.reached(count),
    feedsEnded: (count) => ended.reached(count),
    tokensShown: (count) => shown.reached(count),
    answerNext(status, body, headers = {}) {
      nextAnswer = { status, body, headers };
    },
    refuseNextFeed(error) {
      refusal = error;
    },
    loseRounds() {
      roundsAreLost = true;
    },
    acceptToken: () => true,
    async close() {
      await graph.dispose();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return server;
}

interface GraphRequest {
  query: string;
  operationName?: string;
  variables?: Record<string, unknown>;
}

async function readBody(request: IncomingMessage): Promise<GraphRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // a request without encoding yields buffers
  return JSON.parse(Buffer.concat(chunks).toString()) as GraphRequest; // only our own client asks
}
