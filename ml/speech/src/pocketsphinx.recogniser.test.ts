/** The recogniser itself, on real speech: skipped where its library or its model is not on the machine. */
import { jest } from '@jest/globals';
import { HURRY_FROM_MS, WAITING_AT_MOST_MS } from './decoder.recogniser.js';
import { DecoderPool } from './decoder-pool.js';
import { PocketsphinxRecogniser } from './pocketsphinx.recogniser.js';
import { findPocketsphinx, type PocketsphinxFiles } from './pocketsphinx-files.js';
import { RecogniserBusyError } from './recogniser.js';
import { describeRecogniser } from './recogniser.suite.fixtures.js';
import { recording, wordErrorRate } from './recordings.fixtures.js';

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
  describeRecogniser('as every recogniser', {
    open: () => new PocketsphinxRecogniser(files()),
    recogniser: 'pocketsphinx',
    wordErrors: 0.35,
    interim: false,
    times: true,
    confidences: true,
  });

  describeRecogniser('as every recogniser, in two threads', {
    open: () => new DecoderPool(() => new PocketsphinxRecogniser(files()), 2),
    recogniser: 'pocketsphinx',
    wordErrors: 0.35,
    interim: false,
    times: true,
    confidences: true,
  });

  describe('by itself', () => {
    let recogniser: PocketsphinxRecogniser;
    beforeAll(async () => {
      recogniser = new PocketsphinxRecogniser(files());
      await recogniser.start();
    });
    afterAll(() => recogniser.stop());

    // Measured 27 % and 12 %.
    test.each([
      ['jfk', 0.45],
      ['hesitant_answer', 0.25],
    ] as const)('most words of %s are right', async (name, limit) => {
      const { text } = await recogniser.transcribe(recording(name));
      expect(wordErrorRate(SAID[name], text)).toBeLessThan(limit);
    });

    test('words keep their place across a pause', async () => {
      const { words } = await recogniser.transcribe(recording('hesitant_answer'));
      expect(words.find(({ text }) => text === 'we')?.startMs).toBeCloseTo(3200, -2.5);
      expect(words.find(({ text }) => text === 'i')?.startMs).toBeGreaterThan(8500);
    });

    test('in a hurry, with more than 15 s behind it, it still hears most words', async () => {
      const answer = recording('hesitant_answer');
      const [, hurried] = await Promise.all([
        recogniser.transcribe(new Int16Array(1_600)),
        recogniser.transcribe(answer),
        // Of no words, and only as much as makes the one before hurry.
        recogniser.transcribe(new Int16Array(HURRY_FROM_MS * 16 + 1_600)),
      ]);
      expect(wordErrorRate(SAID.hesitant_answer, hurried.text)).toBeLessThan(0.25);
    });

    test('it refuses more audio than it works off in reasonable time, and forgets what is taken back', async () => {
      const abort = new AbortController();
      const short = new Int16Array(1_600);
      const waiting = [short, new Int16Array(WAITING_AT_MOST_MS * 16)].map((a) =>
        recogniser.transcribe(a, abort.signal),
      );
      await expect(recogniser.transcribe(short)).rejects.toBeInstanceOf(RecogniserBusyError);
      abort.abort(new Error('consent withdrawn'));
      const results = await Promise.allSettled(waiting);
      expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      await expect(recogniser.transcribe(new Int16Array(160))).resolves.toMatchObject({ text: '' });
    });

    test('what waits is rejected when it stops, and the next segment starts it anew', async () => {
      const other = new PocketsphinxRecogniser(files());
      await other.start();
      const rejected = expect(other.transcribe(sentence())).rejects.toThrow('pocketsphinx stopped');
      await other.stop();
      await rejected;
      await expect(other.transcribe(new Int16Array(160))).resolves.toMatchObject({ text: '' });
      await other.stop();
    });

    test('a model that cannot be read is told when it starts', async () => {
      const broken = new PocketsphinxRecogniser({ ...files(), acousticModel: '/nowhere' });
      await expect(broken.start()).rejects.toMatchObject({
        message: expect.stringContaining('could not open its model at /nowhere'),
        reason: 'could not be loaded',
      });
      await broken.stop();
    });
  });
});
