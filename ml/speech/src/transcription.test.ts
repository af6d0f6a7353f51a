import { HeldRecogniser } from './held-recogniser.fixtures.js';
import { RecogniserBusyError } from './recogniser.js';
import { type SpokenSegment, Transcription } from './transcription.js';
import type { OpenSegment } from './voice-track.js';

function segment(from: number, audio = Int16Array.of(from, from + 1)): SpokenSegment {
  const times = { atMs: from, durationMs: 10, capturedAtMs: from + 10, audioAtMs: from };
  return { speaker: 'CANDIDATE', from, audio, ...times };
}
/** What the voice track tells of a segment of which these samples were said. */
function open(from: number, said: Int16Array): OpenSegment {
  return { from, atMs: from, knownMs: from + said.length / 16, before: 0, audio: (after) => said.subarray(after) };
}
const ramp = (length: number) => Int16Array.from({ length }, (_, i) => i % 1000);
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
  expect(successor.segments.map(({ audio }) => [...audio])).toEqual([
    [3, 4],
    [4, 5],
  ]);
});

test('one segment that fails does not stop the next', async () => {
  const recogniser = new HeldRecogniser();
  const transcription = new Transcription(recogniser);
  transcription.submit(segment(1));
  transcription.submit(segment(2));
  recogniser.segments[0]?.settle.reject(new RecogniserBusyError('too much waits'));
  recogniser.say(1, 'second');
  await transcription.settled();
  expect(texts(transcription)).toEqual(['too much waits', 'second']);
});

test('a recogniser that listens along hears each sample once, and the end of what it has heard', () => {
  const recogniser = new HeldRecogniser();
  const transcription = new Transcription(recogniser);
  const said = ramp(1000);
  for (const end of [100, 100, 400, 1000]) transcription.follow('CANDIDATE', open(7, said.subarray(0, end)));
  transcription.submit(segment(7, said.subarray(0, 900)));
  const [heard] = recogniser.segments;
  expect(recogniser.segments).toHaveLength(1);
  expect([...(heard?.audio ?? [])]).toEqual([...said]);
  expect(heard?.ended).toBe(900);
});

test('two speakers are heard on lines of their own', () => {
  const recogniser = new HeldRecogniser();
  const transcription = new Transcription(recogniser);
  transcription.follow('CANDIDATE', open(7, ramp(100)));
  transcription.follow('INTERVIEWER', open(7, ramp(50)));
  transcription.follow('CANDIDATE', open(7, ramp(200)));
  expect(recogniser.lines).toBe(2);
  expect(recogniser.segments.map(({ audio }) => audio.length)).toEqual([200, 50]);
});

test('interim text is told at most once in 300 ms of audio, the newest, and none after the end', () => {
  const recogniser = new HeldRecogniser();
  const transcription = new Transcription(recogniser);
  const said = ramp(16_000);
  const told: (string | undefined)[] = [];
  for (let at = 1600; at <= said.length; at += 1600) {
    transcription.follow('CANDIDATE', open(7, said.subarray(0, at)));
    recogniser.segments[0]?.onInterim({ text: `${at / 16} ms`, confidence: null });
    told.push(...transcription.takeInterim().map(({ text }) => text));
  }
  expect(told).toEqual(['100 ms', '400 ms', '700 ms', '1000 ms']);
  recogniser.segments[0]?.onInterim({ text: 'more', confidence: null });
  transcription.submit(segment(7, said));
  expect(transcription.takeInterim()).toEqual([]);
});

test('an open segment that comes to nothing is cancelled', () => {
  const recogniser = new HeldRecogniser();
  const transcription = new Transcription(recogniser);
  transcription.follow('CANDIDATE', open(7, ramp(100)));
  transcription.follow('CANDIDATE', null);
  expect(recogniser.segments[0]?.cancelled).toBe(true);
  transcription.follow('CANDIDATE', open(9, ramp(100)));
  expect(recogniser.segments).toHaveLength(2);
});

test('interim text of a segment that comes to nothing is to be taken back, by a successor too', () => {
  const tell = () => {
    const recogniser = new HeldRecogniser();
    const transcription = new Transcription(recogniser);
    transcription.follow('CANDIDATE', open(7, ramp(100)));
    expect(transcription.told).toEqual([]);
    recogniser.segments[0]?.onInterim({ text: 'well', confidence: null });
    transcription.takeInterim();
    return transcription;
  };
  const told = { speaker: 'CANDIDATE', from: 7, atMs: 7, durationMs: 100 / 16, capturedAtMs: 7 + 100 / 16 };
  const successor = () => new Transcription(new HeldRecogniser(), [], JSON.parse(JSON.stringify(tell().told)));
  for (const transcription of [tell(), successor()]) {
    expect(transcription.told).toEqual([told]);
    transcription.follow('CANDIDATE', open(7, ramp(200)));
    expect(transcription.takeNothing()).toEqual([]);
    transcription.follow('CANDIDATE', null);
    expect(transcription.takeNothing()).toEqual([told]);
    expect([...transcription.takeNothing(), ...transcription.told]).toEqual([]);
  }
});

test('a successor knows of a segment that text of it was told when it ends', async () => {
  const recogniser = new HeldRecogniser();
  const told = { speaker: 'CANDIDATE' as const, from: 7, atMs: 7, durationMs: 5, capturedAtMs: 12 };
  const transcription = new Transcription(recogniser, [], [told]);
  transcription.submit(segment(7));
  transcription.follow('CANDIDATE', null);
  expect([...transcription.takeNothing(), ...transcription.told]).toEqual([]);
  recogniser.segments[0]?.settle.resolve({ text: '', words: [], recogniser: 'held' });
  await settled();
  expect(transcription.take()).toMatchObject([{ interim: true }]);
});

test('cancelling forgets the audio, takes it back from the recogniser and leaves its lines', () => {
  const recogniser = new HeldRecogniser();
  const transcription = new Transcription(recogniser);
  transcription.submit(segment(1));
  transcription.follow('INTERVIEWER', open(7, ramp(100)));
  transcription.cancel();
  expect(recogniser.segments.map(({ cancelled }) => cancelled)).toEqual([true, true]);
  expect(recogniser.closed).toBe(2);
  expect(transcription.snapshot()).toEqual([]);
});
