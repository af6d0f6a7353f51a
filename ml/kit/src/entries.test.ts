import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { WaitingEntry } from './analyser.js';
import { compareIds, decodeEntry, nextId, type RawEntry } from './entries.js';
import { EntryQueue } from './entry-queue.js';
import { mergeInOrder } from './stream-reader.js';

const fields = (values: Record<string, string | Buffer>) =>
  Object.entries(values).flatMap(([name, value]) => [Buffer.from(name), Buffer.from(value)]);

const raw = (stream: RawEntry['stream'], id: string, capturedAtMs = 0): RawEntry => ({
  stream,
  id,
  fields: fields({ capturedAtMs: String(capturedAtMs), speaker: 'CANDIDATE', data: 'x' }),
});

describe('an entry', () => {
  it('of audio comes with samples that can be read as 16-bit numbers', () => {
    const samples = Buffer.from(new Int16Array([1, -2, 3]).buffer);
    const oddlyPlaced = Buffer.concat([Buffer.from('x'), samples]).subarray(1);
    const decoded = decodeEntry({
      stream: 'audio',
      id: '1-0',
      fields: [...fields({ speaker: 'INTERVIEWER', capturedAtMs: '12.5' }), Buffer.from('data'), oddlyPlaced],
    });
    if (decoded.stream !== 'audio') throw new Error('not audio');
    const { data, ...rest } = decoded.entry;
    expect(rest).toEqual({ speaker: 'INTERVIEWER', capturedAtMs: 12.5 });
    expect([...new Int16Array(data.buffer, data.byteOffset, 3)]).toEqual([1, -2, 3]);
  });

  it.each([
    ['without a field', { stream: 'tab', id: '1-0', fields: fields({ visible: '1' }) }],
    ['with a wrong value', { stream: 'tab', id: '1-0', fields: fields({ visible: '2', capturedAtMs: '1' }) }],
    ['that is no JSON', { stream: 'faces', id: '1-0', fields: fields({ json: '{' }) }],
  ] as const)('%s is refused', (_what, entry) => {
    expect(() => decodeEntry(entry)).toThrow();
  });

  it('is followed by the smallest id after its own', () => {
    expect(nextId('5-9')).toBe('5-10');
    expect(nextId('5-18446744073709551614')).toBe('5-18446744073709551615');
  });
});

describe('entries of several streams', () => {
  it('come in the order of their ids, however the reads are cut', () => {
    const ids = fc.uniqueArray(fc.nat(40), { maxLength: 30 }).map((all) => all.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(ids, ids, fc.integer({ min: 1, max: 4 }), (tab, faces, readCount) => {
        const streams = [tab.map((ms) => raw('tab', `${ms}-0`)), faces.map((ms) => raw('faces', `${ms}-1`))];
        const cursors = [-1, -1];
        const handled: string[] = [];
        for (let cut = true; cut; ) {
          const read = streams.map((entries, i) =>
            entries.slice((cursors[i] ?? -1) + 1, (cursors[i] ?? -1) + 1 + readCount),
          );
          const merged = mergeInOrder(read, readCount);
          cut = merged.cut;
          for (const entry of merged.entries) {
            cursors[entry.stream === 'tab' ? 0 : 1] = (cursors[entry.stream === 'tab' ? 0 : 1] ?? -1) + 1;
            handled.push(entry.id);
          }
        }
        const all = streams.flat().map(({ id }) => id);
        expect(handled).toEqual(all.toSorted(compareIds));
      }),
    );
  });
});

describe('the queue of a round', () => {
  it('drops pictures a second older than the newest, by arrival or by capture, and nothing else', () => {
    const dropped: string[] = [];
    const queue = new EntryQueue((stream, id, reason) => dropped.push(`${stream} ${id} ${reason}`), Date.now);
    queue.push([
      raw('audio', '1-0', 1),
      raw('video', '1-1', 5000),
      raw('video', '900-0', 3999),
      raw('video', '1000-0', 4000),
    ]);
    queue.push([raw('video', '1500-0', 5000)]);
    expect(dropped).toEqual(['video 1-1 stale', 'video 900-0 stale']);
    expect([queue.shift()?.id, queue.shift()?.id, queue.shift()?.id, queue.shift()]).toEqual([
      '1-0',
      '1000-0',
      '1500-0',
      undefined,
    ]);
  });

  it('is not fooled for long by a picture from the future', () => {
    const dropped: string[] = [];
    const queue = new EntryQueue((_stream, id) => dropped.push(id), Date.now);
    queue.push([raw('video', '1-0', 9e12)]);
    queue.push([raw('video', '2-0', 1000)]);
    queue.push([raw('video', '3-0', 1001)]);
    expect(dropped).toEqual([]);
  });

  it('drops a picture that is skipped when its turn comes, and asks about nothing else', () => {
    const dropped: string[] = [];
    let nowMs = 5000;
    const queue = new EntryQueue(
      (stream, id, reason) => dropped.push(`${stream} ${id} ${reason}`),
      () => nowMs,
    );
    queue.push([raw('audio', '1-0', 10), raw('video', '2-0', 20)]);
    nowMs += 70;
    queue.push([raw('video', '3-0', 30), raw('video', '4-0', 40)]);
    nowMs += 30;
    const asked: WaitingEntry[] = [];
    const skips = (entry: WaitingEntry) => {
      asked.push(entry);
      return entry.id !== '4-0';
    };
    expect([queue.shift(skips)?.id, queue.shift(skips)?.id, queue.shift(skips)]).toEqual(['1-0', '4-0', undefined]);
    expect(dropped).toEqual(['video 2-0 busy', 'video 3-0 busy']);
    expect(asked).toEqual([
      { stream: 'video', id: '2-0', capturedAtMs: 20, waitedMs: 100 },
      { stream: 'video', id: '3-0', capturedAtMs: 30, waitedMs: 30 },
      { stream: 'video', id: '4-0', capturedAtMs: 40, waitedMs: 30 },
    ]);
  });

  it('is full at 64 chunks of audio, never of pictures', () => {
    const queue = new EntryQueue(() => undefined, Date.now);
    queue.push(Array.from({ length: 500 }, (_, i) => raw('video', `${i}-0`)));
    expect(queue.hasRoom).toBe(true);
    queue.push(Array.from({ length: 64 }, (_, i) => raw('audio', `${i}-1`)));
    expect(queue.hasRoom).toBe(false);
  });
});
