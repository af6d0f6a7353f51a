import { type Recogniser, RecogniserBusyError, type Transcript } from './recogniser.js';
import { type SpokenSegment, Transcription } from './transcription.js';

/** A recogniser that answers when the test says so. */
class HeldRecogniser implements Recogniser {
  readonly name = 'held';
  readonly heard: { audio: Int16Array; settle: PromiseWithResolvers<Transcript>; signal: AbortSignal | undefined }[] =
    [];

  async start() {}
  async stop() {}
  transcribe(audio: Int16Array, signal?: AbortSignal): Promise<Transcript> {
    const settle = Promise.withResolvers<Transcript>();
    this.heard.push({ audio, settle, signal });
    return settle.promise;
  }
  say(index: number, text: string) {
    this.heard[index]?.settle.resolve({ text, words: [] });
  }
}

function segment(from: number): SpokenSegment {
  const times = { atMs: from, durationMs: 10, capturedAtMs: from + 10, audioAtMs: from };
  return { speaker: 'CANDIDATE', from, audio: Int16Array.of(from, from + 1), ...times };
}
/** Lets what was settled reach those who wait for it. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const texts = (transcription: Transcription) =>
  transcription.take().map((result) => ('transcript' in result ? result.transcript.text : result.failure));

test('results come in the order in which they were spoken, each once', async () => {
  const recogniser = new HeldRecogniser();
  const transcription = new Transcription(recogniser);
  for (const from of [1, 2, 3]) transcription.submit(segment(from));
  recogniser.say(1, 'second');
  await settled();
  expect(texts(transcription)).toEqual([]);
  recogniser.say(0, 'first');
  await settled();
  expect(texts(transcription)).toEqual(['first', 'second']);
  expect(texts(transcription)).toEqual([]);
  recogniser.say(2, 'third');
  await transcription.settled();
  expect(texts(transcription)).toEqual(['third']);
});

test('what is not told yet is transcribed again from the snapshot, and nothing else', async () => {
  const recogniser = new HeldRecogniser();
  const transcription = new Transcription(recogniser);
  for (const from of [1, 2, 3]) transcription.submit(segment(from));
  recogniser.say(0, 'told');
  recogniser.say(1, 'done but not told');
  await settled();
  transcription.take();
  transcription.submit(segment(4));
  const state = JSON.parse(JSON.stringify(transcription.snapshot()));
  const successor = new HeldRecogniser();
  new Transcription(successor, state);
  expect(successor.heard.map(({ audio }) => [...audio])).toEqual([
    [3, 4],
    [4, 5],
  ]);
});

test('one segment that fails does not stop the next', async () => {
  const recogniser = new HeldRecogniser();
  const transcription = new Transcription(recogniser);
  transcription.submit(segment(1));
  transcription.submit(segment(2));
  recogniser.heard[0]?.settle.reject(new RecogniserBusyError('too much waits'));
  recogniser.say(1, 'second');
  await transcription.settled();
  expect(texts(transcription)).toEqual(['too much waits', 'second']);
});

test('cancelling forgets the audio and takes it back from the recogniser', () => {
  const recogniser = new HeldRecogniser();
  const transcription = new Transcription(recogniser);
  transcription.submit(segment(1));
  transcription.cancel();
  expect(recogniser.heard[0]?.signal?.aborted).toBe(true);
  expect(transcription.snapshot()).toEqual([]);
});
