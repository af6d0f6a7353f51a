import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createLog } from '@interview/runtime/log';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type WebSocket, WebSocketServer } from 'ws';
import { SubgraphSocket, type UpstreamSink } from './subgraph-socket.js';

/** A subgraph's socket by hand: the test says what it answers. */
class HandServer {
  readonly server: WebSocketServer;
  readonly received: { connection: number; type: string; id?: string; payload?: Record<string, unknown> }[] = [];
  connections: WebSocket[] = [];
  answer: (socket: WebSocket, message: { type: string; id?: string }) => void = (socket, { type }) => {
    if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
  };
  #watchers: (() => void)[] = [];

  constructor(autoPong: boolean) {
    this.server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/graphql', autoPong });
    this.server.on('connection', (socket) => {
      const connection = this.connections.push(socket);
      socket.on('message', (data) => {
        const message = JSON.parse(String(data)) as { type: string };
        this.received.push({ ...message, connection });
        this.answer(socket, message);
        for (const watcher of [...this.#watchers]) watcher();
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Resolves when a message of this type has come on the n-th connection. */
  got(type: string, connection: number): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (this.received.some((m) => m.type === type && m.connection === connection)) resolve();
      };
      this.#watchers.push(check);
      check();
    });
  }

  close(): void {
    for (const socket of this.connections) socket.terminate();
    this.server.close();
  }
}

describe('the socket to a subgraph', () => {
  let server: HandServer;
  let socket: SubgraphSocket;

  const start = async (autoPong = true, heartbeatMs = 60_000) => {
    server = new HandServer(autoPong);
    await once(server.server, 'listening');
    const log = createLog('test', 'silent');
    socket = new SubgraphSocket({ name: 'insights', url: server.url, internalKey: 'the-key', log, heartbeatMs });
  };
  beforeEach(() => start());
  afterEach(() => {
    socket.close();
    server.close();
  });

  const sink = (change: Partial<UpstreamSink> = {}): UpstreamSink => ({
    request: () => ({ query: 'subscription { a }' }),
    next: () => undefined,
    error: () => undefined,
    complete: () => undefined,
    ...change,
  });

  it('shows the internal key, and asks for a feed only when it was let in', async () => {
    socket.subscribe(sink());
    await server.got('subscribe', 1);
    expect(server.received.map((m) => [m.type, m.payload])).toEqual([
      ['connection_init', { internalKey: 'the-key' }],
      ['subscribe', { query: 'subscription { a }' }],
    ]);
  });

  it('asks anew, with what is to be asked then, on the next connection', async () => {
    let after = 1;
    socket.subscribe(sink({ request: () => ({ query: 'q', variables: { after: after++ } }) }));
    await server.got('subscribe', 1);
    server.connections[0]?.terminate();
    await server.got('subscribe', 2);
    const asked = server.received.filter((m) => m.type === 'subscribe').map((m) => m.payload?.['variables']);
    expect(asked).toEqual([{ after: 1 }, { after: 2 }]);
  });

  it('does not ask again for what has ended', async () => {
    const completed = Promise.withResolvers<void>();
    const acknowledge = server.answer;
    server.answer = (to, message) => {
      acknowledge(to, message);
      if (message.type === 'subscribe' && message.id === '1') to.send('{"type":"complete","id":"1"}');
    };
    socket.subscribe(sink({ complete: completed.resolve }));
    const leave = socket.subscribe(sink());
    socket.subscribe(sink());
    await completed.promise;
    leave();
    await server.got('complete', 1);
    server.connections[0]?.terminate();
    await server.got('subscribe', 2);
    expect(server.received.filter((m) => m.connection === 2 && m.type === 'subscribe').map((m) => m.id)).toEqual(['3']);
  });

  it('gives up a connection that has fallen silent', async () => {
    socket.close();
    server.close();
    await start(false, 20);
    socket.subscribe(sink());
    await server.got('subscribe', 1);
    await server.got('subscribe', 2);
  });

  it('gives up a connection that speaks something else', async () => {
    socket.subscribe(sink());
    await server.got('subscribe', 1);
    server.connections[0]?.send('hello?');
    await server.got('subscribe', 2);
  });
});
