/**
 * A local server that speaks Deepgram's streaming protocol as its documentation tells it: for tests of the real
 * client code. It checks what it is asked (address, key, settings, whole samples, text frames), answers interim and
 * final results as it hears words, and can be told to fail in the ways that a service and a network fail.
 */
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { Ear } from './deepgram-ear.fixtures.js';
import { joinSamples, samplesOf } from './pcm.js';
import type { SpokenAudio } from './spoken-words.fixtures.js';

export const KEY = 'a-key-of-the-tests';

/** How one connection fails. */
export type Fault =
  /** The upgrade is refused with this status. */
  | { refuse: number }
  /** The connection breaks off after so much audio, without a closing frame. */
  | { dropAfterMs: number }
  /** Nothing is answered any more. */
  | { stall: true }
  /** This is sent with the first audio. */
  | { answer: string }
  /** `Finalize` is not answered with results of its own. */
  | { quietFinalize: true };

export interface ServerOptions {
  known?: readonly SpokenAudio[];
  /** Silence after which it closes with NET-0001. */
  idleMs?: number;
}

/** Audio between two interim results, and silence that ends an utterance. */
const INTERIM_EVERY = 8_000;
const ENDPOINTING = 4_800;

export class DeepgramServer extends EventEmitter<{ connection: []; message: []; closed: [] }> {
  /** Taken by the next connections, one each. */
  readonly faults: Fault[] = [];
  readonly connections: ServedConnection[] = [];
  readonly refused: number[] = [];
  readonly #options: ServerOptions;
  readonly #http: Server;
  readonly #upgrades = new WebSocketServer({ noServer: true });

  private constructor(options: ServerOptions) {
    super();
    this.#options = options;
    this.#http = createServer((_, response) => response.writeHead(404).end());
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  static async listen(options: ServerOptions = {}): Promise<DeepgramServer> {
    const server = new DeepgramServer(options);
    server.#http.listen(0, '127.0.0.1');
    await once(server.#http, 'listening');
    return server;
  }

  get url(): string {
    // A listening TCP server has an address and a port.
    return `ws://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** Resolves when what was seen so far meets the condition. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await Promise.race((['connection', 'message', 'closed'] as const).map((event) => once(this, event)));
    }
  }

  async close(): Promise<void> {
    for (const { socket } of this.connections) socket.terminate();
    this.#http.close();
    this.#http.closeAllConnections();
    await once(this.#http, 'close');
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const fault = this.faults.shift();
    const status = fault && 'refuse' in fault ? fault.refuse : refusalOf(request);
    if (status) {
      this.refused.push(status);
      socket.end(`HTTP/1.1 ${status} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      this.emit('connection');
      return;
    }
    this.#upgrades.handleUpgrade(request, socket, head, (webSocket) => {
      const ear = new Ear(this.#options.known ?? []);
      const served = new ServedConnection(webSocket, ear, fault, this.#options.idleMs ?? 10_000);
      this.connections.push(served);
      webSocket.on('message', () => this.emit('message'));
      webSocket.on('close', () => this.emit('closed'));
      this.emit('connection');
    });
  }
}

/** What the documentation wants of a request; null when it is right. */
function refusalOf(request: IncomingMessage): number | null {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
  if (pathname !== '/v1/listen') return 404;
  if (request.headers.authorization !== `Token ${KEY}`) return 401;
  const wanted = { encoding: 'linear16', sample_rate: '16000', channels: '1', filler_words: 'true' };
  return Object.entries(wanted).every(([name, value]) => searchParams.get(name) === value) ? null : 400;
}

export class ServedConnection {
  keepAlives = 0;
  finalizes = 0;
  closeStream = false;
  /** The code it was closed with; 1006 when it broke off. */
  closed: number | undefined;
  readonly #audio: Int16Array[] = [];
  #position = 0;
  #finalTo = 0;
  #interimAt = 0;
  readonly #idle: NodeJS.Timeout;

  constructor(
    readonly socket: WebSocket,
    private readonly ear: Ear,
    private readonly fault: Fault | undefined,
    idleMs: number,
  ) {
    this.#idle = setTimeout(() => socket.close(1011, 'NET-0001'), idleMs);
    socket.on('message', (data, binary) => {
      this.#idle.refresh();
      // The default binary type is a Buffer.
      if (binary) this.#hear(data as Buffer);
      else this.#told(String(data));
    });
    socket.on('close', (code) => {
      clearTimeout(this.#idle);
      this.closed = code;
    });
  }

  get samples(): Int16Array {
    return joinSamples(this.#audio);
  }

  #hear(bytes: Buffer): void {
    if (bytes.length === 0 || bytes.length % 2 !== 0) {
      this.socket.close(1008, 'DATA-0000');
      return;
    }
    const samples = samplesOf(bytes);
    this.#audio.push(samples);
    this.#position += samples.length;
    const { fault } = this;
    if (fault && 'stall' in fault) return;
    if (fault && 'answer' in fault && this.#audio.length === 1) {
      this.socket.send(fault.answer);
      return;
    }
    this.ear.hear(samples);
    this.#answerAsItComes();
    if (fault && 'dropAfterMs' in fault && this.#position >= fault.dropAfterMs * 16) this.socket.terminate();
  }

  #answerAsItComes(): void {
    const last = this.ear.words.at(-1);
    if (last && last.end > this.#finalTo && this.#position - last.end >= ENDPOINTING) this.#final(false);
    if (this.#position - this.#interimAt < INTERIM_EVERY) return;
    this.#interimAt = this.#position;
    this.#send(false, false);
  }

  #told(text: string): void {
    const { type } = JSON.parse(text) as { type?: unknown }; // whatever it is, an unknown one is refused
    if (type === 'KeepAlive') this.keepAlives++;
    else if (type === 'Finalize') this.#finalize();
    else if (type === 'CloseStream') this.#close();
    else this.socket.close(1008, 'DATA-0000');
  }

  #finalize(): void {
    this.finalizes++;
    const { fault } = this;
    if ((fault && ('stall' in fault || 'quietFinalize' in fault)) || this.#finalTo === this.#position) return;
    this.#final(true);
  }

  #close(): void {
    this.closeStream = true;
    if (this.#finalTo < this.#position) this.#final(false);
    this.socket.send(JSON.stringify({ type: 'Metadata', duration: this.#position / 16_000, channels: 1 }));
    this.socket.close(1000);
  }

  #final(fromFinalize: boolean): void {
    this.#send(true, fromFinalize);
    this.#finalTo = this.#position;
    this.#interimAt = this.#position;
  }

  #send(final: boolean, fromFinalize: boolean): void {
    const words = this.ear.words.filter(({ end }) => end > this.#finalTo);
    const confidence = words.length > 0 ? 0.9 : 0;
    const told = words.map(({ text, written, start, end, confidence }) => {
      return { word: text, punctuated_word: written, start: start / 16_000, end: end / 16_000, confidence };
    });
    this.socket.send(
      JSON.stringify({
        type: 'Results',
        channel_index: [0, 1],
        start: this.#finalTo / 16_000,
        duration: (this.#position - this.#finalTo) / 16_000,
        is_final: final,
        speech_final: final && !fromFinalize,
        from_finalize: fromFinalize,
        channel: {
          alternatives: [{ transcript: words.map(({ written }) => written).join(' '), confidence, words: told }],
        },
      }),
    );
  }
}
