import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clientFrame, FrameReader, OPCODE } from './frame-reader.js';

/** As a server frames it. */
function serverFrame(opcode: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 126) return Buffer.concat([Buffer.from([0x80 | opcode, length]), content]);
  const header = Buffer.alloc(length <= 0xffff ? 4 : 10);
  header[0] = 0x80 | opcode;
  header[1] = length <= 0xffff ? 126 : 127;
  if (length <= 0xffff) header.writeUInt16BE(length, 2);
  else header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, content]);
}

/** What a reader makes of the bytes, when it wants every frame that is shorter than `wanted`. */
function seen(parts: readonly Buffer[], wanted: number) {
  const frames: (string | 'passed')[] = [];
  const reader = new FrameReader({
    wants: (_opcode, length) => length < wanted,
    frame: (opcode, bytes, start, end) => frames.push(`${opcode} ${bytes.toString('latin1', start, end)}`),
    passed: () => frames.push('passed'),
  });
  // As sockets read: always into the same memory.
  const memory = Buffer.alloc(1024 * 1024);
  for (const part of parts) {
    part.copy(memory);
    reader.read(memory, part.length);
  }
  return frames;
}

function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const cuts = [0, ...places.map((place) => place % bytes.length).toSorted((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((end, i) => bytes.subarray(cuts[i], end));
}

const contents = fc.array(
  fc
    .oneof(fc.integer({ min: 0, max: 130 }), fc.constantFrom(413, 65_535, 65_536, 70_000))
    .map((length) => 'x'.repeat(length)),
  { minLength: 1, maxLength: 12 },
);

describe('the reader of frames', () => {
  it('finds every frame, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        contents,
        fc.array(fc.nat(), { maxLength: 20 }),
        fc.constantFrom(0, 126, 500, 1e6),
        (texts, cuts, wanted) => {
          const bytes = Buffer.concat(texts.map((text) => serverFrame(OPCODE.text, Buffer.from(text))));
          const expected = texts.map((text) => (text.length < wanted ? `${OPCODE.text} ${text}` : 'passed'));
          expect(seen(cutAt(bytes, cuts), wanted)).toEqual(expected);
        },
      ),
    );
  });

  it('tells frames of the protocol from those that carry text', () => {
    const bytes = Buffer.concat([
      serverFrame(OPCODE.ping, Buffer.from('a')),
      serverFrame(OPCODE.close, Buffer.alloc(0)),
    ]);
    expect(seen([bytes], 126)).toEqual(['9 a', '8 ']);
  });

  it('refuses what no server may send', () => {
    expect(() => seen([clientFrame(OPCODE.text, 'masked')], 126)).toThrow('masked');
    expect(() => seen([Buffer.from([OPCODE.text, 1, 120])], 126)).toThrow('fragment');
  });
});
