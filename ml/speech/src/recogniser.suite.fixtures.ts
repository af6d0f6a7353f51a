/** What every recogniser promises (see `recogniser.ts`), on real speech: one suite that each adapter runs. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Recogniser, RecogniserLine, Transcript } from './recogniser.js';
import { noise, wordErrorRate } from './recordings.fixtures.js';
import { FIRST_WORDS, firstUtterance, SECOND_WORDS, secondUtterance } from './spoken-words.fixtures.js';

export interface SuiteOptions {
  /** A new recogniser, not started. */
  open(): Recogniser | Promise<Recogniser>;
  close?(): Promise<void>;
  /** The worst word error rate on clean speech; a recogniser that is set up wrongly is far beyond. */
  wordErrors: number;
  /** Whose words they are. */
  recogniser: string;
  /** It tells text while somebody speaks. */
  interim: boolean;
  /** What it says whatever it hears: a model of the tests. Else it is measured by what is said. */
  says?: string;
  /** It tells when words were said, and how sure it is of each. */
  times: boolean;
  confidences: boolean;
}

/** 100 ms, as candidates' browsers send it. */
const CHUNK = 1_600;

/** Lets a line hear a segment as it would come from a speaker. */
export async function transcribe(
  line: RecogniserLine,
  audio: Int16Array,
  options: { chunk?: number; onInterim?: (text: string) => void; after?: Int16Array } = {},
): Promise<Transcript> {
  const { chunk = CHUNK, onInterim = () => undefined, after = new Int16Array(0) } = options;
  const listener = line.listen(({ text }) => onInterim(text));
  for (let at = 0; at < audio.length; at += chunk) {
    listener.hear(audio.subarray(at, at + chunk));
    // As between two chunks of a speaker: whatever the recogniser answered may arrive.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  if (after.length > 0) listener.hear(after);
  return listener.end(audio.length);
}

export function describeRecogniser(title: string, options: SuiteOptions): void {
  const [first, second] = [options.says ?? FIRST_WORDS, options.says ?? SECOND_WORDS];
  const errors = (reference: string, { words }: Transcript) =>
    wordErrorRate(reference, words.map(({ text }) => text.toLowerCase()).join(' '));

  describe(title, () => {
    let recogniser: Recogniser;
    let line: RecogniserLine;
    beforeAll(async () => {
      recogniser = await options.open();
      await recogniser.start();
      line = recogniser.openLine();
    });
    afterAll(async () => {
      line.close();
      await recogniser.stop();
      await options.close?.();
    });

    test('most words are right, and each says no more than the recogniser knows', async () => {
      const audio = firstUtterance();
      const transcript = await transcribe(line, audio);
      const { text, words, recogniser: by } = transcript;
      expect(by).toBe(options.recogniser);
      expect(errors(first, transcript)).toBeLessThanOrEqual(options.wordErrors);
      const said = words.map((word) => word.text.toLowerCase()).join(' ');
      expect(said).toMatch(/^[a-z' ]+$/);
      expect(text.toLowerCase().replaceAll(/[^a-z' ]/g, '')).toBe(said);
      let before = 0;
      for (const { startMs, endMs, confidence } of words) {
        expect([startMs, endMs].map((ms) => ms !== null)).toEqual([options.times, options.times]);
        if (startMs !== null && endMs !== null) {
          expect(startMs).toBeGreaterThanOrEqual(before);
          expect(endMs).toBeGreaterThan(startMs);
          before = endMs;
        }
        expect(confidence !== null).toBe(options.confidences);
        expect(confidence ?? 0).toBeGreaterThanOrEqual(0);
        expect(confidence ?? 0).toBeLessThanOrEqual(1);
      }
      expect(before).toBeLessThanOrEqual(audio.length / 16);
    });

    test('times count from the first sample of the segment, wherever it comes', async () => {
      if (!options.times) return;
      for (const silence of [0, 8_000]) {
        const audio = Int16Array.from([...new Int16Array(silence), ...firstUtterance()]);
        const { words } = await transcribe(line, audio);
        const problem = words.find((word) => word.text === 'problem');
        // 630 ms into the utterance.
        expect(Math.abs((problem?.startMs ?? 0) - silence / 16 - 630)).toBeLessThan(100);
      }
    });

    test('the same audio gives the same answer: in pieces or whole, whatever came before, on any line', async () => {
      const audio = firstUtterance();
      const once = await transcribe(line, audio);
      await transcribe(line, noise(16_000, 4000));
      expect(await transcribe(line, audio, { chunk: audio.length })).toEqual(once);
      const other = recogniser.openLine();
      expect(await transcribe(other, audio, { chunk: 320 })).toEqual(once);
      other.close();
    });

    test('what was heard beyond the end of the segment is no part of it', async () => {
      const [audio, next] = [firstUtterance(), secondUtterance()];
      const alone = await transcribe(line, audio);
      expect(await transcribe(line, audio, { after: next.subarray(0, 24_000) })).toEqual(alone);
      expect(errors(second, await transcribe(line, next))).toBeLessThanOrEqual(options.wordErrors);
    });

    test('segments that overlap in time each have their own words, on one line and on two', async () => {
      const other = recogniser.openLine();
      const transcripts = await Promise.all([
        transcribe(line, firstUtterance(), { chunk: 64_000 }),
        transcribe(line, secondUtterance(), { chunk: 80_000 }),
        transcribe(other, firstUtterance()),
      ]);
      expect(errors(first, transcripts[0])).toBeLessThanOrEqual(options.wordErrors);
      expect(errors(second, transcripts[1])).toBeLessThanOrEqual(options.wordErrors);
      expect(transcripts[2]).toEqual(transcripts[0]);
      other.close();
    });

    test(options.interim ? 'it tells what it has understood so far' : 'it tells nothing before the end', async () => {
      const told: string[] = [];
      const { text } = await transcribe(line, firstUtterance(), { onInterim: (interim) => told.push(interim) });
      const known = told.length;
      expect(known > 0).toBe(options.interim);
      if (options.interim) expect(text.startsWith(told.find((interim) => interim.length > 0) ?? '?')).toBe(true);
      await transcribe(line, secondUtterance());
      expect(told).toHaveLength(known);
    });

    test('no audio has no words', async () => {
      expect(await transcribe(line, new Int16Array(0))).toMatchObject({ text: '', words: [] });
    });

    test('a segment that is cancelled is told nothing, and the next is as ever', async () => {
      const told: string[] = [];
      const listener = line.listen(({ text }) => told.push(text));
      listener.hear(firstUtterance());
      listener.cancel();
      expect(errors(second, await transcribe(line, secondUtterance()))).toBeLessThanOrEqual(options.wordErrors);
      expect(told).toEqual([]);
    });

    test('a line that is closed rejects what it still waits for, and others go on', async () => {
      const other = recogniser.openLine();
      const listener = other.listen(() => undefined);
      listener.hear(firstUtterance());
      const ended = listener.end(firstUtterance().length);
      const rejected = expect(ended).rejects.toThrow();
      other.close();
      await rejected;
      expect(errors(second, await transcribe(line, secondUtterance()))).toBeLessThanOrEqual(options.wordErrors);
    });

    test('the event loop stays free', async () => {
      const begun = performance.now();
      let longest = 0;
      let last = begun;
      const watch = setInterval(() => {
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      }, 5);
      await Promise.all([1, 2].map(() => transcribe(line, secondUtterance())));
      clearInterval(watch);
      // Decoding this takes one thread a second; a busy machine makes both longer.
      expect(longest).toBeLessThan(Math.max(300, (performance.now() - begun) / 2));
    });

    test('what waits is rejected when it stops', async () => {
      const other = await options.open();
      await other.start();
      const listener = other.openLine().listen(() => undefined);
      listener.hear(firstUtterance());
      const rejected = expect(listener.end(firstUtterance().length)).rejects.toThrow();
      await other.stop();
      await rejected;
    });
  });
}
