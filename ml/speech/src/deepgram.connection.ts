/** One connection to Deepgram: audio out, results in, kept alive while nobody speaks. */
import { WebSocket } from 'ws';
import {
  CLOSE_STREAM,
  FINALIZE,
  KEEP_ALIVE,
  LISTEN_PATH,
  LISTEN_QUERY,
  type Results,
  readMessage,
} from './deepgram-messages.js';
import { RecogniserFailure } from './recogniser.js';

export interface DeepgramSettings {
  key: string;
  /** Base address, `wss://…`. */
  url: string;
  /** Silence after which the connection is kept alive. */
  keepAliveMs: number;
  /** How long a connection may take to open, and a closed one to end. */
  openWithinMs: number;
  /** How long after the end of a segment its words may come. */
  answerWithinMs: number;
}

/** Deepgram asks for 3–5 s between two signs of life; its final words come well within a second. */
export const DEEPGRAM_TIMES = { keepAliveMs: 4_000, openWithinMs: 5_000, answerWithinMs: 5_000 };

/** Samples of a binary message, 250 ms: what the service recommends at most. */
const FRAME = 4_000;

export interface ConnectionEvents {
  results(results: Results): void;
  /** Told once, unless it was closed by us. `again`: another connection may do better. */
  lost(failure: RecogniserFailure, again: boolean): void;
}

export class DeepgramConnection {
  readonly #socket: WebSocket;
  readonly #settings: DeepgramSettings;
  readonly #events: ConnectionEvents;
  readonly #keepAlive: NodeJS.Timeout;
  /** What was said before the connection was open. */
  #early: (Uint8Array | string)[] = [];
  #position = 0;
  #over = false;

  constructor(settings: DeepgramSettings, events: ConnectionEvents) {
    this.#settings = settings;
    this.#events = events;
    this.#socket = new WebSocket(`${settings.url}${LISTEN_PATH}?${new URLSearchParams(LISTEN_QUERY)}`, {
      headers: { Authorization: `Token ${settings.key}` },
      handshakeTimeout: settings.openWithinMs,
      perMessageDeflate: false,
    });
    this.#keepAlive = setInterval(() => this.#say(KEEP_ALIVE), settings.keepAliveMs);
    this.#listen();
  }

  /** Samples sent so far. */
  get position(): number {
    return this.#position;
  }

  send(samples: Int16Array): void {
    this.#position += samples.length;
    for (let at = 0; at < samples.length; at += FRAME) {
      // A copy of its own: what is sent is read after this call.
      this.#say(new Uint8Array(samples.slice(at, at + FRAME).buffer));
    }
  }

  finalize(): void {
    this.#say(FINALIZE);
  }

  /** No more audio comes. The server ends the connection when it has answered, or we do. */
  close(): void {
    if (this.#over) return;
    if (this.#socket.readyState !== WebSocket.OPEN) {
      this.terminate();
      return;
    }
    this.#say(CLOSE_STREAM);
    this.#end();
    const limit = setTimeout(() => this.#socket.terminate(), this.#settings.openWithinMs);
    this.#socket.once('close', () => clearTimeout(limit));
  }

  /** Ends it at once. */
  terminate(): void {
    this.#end();
    this.#socket.terminate();
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on('open', () => {
      for (const message of this.#early.splice(0)) socket.send(message);
    });
    socket.on('message', (data, binary) => {
      if (!this.#over) this.#read(String(data), binary);
    });
    socket.on('unexpected-response', (_, response) => {
      const status = response.statusCode ?? 0;
      this.#lose(new RecogniserFailure(`Deepgram refused with HTTP ${status}`, refusal(status)), status >= 500);
      socket.terminate();
    });
    socket.on('error', (error) => {
      this.#lose(
        new RecogniserFailure(`Deepgram could not be reached: ${error.message}`, 'could not be reached'),
        true,
      );
    });
    socket.on('close', (code, reason) => {
      const message = `Deepgram closed with ${code} ${reason}`.trimEnd();
      // 1008, DATA-0000: the audio cannot be decoded; the same audio again would not be either.
      this.#lose(new RecogniserFailure(message, 'broke off'), code !== 1008);
    });
  }

  #read(text: string, binary: boolean): void {
    try {
      if (binary) throw new Error('a binary message');
      const results = readMessage(text);
      if (results) this.#events.results(results);
    } catch (error) {
      const message = `Deepgram answered what is not its protocol: ${(error as Error).message}`;
      this.#lose(new RecogniserFailure(message, 'gave an answer that could not be read'), true);
      this.#socket.terminate();
    }
  }

  #say(message: Uint8Array | string): void {
    if (this.#over) return;
    this.#keepAlive.refresh();
    if (this.#socket.readyState === WebSocket.CONNECTING) this.#early.push(message);
    else this.#socket.send(message, () => undefined); // that it failed is told by 'close'
  }

  #lose(failure: RecogniserFailure, again: boolean): void {
    if (this.#over) return;
    this.#end();
    this.#events.lost(failure, again);
  }

  #end(): void {
    this.#over = true;
    this.#early = [];
    clearInterval(this.#keepAlive);
  }
}

function refusal(status: number): string {
  if (status === 401 || status === 403) return 'refused the API key';
  if (status === 402) return 'has no credit left';
  if (status === 429) return 'has too many requests';
  return status >= 500 ? 'is out of order' : 'refused the request';
}
