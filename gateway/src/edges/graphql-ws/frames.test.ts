import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { FeedBatch, FeedEvent } from '../../subscriptions/feed-event.js';
import { framesOf, PING_FRAME, pongFrame, textFrame, wireId } from './frames.js';

interface Frame {
  opcode: number;
  payload: string;
}

/** Reads unmasked whole frames, as RFC 6455 (5.2) lays them out; written apart from the code under test. */
function framesIn(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes.readUInt8(at);
    expect(first & 0xf0).toBe(0x80);
    const short = bytes.readUInt8(at + 1);
    expect(short & 0x80).toBe(0);
    const [length, header] =
      short === 127
        ? [Number(bytes.readBigUInt64BE(at + 2)), 10]
        : short === 126
          ? [bytes.readUInt16BE(at + 2), 4]
          : [short, 2];
    const payload = bytes.subarray(at + header, at + header + length);
    expect(payload.length).toBe(length);
    frames.push({ opcode: first & 0x0f, payload: payload.toString() });
    at += header + length;
  }
  return frames;
}

/** Takes bytes at once, or holds them by reference, as a socket does that the operating system does not empty. */
class TestStream extends Writable {
  readonly chunks: Buffer[] = [];
  writes = 0;
  #held: (() => void)[] = [];

  constructor(private holds = false) {
    super({ highWaterMark: 1 });
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.writes += 1;
    if (this.holds) {
      this.#held.push(() => {
        this.chunks.push(Buffer.from(chunk));
        done();
      });
      return;
    }
    this.chunks.push(Buffer.from(chunk));
    done();
  }

  /** The operating system takes what was held. */
  release(): void {
    this.holds = false;
    for (const take of this.#held.splice(0)) take();
  }

  get messages(): unknown[] {
    return framesIn(Buffer.concat(this.chunks)).map(({ payload }) => JSON.parse(payload) as unknown);
  }
}

const eventOf = (data: Record<string, unknown>) => new FeedEvent({ data }, 'c', 0);
const next = (id: string, data: Record<string, unknown>) => ({ id, type: 'next', payload: { data } });
const IDS = ['1', '42', 'ä', '“quoted”', 'a"b\\c\n', '🎧', crypto.randomUUID(), 'x'.repeat(300)];

describe('frames', () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 70_000])('carry a text of %i bytes', (length) => {
    const text = 'x'.repeat(length);
    expect(framesIn(textFrame(text))).toEqual([{ opcode: 1, payload: text }]);
  });

  it('carry text beyond ASCII by its bytes', () => {
    const text = '{"naïve":"😀 – “z”"}'.repeat(9);
    expect(framesIn(textFrame(text))).toEqual([{ opcode: 1, payload: text }]);
  });

  it('answer a ping with what it brought', () => {
    expect(framesIn(PING_FRAME)).toEqual([{ opcode: 9, payload: '' }]);
    expect(framesIn(pongFrame(Buffer.from('p'.repeat(125))))).toEqual([{ opcode: 10, payload: 'p'.repeat(125) }]);
  });

  it.each([1, 300, 20_000])('tell each reader of a batch the same events under its own id (%i bytes)', (size) => {
    const data = [1, 2, 3].map((n) => ({ n, text: 'é'.repeat(size) }));
    const batch = new FeedBatch(data.map(eventOf));
    for (const id of IDS) {
      const stream = new TestStream();
      framesOf(batch, wireId(id).length).writeTo(stream, wireId(id));
      expect(stream.messages).toEqual(data.map((one) => next(id, one)));
    }
  });

  it('are made once for all ids of a length', () => {
    const batch = new FeedBatch([eventOf({ n: 1 })]);
    expect(framesOf(batch, wireId('a').length)).toBe(framesOf(batch, wireId('b').length));
    expect(framesOf(batch, wireId('a').length)).not.toBe(framesOf(batch, wireId('bb').length));
  });

  it('leave in one write, however many there are', () => {
    const stream = new TestStream();
    framesOf(new FeedBatch([1, 2, 3, 4].map((n) => eventOf({ n }))), 3).writeTo(stream, wireId('7'));
    expect(stream.writes).toBe(1);
  });

  it.each([100, 20_000])('keep what a slow reader has not taken, whatever comes for others (%i bytes)', (size) => {
    const slow = new TestStream(true);
    const quick = new TestStream();
    const data = { text: 'z'.repeat(size) };
    const frames = framesOf(new FeedBatch([eventOf(data)]), 3);
    frames.writeTo(slow, wireId('s'));
    frames.writeTo(quick, wireId('q'));
    frames.writeTo(slow, wireId('t'));
    frames.writeTo(quick, wireId('r'));
    slow.release();
    expect(slow.messages).toEqual([next('s', data), next('t', data)]);
    expect(quick.messages).toEqual([next('q', data), next('r', data)]);
  });
});
