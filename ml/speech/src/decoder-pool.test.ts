/** Which decoder is given a segment, and when one more is loaded. The decoders are the test's own. */
import type { DecodeRequest } from './decode-messages.js';
import { DecoderRecogniser } from './decoder.recogniser.js';
import type { HostEvents } from './decoder-host.js';
import { ANOTHER_FROM_MS, DecoderPool } from './decoder-pool.js';

const seconds = (length: number) => new Int16Array(length * 16_000);
const longer = seconds(ANOTHER_FROM_MS / 1000 + 1);

/** A pool whose decoders answer with their number when they are told to; those after the first may fail to load. */
function pool({ atMost = 2, loads = true } = {}) {
  const opened: { posted: number[]; stopped: boolean; answer: () => void }[] = [];
  const open = () =>
    new DecoderRecogniser('decoder', {
      data: () => undefined,
      read: (heard) => ({ text: String(heard), words: [] }),
      host: (_: unknown, events: HostEvents) => {
        const number = opened.length + 1;
        const asked: number[] = [];
        const one = {
          posted: [] as number[],
          stopped: false,
          answer: () => {
            const id = asked.shift();
            if (id !== undefined) events.answer({ kind: 'heard', id, heard: number });
          },
        };
        opened.push(one);
        const able = loads || number === 1;
        queueMicrotask(() => events.answer(able ? { kind: 'ready' } : { kind: 'unable', reason: 'no memory' }));
        return {
          post: ({ id, audio }: DecodeRequest) => {
            asked.push(id);
            one.posted.push(audio.length / 16_000);
          },
          stop: async () => {
            one.stopped = true;
            events.gone('SIGKILL');
          },
        };
      },
    });
  return { opened, recogniser: new DecoderPool(open, atMost) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('one decoder does what does not wait', async () => {
  const { recogniser, opened } = pool();
  await recogniser.start();
  const first = recogniser.transcribe(seconds(2));
  opened[0]?.answer();
  expect(await first).toEqual({ text: '1', words: [], recogniser: 'decoder' });
  const more = [recogniser.transcribe(seconds(1)), recogniser.transcribe(seconds(1))];
  opened[0]?.answer();
  await more[0];
  opened[0]?.answer();
  await more[1];
  expect(opened.map(({ posted }) => posted)).toEqual([[2, 1, 1]]);
});

test('another one is loaded when audio waits, is kept, and the least busy is given the next', async () => {
  const { recogniser, opened } = pool();
  await recogniser.start();
  const slow = recogniser.transcribe(longer);
  const behind = recogniser.transcribe(seconds(1));
  await settled();
  const other = recogniser.transcribe(seconds(2));
  await settled();
  // What came while it was loaded waits for the first.
  expect(opened.map(({ posted }) => posted)).toEqual([[4], [2]]);
  opened[1]?.answer();
  expect((await other).text).toBe('2');
  const next = recogniser.transcribe(seconds(3));
  opened[1]?.answer();
  expect((await next).text).toBe('2');
  opened[0]?.answer();
  expect((await slow).text).toBe('1');
  opened[0]?.answer();
  expect((await behind).text).toBe('1');
  expect(opened).toHaveLength(2);
});

test('one that cannot be loaded is given nothing, and not wanted again', async () => {
  const { recogniser, opened } = pool({ loads: false });
  await recogniser.start();
  const all: Promise<unknown>[] = [];
  for (let n = 0; n < 4; n++) {
    all.push(recogniser.transcribe(longer));
    await settled();
  }
  for (const one of all) {
    opened[0]?.answer();
    expect(await one).toMatchObject({ text: '1' });
  }
  expect(opened.map(({ posted }) => posted.length)).toEqual([4, 0]);
});

test('there are never more than allowed', async () => {
  const { recogniser, opened } = pool({ atMost: 1 });
  await recogniser.start();
  const all = [longer, longer, longer].map((audio) => recogniser.transcribe(audio));
  for (const one of all) {
    opened[0]?.answer();
    expect((await one).text).toBe('1');
  }
  expect(opened).toHaveLength(1);
});

test('stopping stops them all, and rejects what waits for any', async () => {
  const { recogniser, opened } = pool();
  await recogniser.start();
  const all = Promise.allSettled([recogniser.transcribe(longer), recogniser.transcribe(longer)]);
  await recogniser.stop();
  expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(opened.map(({ stopped }) => stopped)).toEqual([true, true]);
});
