/**
 * The one graphql-transport-ws connection to a subgraph, on which every feed of every viewer runs. It connects
 * when the first feed is opened, reconnects with back-off as long as there are feeds, and then asks for each
 * of them anew: what it sends is made at that moment, so that a feed goes on from its last cursor.
 */
import type { Logger } from '@interview/runtime/log';
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, MessageType, parseMessage, type SubscribePayload } from 'graphql-ws';
import { WebSocket } from 'ws';

export interface UpstreamSink {
  /** The request is about to be sent (again): with what? */
  request(): SubscribePayload;
  /** `bytes` is the size of the message that brought it. */
  next(result: FormattedExecutionResult, bytes: number): void;
  /** The subgraph ended the feed with errors. */
  error(errors: readonly GraphQLFormattedError[]): void;
  /** The subgraph ended the feed. */
  complete(): void;
}

const CONNECT_TIMEOUT_MS = 3000;
const HEARTBEAT_MS = 5000;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 1000;
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

export interface SubgraphSocketOptions {
  name: string;
  /** Base address, http or https. */
  url: string;
  internalKey: string;
  log: Logger;
  /** Told of each reconnection, for the metrics. */
  onReconnect?: () => void;
  /** A connection on which nothing comes for this long, twice, not even the answer to a ping, is given up. */
  heartbeatMs?: number;
}

export class SubgraphSocket {
  readonly #options: SubgraphSocketOptions;
  readonly #feeds = new Map<string, UpstreamSink>();
  #socket: WebSocket | undefined;
  #ready = false;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;
  #nextId = 1;
  #closed = false;

  constructor(options: SubgraphSocketOptions) {
    this.#options = options;
  }

  /** Opens a feed, now or as soon as there is a connection. The answer ends it; nothing arrives after that. */
  subscribe(sink: UpstreamSink): () => void {
    const id = String(this.#nextId++);
    this.#feeds.set(id, sink);
    if (this.#ready) this.#request(id, sink);
    else if (!this.#socket && !this.#retry) this.#connect();
    return () => {
      if (this.#feeds.delete(id) && this.#ready) this.#send({ id, type: MessageType.Complete });
    };
  }

  /** Ends the connection; the feeds hear no more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#feeds.clear();
    this.#socket?.close(1000);
  }

  #connect(): void {
    this.#retry = undefined;
    const address = `${this.#options.url.replace(/^http/, 'ws').replace(/\/$/, '')}/graphql`;
    const socket = new WebSocket(address, GRAPHQL_TRANSPORT_WS_PROTOCOL, {
      handshakeTimeout: CONNECT_TIMEOUT_MS,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
    });
    this.#socket = socket;
    let reason = '';
    let alive = true;
    const acknowledged = setTimeout(() => socket.terminate(), CONNECT_TIMEOUT_MS);
    const heartbeat = setInterval(() => {
      if (!alive) return socket.terminate();
      alive = false;
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    }, this.#options.heartbeatMs ?? HEARTBEAT_MS);

    socket.on('open', () => {
      this.#send({ type: MessageType.ConnectionInit, payload: { internalKey: this.#options.internalKey } });
    });
    socket.on('pong', () => {
      alive = true;
    });
    socket.on('message', (raw) => {
      alive = true;
      // `ws` hands text over as a Buffer unless told otherwise.
      const bytes = raw as Buffer;
      let message: ReturnType<typeof parseMessage>;
      try {
        message = parseMessage(bytes.toString('utf8'));
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
        return socket.terminate();
      }
      if (message.type === MessageType.ConnectionAck) clearTimeout(acknowledged);
      this.#receive(message, bytes.length);
    });
    socket.on('error', (error) => {
      reason = error.message;
    });
    socket.on('close', (code, closeReason) => {
      clearTimeout(acknowledged);
      clearInterval(heartbeat);
      this.#ready = false;
      this.#socket = undefined;
      this.#lost(reason || `${code} ${closeReason}`);
    });
  }

  #receive(message: ReturnType<typeof parseMessage>, bytes: number): void {
    if (message.type === MessageType.ConnectionAck) {
      if (this.#failures > 0) {
        this.#options.log.info({ subgraph: this.#options.name, feeds: this.#feeds.size }, 'feeds are resumed');
        this.#options.onReconnect?.();
      }
      this.#ready = true;
      this.#failures = 0;
      for (const [id, sink] of this.#feeds) this.#request(id, sink);
    }
    if (message.type === MessageType.Ping) this.#send({ type: MessageType.Pong });
    if (message.type === MessageType.Next) {
      this.#feeds.get(message.id)?.next(message.payload as FormattedExecutionResult, bytes);
    }
    if (message.type === MessageType.Error || message.type === MessageType.Complete) {
      const sink = this.#feeds.get(message.id);
      this.#feeds.delete(message.id);
      if (message.type === MessageType.Error) sink?.error(message.payload);
      else sink?.complete();
    }
  }

  #lost(reason: string): void {
    if (this.#closed || this.#feeds.size === 0) return;
    if (this.#failures === 0) {
      this.#options.log.warn({ subgraph: this.#options.name, feeds: this.#feeds.size, reason }, 'feeds are cut off');
    }
    const delay = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#retry = setTimeout(() => this.#connect(), delay);
  }

  #request(id: string, sink: UpstreamSink): void {
    this.#send({ id, type: MessageType.Subscribe, payload: sink.request() });
  }

  #send(message: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}
