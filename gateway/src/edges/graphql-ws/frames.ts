/**
 * Messages of the server as bytes that are ready for the wire: WebSocket frames (RFC 6455, 5.2), unmasked, whole,
 * uncompressed. A batch of events becomes one piece of bytes for all subscribers, but for their ids: see
 * FrameTemplate.
 */
import type { Writable } from 'node:stream';
import type { FeedBatch, FeedEvent } from '../../subscriptions/feed-event.js';

const FINAL_TEXT = 0x81;
const FINAL_PING = 0x89;
const FINAL_PONG = 0x8a;

const BEFORE_ID = Buffer.from('{"id":');
const AFTER_ID = Buffer.from(',"type":"next","payload":');
const CLOSING_BRACE = '}'.charCodeAt(0);

/**
 * Frames of at least this size are not copied for a reader that cannot take them at once: all readers share the
 * bytes around the id, each write being of several pieces. Below it the pieces would cost more than the copy.
 */
const SHARED_FROM_BYTES = 16 * 1024;
/** An id of a UUID takes 38; longer ones are nobody's habit and get bytes of their own each time. */
const KEPT_ID_BYTES = 64;

/**
 * A subscription's id as it stands in messages, as JSON. Kept as a string in which each character is one byte of its
 * UTF-8, so that its length is that of its bytes and writing it needs no encoder.
 */
export type WireId = string & { readonly wire: unique symbol };

export function wireId(id: string): WireId {
  const known = SHORT_IDS.get(id);
  if (known !== undefined) return known;
  // The brand exists in types only.
  const wire = Buffer.from(JSON.stringify(id)).toString('latin1') as WireId;
  if (id.length <= SHORT_ID && SHORT_IDS.size < MAX_SHORT_IDS) SHORT_IDS.set(id, wire);
  return wire;
}

/** Ids that many sockets have, such as "1": one string for all of them is compared by its address. */
const SHORT_IDS = new Map<string, WireId>();
const SHORT_ID = 4;
const MAX_SHORT_IDS = 1024;

/** The protocol's own ping; the client's WebSocket answers it by itself. */
export const PING_FRAME: Buffer = controlFrame(FINAL_PING, Buffer.alloc(0));

/** @param payload of the ping that it answers, at most 125 bytes */
export const pongFrame = (payload: Buffer): Buffer => controlFrame(FINAL_PONG, payload);

function controlFrame(first: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.of(first, payload.length), payload]);
}

/** A whole text message. */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(headerLength(length) + length);
  frame.write(text, writeHeader(frame, 0, length));
  return frame;
}

function headerLength(payloadLength: number): number {
  if (payloadLength < 126) return 2;
  return payloadLength < 65_536 ? 4 : 10;
}

/** @returns where the payload begins */
function writeHeader(target: Buffer, at: number, payloadLength: number): number {
  target[at] = FINAL_TEXT;
  if (payloadLength < 126) {
    target[at + 1] = payloadLength;
    return at + 2;
  }
  if (payloadLength < 65_536) {
    target[at + 1] = 126;
    return target.writeUInt16BE(payloadLength, at + 2);
  }
  target[at + 1] = 127;
  return target.writeBigUInt64BE(BigInt(payloadLength), at + 2);
}

/**
 * The `next` messages of a batch, frame by frame in one piece, with a hole in each for an id of a given length.
 *
 * The id of the next reader is written into the very bytes that the last one got, as long as each write was taken by
 * the operating system at once. A stream that could not do so keeps the bytes until it can; then they are copied
 * before they are written into again.
 */
export class FrameTemplate {
  readonly frames: number;
  readonly byteLength: number;
  readonly #idLength: number;
  readonly #holes: number[] = [];
  readonly #shared: boolean;
  #bytes: Buffer;
  #written: WireId | undefined;
  #lent = false;

  constructor(events: readonly FeedEvent[], idLength: number) {
    const around = BEFORE_ID.length + idLength + AFTER_ID.length + 1;
    let total = 0;
    for (const { json } of events) total += headerLength(around + json.length) + around + json.length;
    const bytes = Buffer.allocUnsafe(total);
    let at = 0;
    for (const { json } of events) {
      at = writeHeader(bytes, at, around + json.length);
      at += BEFORE_ID.copy(bytes, at);
      this.#holes.push(at);
      at += idLength;
      at += AFTER_ID.copy(bytes, at);
      at += json.copy(bytes, at);
      bytes[at++] = CLOSING_BRACE;
    }
    this.frames = events.length;
    this.byteLength = total;
    this.#idLength = idLength;
    this.#shared = total >= SHARED_FROM_BYTES * events.length;
    this.#bytes = bytes;
  }

  /** Writes all frames, under this id, which has the length that the template is for. */
  writeTo(stream: Writable, id: WireId): void {
    if (this.#shared) this.#writeShared(stream, id);
    else this.#writeWhole(stream, id);
  }

  #writeWhole(stream: Writable, id: WireId): void {
    this.#enter(id);
    stream.write(this.#bytes);
    // Where nothing waits, the bytes have been taken and may be written into.
    if (stream.writableLength > 0) this.#lent = true;
  }

  #enter(id: WireId): void {
    if (this.#written === id) return;
    if (this.#lent) {
      this.#bytes = Buffer.from(this.#bytes);
      this.#lent = false;
    }
    for (const hole of this.#holes) this.#bytes.write(id, hole, 'latin1');
    this.#written = id;
  }

  #writeShared(stream: Writable, id: WireId): void {
    const idBytes = Buffer.from(id, 'latin1');
    stream.cork();
    let from = 0;
    for (const hole of this.#holes) {
      stream.write(this.#bytes.subarray(from, hole));
      stream.write(idBytes);
      from = hole + this.#idLength;
    }
    stream.write(this.#bytes.subarray(from));
    stream.uncork();
  }
}

/** A key of `FeedBatch.once` for each length of an id. */
const TEMPLATES: readonly symbol[] = Array.from({ length: KEPT_ID_BYTES + 1 }, (_, length) =>
  Symbol(`frames for an id of ${length} bytes`),
);

/** The last answer of `framesOf`: a batch goes to all its readers in a row, and most of them call their one feed alike. */
let last: { batch: FeedBatch; idLength: number; template: FrameTemplate } | undefined;

/** The frames of a batch for ids of this length, made once for all subscribers. */
export function framesOf(batch: FeedBatch, idLength: number): FrameTemplate {
  if (last && last.batch === batch && last.idLength === idLength) return last.template;
  const template = templateOf(batch, idLength);
  if (idLength <= KEPT_ID_BYTES) last = { batch, idLength, template };
  return template;
}

function templateOf(batch: FeedBatch, idLength: number): FrameTemplate {
  const key = TEMPLATES[idLength];
  const make = () => new FrameTemplate(batch.events, idLength);
  return key ? batch.once(key, make) : make();
}
