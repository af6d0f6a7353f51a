/** What becomes of segments whose decoder hangs, dies or answers nonsense. The decoder is the test's own; real ones have
 * their own tests. */
import type { DecodeRequest } from './decode-messages.js';
import { DECODER_LIMITS, type DecoderParts, DecoderRecogniser, HURRY_FROM_MS } from './decoder.recogniser.js';
import type { HostEvents } from './decoder-host.js';

/** A decoder that does with a segment what its first sample says. */
const [HANGS, DIES, NONSENSE] = [1, 2, 3];
const segment = (first = 0) => Int16Array.of(first, 0, 0);

interface Script {
  /** How each start goes; those beyond go well. */
  starts?: ('ready' | 'hangs' | 'dies')[];
  /** Ending it takes for ever. */
  endless?: boolean;
}

function decoder({ starts = [], endless = false }: Script = {}) {
  const seen = { started: 0, stopped: 0, hurried: [] as boolean[] };
  const host = (_: unknown, events: HostEvents) => {
    const how = starts[seen.started++] ?? 'ready';
    if (how === 'ready') queueMicrotask(() => events.answer({ kind: 'ready' }));
    if (how === 'dies') queueMicrotask(() => events.gone('exit code 1'));
    return {
      post: ({ id, audio, hurried }: DecodeRequest) => {
        seen.hurried.push(hurried);
        if (audio[0] === HANGS) return;
        queueMicrotask(() => {
          if (audio[0] === DIES) events.gone('SIGSEGV');
          else events.answer({ kind: 'heard', id, heard: audio[0] === NONSENSE ? null : 'words' });
        });
      },
      stop: () => {
        seen.stopped++;
        if (endless) return new Promise<void>(() => undefined);
        events.gone('SIGKILL');
        return Promise.resolve();
      },
    };
  };
  const parts: DecoderParts = {
    host,
    data: () => undefined,
    read: (heard) => {
      if (typeof heard !== 'string') throw new TypeError('no text');
      return { text: heard, words: [] };
    },
  };
  const limits = { ...DECODER_LIMITS, startMs: 30, answerMs: 30, stopMs: 30 };
  return { seen, recogniser: new DecoderRecogniser('decoder', parts, limits) };
}
const said = { text: 'words', words: [], recogniser: 'decoder' };
const outcomes = async (promises: Promise<unknown>[]) =>
  (await Promise.allSettled(promises)).map((one) => (one.status === 'fulfilled' ? 'heard' : one.reason.reason));

test('a decoder that answers no more is ended when its time is up, and another one decodes what waits', async () => {
  const { recogniser, seen } = decoder();
  await recogniser.start();
  const all = [HANGS, 0, 0].map((first) => recogniser.transcribe(segment(first)));
  expect(await outcomes(all)).toEqual(['did not answer in time', 'heard', 'heard']);
  expect(seen).toMatchObject({ started: 2, stopped: 1 });
  await recogniser.stop();
});

test('the time allowed grows with the audio', async () => {
  const { recogniser } = decoder();
  await recogniser.start();
  await expect(recogniser.transcribe(Int16Array.of(HANGS, ...new Int16Array(159)))).rejects.toThrow(
    'decoder did not answer within 70 ms',
  );
  await recogniser.stop();
});

test('a segment is hurried while more than a bound waits behind it, and only then', async () => {
  const { recogniser, seen } = decoder();
  await recogniser.start();
  const seconds = (length: number) => new Int16Array(length * 16_000);
  const all = [seconds(20), seconds(1), seconds(HURRY_FROM_MS / 1000), segment()].map((audio) =>
    recogniser.transcribe(audio),
  );
  expect(await outcomes(all)).toEqual(['heard', 'heard', 'heard', 'heard']);
  // Begun at once; then 15 s and a little wait behind the second, and next to nothing behind the third.
  expect(seen.hurried).toEqual([false, true, false, false]);
  await recogniser.stop();
});

test('a decoder that is not loaded in time is ended, and what waits for it is rejected', async () => {
  const { recogniser, seen } = decoder({ starts: ['hangs', 'hangs'] });
  const failure = { reason: 'was not loaded in time' };
  await expect(recogniser.start()).rejects.toMatchObject(failure);
  await expect(recogniser.transcribe(segment())).rejects.toMatchObject(failure);
  expect(await recogniser.transcribe(segment())).toEqual(said);
  expect(seen).toMatchObject({ started: 3, stopped: 2 });
  await recogniser.stop();
});

test('a segment on which the decoder dies takes none of those that wait with it', async () => {
  const { recogniser, seen } = decoder();
  await recogniser.start();
  const all = [0, DIES, 0, DIES, 0].map((first) => recogniser.transcribe(segment(first)));
  expect(await outcomes(all)).toEqual(['heard', 'broke off', 'heard', 'broke off', 'heard']);
  expect(seen.started).toBe(3);
  await recogniser.stop();
});

test('what waits is rejected when the decoder cannot be started again', async () => {
  const { recogniser, seen } = decoder({ starts: ['ready', 'dies'] });
  await recogniser.start();
  const all = [DIES, 0, 0].map((first) => recogniser.transcribe(segment(first)));
  expect(await outcomes(all)).toEqual(['broke off', 'could not be loaded', 'could not be loaded']);
  expect(await recogniser.transcribe(segment())).toEqual(said);
  expect(seen.started).toBe(3);
  await recogniser.stop();
});

test('an answer that cannot be read is the failure of its segment alone', async () => {
  const { recogniser, seen } = decoder();
  await recogniser.start();
  const all = [NONSENSE, 0].map((first) => recogniser.transcribe(segment(first)));
  expect(await outcomes(all)).toEqual(['gave an answer that could not be read', 'heard']);
  expect(seen.started).toBe(1);
  await recogniser.stop();
});

test('stopping rejects what waits, starts nothing, and does not wait for ever', async () => {
  const { recogniser, seen } = decoder({ endless: true });
  await recogniser.start();
  const all = [HANGS, 0].map((first) => recogniser.transcribe(segment(first)));
  const rejected = outcomes(all);
  await recogniser.stop();
  expect(await rejected).toEqual(['broke off', 'broke off']);
  expect(seen).toMatchObject({ started: 1, stopped: 1 });
});
