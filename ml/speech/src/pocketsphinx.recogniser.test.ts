/** The recogniser itself, on real speech: skipped where its library or its model is not on the machine. */
import { jest } from '@jest/globals';
import { PocketsphinxRecogniser, WAITING_AT_MOST_MS } from './pocketsphinx.recogniser.js';
import { findPocketsphinx, type PocketsphinxFiles } from './pocketsphinx-files.js';
import { RecogniserBusyError } from './recogniser.js';
import { noise, recording, wordErrorRate } from './recordings.fixtures.js';

/** Decoding needs a third of the audio's length, and several times that on a machine that is busy. */
jest.setTimeout(120_000);

/** 2 s of speech. */
const sentence = () => recording('hesitant_answer').subarray(16_000 * 3, 16_000 * 5);

const found = findPocketsphinx(process.env);
const why = typeof found === 'string' ? `pocketsphinx (skipped: ${found})` : 'pocketsphinx';
const files = (): PocketsphinxFiles => {
  if (typeof found === 'string') throw new Error(found);
  return found;
};

const SAID = {
  jfk: 'and so my fellow americans ask not what your country can do for you ask what you can do for your country',
  hesitant_answer:
    'we had a problem with high latency in our order service so i profiled it and found that the database was missing an index after adding it the response time dropped by eighty percent',
} as const;

(typeof found === 'string' ? describe.skip : describe)(why, () => {
  let recogniser: PocketsphinxRecogniser;
  beforeAll(async () => {
    recogniser = new PocketsphinxRecogniser(files());
    await recogniser.start();
  });
  afterAll(() => recogniser.stop());

  // Measured 27 % and 12 %: a decoder that is set up wrongly is far beyond.
  test.each([
    ['jfk', 0.45],
    ['hesitant_answer', 0.25],
  ] as const)('most words of %s are right, and each has its time and confidence', async (name, limit) => {
    const audio = recording(name);
    const { text, words } = await recogniser.transcribe(audio);
    expect(wordErrorRate(SAID[name], text)).toBeLessThan(limit);
    expect(text).toBe(words.map((word) => word.text).join(' '));
    expect(text).toMatch(/^[a-z' ]+$/);
    let before = 0;
    for (const { startMs, endMs, confidence } of words) {
      expect(startMs).toBeGreaterThanOrEqual(before);
      expect(endMs).toBeGreaterThan(startMs);
      expect(confidence).toBeGreaterThanOrEqual(0);
      expect(confidence).toBeLessThanOrEqual(1);
      before = endMs;
    }
    expect(before).toBeLessThanOrEqual(audio.length / 16);
  });

  test('words keep their place across a pause', async () => {
    const { words } = await recogniser.transcribe(recording('hesitant_answer'));
    expect(words.find(({ text }) => text === 'we')?.startMs).toBeCloseTo(3200, -2.5);
    expect(words.find(({ text }) => text === 'i')?.startMs).toBeGreaterThan(8500);
  });

  test('the same audio gives the same answer, whatever came before', async () => {
    const audio = sentence();
    const first = await recogniser.transcribe(audio);
    await recogniser.transcribe(noise(16_000, 4000));
    expect(await recogniser.transcribe(audio)).toEqual(first);
  });

  test('no audio has no words', async () => {
    expect((await recogniser.transcribe(new Int16Array(0))).words).toEqual([]);
  });

  test('the event loop stays free while it decodes', async () => {
    const begun = performance.now();
    const decoding = recogniser.transcribe(recording('jfk'));
    let longest = 0;
    let last = begun;
    const watch = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    await decoding;
    clearInterval(watch);
    expect(longest).toBeLessThan((performance.now() - begun) / 2);
  });

  test('it refuses more audio than it works off in reasonable time, and forgets what is taken back', async () => {
    const abort = new AbortController();
    const short = new Int16Array(1_600);
    const waiting = [short, new Int16Array(WAITING_AT_MOST_MS * 16)].map((a) => recogniser.transcribe(a, abort.signal));
    await expect(recogniser.transcribe(short)).rejects.toBeInstanceOf(RecogniserBusyError);
    abort.abort(new Error('consent withdrawn'));
    const results = await Promise.allSettled(waiting);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(recogniser.transcribe(new Int16Array(160))).resolves.toMatchObject({ text: '' });
  });

  test('what waits is rejected when it stops, and the next segment starts it anew', async () => {
    const other = new PocketsphinxRecogniser(files());
    await other.start();
    const waiting = other.transcribe(sentence());
    const rejected = expect(waiting).rejects.toThrow('pocketsphinx stopped');
    await other.stop();
    await rejected;
    await expect(other.transcribe(new Int16Array(160))).resolves.toMatchObject({ text: '' });
    await other.stop();
  });

  test('a model that cannot be read is told when it starts', async () => {
    const broken = new PocketsphinxRecogniser({ ...files(), acousticModel: '/nowhere' });
    await expect(broken.start()).rejects.toThrow('could not open its model at /nowhere');
  });
});
