/** A plain graphql-transport-ws client for the tests: it sends what it is told and keeps what it receives. */
import { WebSocket } from 'ws';

export interface ReceivedMessage {
  type: string;
  id?: string;
  payload?: unknown;
}

export class FeedClient {
  readonly messages: ReceivedMessage[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly socket: WebSocket;
  #watchers: (() => void)[] = [];

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      this.messages.push(JSON.parse(String(data)) as ReceivedMessage);
      for (const watcher of [...this.#watchers]) watcher();
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
  }

  /** Connects without saying who it is. @throws Error when the upgrade is refused. */
  static connect(url: string, headers: Record<string, string> = {}): Promise<FeedClient> {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws', { headers });
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      const client = new FeedClient(socket);
      socket.once('open', () => resolve(client));
    });
  }

  /** Connects and is let in by this token. */
  static async open(url: string, token: string): Promise<FeedClient> {
    const client = await FeedClient.connect(url);
    client.init(`Bearer ${token}`);
    await client.until((m) => m.some((message) => message.type === 'connection_ack'));
    return client;
  }

  init(authorization?: unknown): void {
    this.send({ type: 'connection_init', payload: authorization === undefined ? {} : { authorization } });
  }

  subscribe(id: string, query: string, variables: Record<string, unknown> = {}): void {
    this.send({ type: 'subscribe', id, payload: { query, variables } });
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Payloads of the `next` messages of a subscription. */
  results(id: string): { data?: Record<string, unknown> | null; errors?: unknown[] }[] {
    return this.messages
      .filter((m) => m.type === 'next' && m.id === id)
      .map((m) => m.payload as { data?: Record<string, unknown> | null; errors?: unknown[] });
  }

  /** Resolves as soon as `condition` holds of the messages received. */
  until(condition: (messages: readonly ReceivedMessage[]) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!condition(this.messages)) return;
        this.#watchers = this.#watchers.filter((w) => w !== check);
        resolve();
      };
      this.#watchers.push(check);
      check();
    });
  }

  /** The first message of this kind, now or when it comes. */
  async message(type: string, id?: string): Promise<ReceivedMessage> {
    const matches = (m: ReceivedMessage) => m.type === type && (id === undefined || m.id === id);
    await this.until((messages) => messages.some(matches));
    const found = this.messages.find(matches);
    if (!found) throw new Error('The message has gone.');
    return found;
  }

  close(): void {
    this.socket.terminate();
  }
}
