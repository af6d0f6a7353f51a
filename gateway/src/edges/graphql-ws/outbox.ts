/**
 * What goes out on one socket. Whole frames are written to the stream under the WebSocket; `ws` writes there only
 * whole control frames, since nothing is ever sent through it, so that the two may take turns. After `ws` has begun
 * to close nothing is written any more: a close frame is the last.
 */
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { FrameTemplate, WireId } from './frames.js';

/** Looked up once: on the class it is a search among slow properties, which took a tenth of the time of a delivery. */
const { OPEN } = WebSocket;

/** A reader for whom something waits is sent no more than up to this; one for whom nothing waits may be sent anything. */
export const MAX_UNSENT_BYTES = 1024 * 1024;

/** What went out on all sockets, for the metrics. */
export interface Sent {
  /** `next` messages. */
  events: number;
  /** With frame headers, all messages but close frames. */
  bytes: number;
  /** Pieces handed to the operating system, unless it takes several of one turn together. */
  writes: number;
}

export interface OutboxOwner {
  /** Called once: more would wait than may. Nothing is taken from then on. */
  tooSlow(): void;
  /** Called when something was to be sent to a socket that closes. */
  unreachable(): void;
}

export class Outbox {
  /** Where set, what is written in one turn of the event loop leaves together. */
  gathers = false;
  #over = false;

  constructor(
    private readonly stream: Duplex,
    private readonly socket: WebSocket,
    private readonly owner: OutboxOwner,
    private readonly turn: Turn,
    private readonly sent: Sent,
  ) {}

  /** Bytes that the operating system has not taken yet. */
  get unsent(): number {
    return this.stream.writableLength;
  }

  frame(bytes: Buffer): void {
    if (!this.#takes(bytes.length)) return;
    this.stream.write(bytes);
  }

  events(template: FrameTemplate, id: WireId): void {
    if (!this.#takes(template.byteLength)) return;
    this.sent.events += template.frames;
    template.writeTo(this.stream, id);
  }

  #takes(bytes: number): boolean {
    if (this.#over) return false;
    if (this.socket.readyState !== OPEN) {
      this.#over = true;
      this.owner.unreachable();
      return false;
    }
    if (this.#exceeds(bytes)) {
      this.#over = true;
      this.owner.tooSlow();
      return false;
    }
    if (this.gathers) this.turn.gather(this.stream);
    this.sent.bytes += bytes;
    this.sent.writes += 1;
    return true;
  }

  #exceeds(bytes: number): boolean {
    const { stream } = this;
    if (stream.writableLength === 0 || stream.writableLength + bytes <= MAX_UNSENT_BYTES) return false;
    // What this turn gathered has not been offered to the operating system yet.
    if (stream.writableCorked > 0) stream.uncork();
    return stream.writableLength > 0 && stream.writableLength + bytes > MAX_UNSENT_BYTES;
  }
}

/** Holds what is written in one turn of the event loop, so that it leaves in one write for each stream. */
export class Turn {
  #gathering = new Set<Duplex>();

  gather(stream: Duplex): void {
    if (stream.writableCorked > 0) return;
    stream.cork();
    if (this.#gathering.size === 0) setImmediate(() => this.#end());
    this.#gathering.add(stream);
  }

  #end(): void {
    const gathered = this.#gathering;
    this.#gathering = new Set();
    for (const stream of gathered) stream.uncork();
  }
}
