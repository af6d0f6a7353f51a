/**
 * One subscriber of a feed over a bare TCP connection: as cheap as a client can be. It counts the events and reads the
 * sequence in a sample of them, so that what it says of a feed is exact: the frame that is counted n-th must hold n.
 */
import { connect, type Socket } from 'node:net';
import { clientFrame, FrameReader, type FrameSink, OPCODE } from './frame-reader.js';
import { FEED_DOCUMENT, nowUs, SENT_AT_KEY, SEQUENCE_KEY } from './insight-event.js';

/** Events are longer, the protocol's other messages shorter. */
const SHORTEST_EVENT = 300;
const ID = '1';
const SEQUENCE_MARK = Buffer.from(`"${SEQUENCE_KEY}":`);
const SENT_AT_MARK = Buffer.from(`"${SENT_AT_KEY}":`);
const HEAD_END = '\r\n\r\n';

export interface SubscriberOptions {
  port: number;
  path: string;
  token: string;
  roundId: string;
  /** The cursor after which the feed goes on. */
  after?: number | undefined;
  /** One event in so many is read, from the `phase`-th on. */
  sampleEvery: number;
  phase: number;
  /** Told of each event, just counted. */
  onEvent(): void;
  /** Told of each read event's age at its receipt, in microseconds. */
  onAge?: ((us: number, subscriber: RawSubscriber) => void) | undefined;
  onFault(fault: string): void;
}

/** Shared by all: what is read is looked at before the next is. */
const received = Buffer.allocUnsafe(256 * 1024);

export class RawSubscriber implements FrameSink {
  /** Resolves when the subscription has been sent; there is no answer to it. */
  readonly subscribed: Promise<void>;
  readonly openedAtUs = nowUs();
  /** Events that came. */
  count = 0;
  /** The first one's sequence; 0 before it. */
  first = 0;
  readonly #socket: Socket;
  readonly #reader = new FrameReader(this);
  readonly #subscribed = Promise.withResolvers<void>();
  #head: string | undefined = '';
  #closing = false;

  constructor(readonly options: SubscriberOptions) {
    this.subscribed = this.#subscribed.promise;
    this.first = options.after === undefined ? 0 : options.after + 1;
    this.#socket = connect({
      host: '127.0.0.1',
      port: options.port,
      noDelay: true,
      onread: {
        buffer: received,
        callback: (length, bytes) => {
          // The buffer that was given above.
          this.#receive(bytes as Buffer, length);
          return true;
        },
      },
    });
    this.#socket.on('error', (error) => this.#fault(error.message));
    this.#socket.on('close', () => this.#fault('the server closed the connection'));
    this.#socket.write(
      `GET ${options.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n' +
        `Sec-WebSocket-Protocol: graphql-transport-ws${HEAD_END}`,
    );
  }

  /** The sequence of the last event. */
  get position(): number {
    return this.first + this.count - 1;
  }

  /** Ends the connection as a lost network does. */
  cut(): void {
    this.#closing = true;
    this.#socket.destroy();
  }

  wants(opcode: number, length: number): boolean {
    if (opcode !== OPCODE.text || length < SHORTEST_EVENT || this.first === 0) return true;
    return (this.count + this.options.phase) % this.options.sampleEvery === 0;
  }

  passed(): void {
    this.count += 1;
    this.options.onEvent();
  }

  frame(opcode: number, bytes: Buffer, start: number, end: number): void {
    if (opcode === OPCODE.ping) this.#socket.write(clientFrame(OPCODE.pong, bytes.subarray(start, end)));
    else if (opcode === OPCODE.close) {
      this.#fault(`closed with ${bytes.readUInt16BE(start)} ${bytes.toString('utf8', start + 2, end)}`);
    } else if (opcode === OPCODE.text && end - start >= SHORTEST_EVENT) this.#event(bytes, start, end);
    else if (opcode === OPCODE.text) this.#message(bytes.toString('utf8', start, end));
  }

  #event(bytes: Buffer, start: number, end: number): void {
    const sequence = numberAfter(bytes, SEQUENCE_MARK, start, end);
    if (sequence === undefined) {
      this.#fault(`unexpected: ${bytes.toString('utf8', start, end)}`);
      return;
    }
    this.first ||= sequence;
    this.count += 1;
    if (sequence !== this.position) this.#fault(`event ${sequence} came where ${this.position} was due`);
    const sentAt = numberAfter(bytes, SENT_AT_MARK, start, end);
    if (sentAt !== undefined) this.options.onAge?.(nowUs() - sentAt, this);
    this.options.onEvent();
  }

  #message(text: string): void {
    // A message of the protocol: an object with its type.
    const { type } = JSON.parse(text) as { type?: unknown };
    if (type === 'connection_ack') {
      const { roundId, after } = this.options;
      const variables = after === undefined ? { roundId } : { roundId, after: String(after) };
      this.#send({ id: ID, type: 'subscribe', payload: { query: FEED_DOCUMENT, variables } });
      this.#subscribed.resolve();
    } else if (type === 'ping') this.#send({ type: 'pong' });
    else if (type !== 'pong') this.#fault(`unexpected: ${text}`);
  }

  #receive(bytes: Buffer, length: number): void {
    try {
      if (this.#head === undefined) this.#reader.read(bytes, length);
      else this.#receiveHead(bytes.toString('latin1', 0, length));
    } catch (error) {
      this.#fault(error instanceof Error ? error.message : String(error));
    }
  }

  #receiveHead(part: string): void {
    const head = `${this.#head}${part}`;
    const end = head.indexOf(HEAD_END);
    this.#head = end < 0 ? head : undefined;
    if (end < 0) return;
    if (!head.startsWith('HTTP/1.1 101 ')) throw new Error(`refused: ${head}`);
    this.#send({ type: 'connection_init', payload: { authorization: `Bearer ${this.options.token}` } });
    const rest = Buffer.from(head.slice(end + HEAD_END.length), 'latin1');
    this.#reader.read(rest, rest.length);
  }

  #send(message: object): void {
    this.#socket.write(clientFrame(OPCODE.text, JSON.stringify(message)));
  }

  #fault(fault: string): void {
    if (this.#closing) return;
    this.cut();
    this.options.onFault(fault);
  }
}

function numberAfter(bytes: Buffer, mark: Buffer, start: number, end: number): number | undefined {
  let at = bytes.indexOf(mark, start);
  if (at < 0 || at >= end) return undefined;
  at += mark.length;
  let value = 0;
  for (let digit = (bytes[at] ?? 0) - 48; digit >= 0 && digit <= 9; digit = (bytes[at] ?? 0) - 48) {
    value = value * 10 + digit;
    at += 1;
  }
  return value;
}
