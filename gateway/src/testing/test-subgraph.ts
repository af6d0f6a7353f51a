/**
 * A small subgraph with real HTTP and WebSocket servers, for the gateway's tests: it can be killed and started
 * again on its port, made to hang, and tells what it was asked. It keeps the protocol that the product's own
 * subgraphs keep with the gateway.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { readSignedViewer, type Viewer } from '@interview/runtime/viewer';
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLSchema,
  graphql,
  parse,
  subscribe,
} from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

export const TEST_INTERNAL_KEY = 'test-internal-key-0123456789abcdef-0123456789';

export interface TestContext {
  viewer: Viewer;
  /** Set by a feed's resolver: the position that is told before the first event. */
  position?: string;
}

/** The library's own type for these is not exported; `buildSubgraphSchema` checks them against the SDL. */
type Resolvers = Record<string, Record<string, unknown>>;
type SchemaModule = Exclude<Parameters<typeof buildSubgraphSchema>[0], DocumentNode>;

export interface AskedRequest {
  query: string;
  viewer: Viewer;
  internalKey: string | undefined;
}

export class TestSubgraph {
  readonly typeDefs: DocumentNode;
  /** GraphQL requests over HTTP, in order. */
  readonly asked: AskedRequest[] = [];
  /** Feeds that were opened, in order, as the gateway asked for them. */
  readonly opened: { query: string; variables: Record<string, unknown> }[] = [];
  /** Feeds that are open at this moment. */
  open = 0;
  /** Awaited before each answer. */
  beforeAnswer: (query: string) => Promise<void> = async () => undefined;
  /** Answers whatever is not GraphQL. */
  otherRoutes: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => {
    response.writeHead(404).end();
  };
  #schema: GraphQLSchema;
  #server: Server | undefined;
  #sockets: WebSocketServer | undefined;
  #port = 0;
  #watchers: (() => void)[] = [];

  constructor(
    readonly name: string,
    sdl: string,
    resolvers: Resolvers,
  ) {
    this.typeDefs = parse(
      `extend schema
        @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@tag", "@composeDirective"])
        @link(url: "https://specs.ai-interview-assistant.dev/feeds/v1.0", import: ["@resumable", "@startsWithState"])
        @composeDirective(name: "@resumable")
        @composeDirective(name: "@startsWithState")
      directive @resumable on FIELD_DEFINITION
      directive @startsWithState on FIELD_DEFINITION
      ${sdl}`,
    );
    this.#schema = buildSubgraphSchema([{ typeDefs: this.typeDefs, resolvers }] as SchemaModule);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    const sockets = new WebSocketServer({ server, path: '/graphql' });
    useServer<{ internalKey?: string }>(
      {
        schema: this.#schema,
        onConnect: (ctx) => ctx.connectionParams?.internalKey === TEST_INTERNAL_KEY,
        context: (_ctx, _id, payload): TestContext => ({
          viewer: readSignedViewer(String(payload.extensions?.['viewer']), TEST_INTERNAL_KEY),
        }),
        onSubscribe: (_ctx, _id, payload) => {
          this.opened.push({ query: payload.query, variables: { ...payload.variables } });
          this.#changed();
        },
        subscribe: async (args) => this.#watched(await subscribe(args), args),
        onNext: (_ctx, _id, _payload, _args, result) => result as FormattedExecutionResult,
      },
      sockets,
    );
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    this.#sockets = sockets;
  }

  /** WebSockets that are open at this moment. */
  get connections(): number {
    return this.#sockets?.clients.size ?? 0;
  }

  /** Ends every connection at once, as a killed process does. */
  async kill(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    for (const socket of this.#sockets?.clients ?? []) socket.terminate();
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    this.#server = undefined;
  }

  /** Resolves as soon as `condition` holds; looked at whenever a feed is opened or ends. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!condition()) return;
        this.#watchers = this.#watchers.filter((w) => w !== check);
        resolve();
      };
      this.#watchers.push(check);
      check();
    });
  }

  #changed(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  #watched(result: AsyncGenerator<ExecutionResult> | ExecutionResult, args: ExecutionArgs) {
    if (!(Symbol.asyncIterator in result)) return result;
    this.open += 1;
    this.#changed();
    const ended = () => {
      this.open -= 1;
      this.#changed();
    };
    // A context of this file's own making.
    const { position } = args.contextValue as TestContext;
    let told = position === undefined;
    let over = false;
    const end = () => {
      if (!over) ended();
      over = true;
    };
    return {
      async next() {
        if (!told) {
          told = true;
          return { done: false as const, value: { data: null, extensions: { cursor: position } } };
        }
        const next = await result.next();
        if (next.done) end();
        return next;
      },
      async return() {
        end();
        await result.return(undefined);
        return { done: true as const, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url !== '/graphql') return this.otherRoutes(request, response);
    let body = '';
    for await (const chunk of request) body += chunk;
    const { query, variables } = JSON.parse(body) as { query: string; variables?: Record<string, unknown> };
    const viewer = readSignedViewer(String(request.headers['x-viewer']), TEST_INTERNAL_KEY);
    this.asked.push({ query, viewer, internalKey: request.headers['x-internal-api-key']?.toString() });
    await this.beforeAnswer(query);
    const contextValue: TestContext = { viewer };
    const result = await graphql({
      schema: this.#schema,
      source: query,
      contextValue,
      ...(variables ? { variableValues: variables } : {}),
    });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(result));
  }
}
