/** @jest-environment ./jest-environment.mjs */
import { noise, recording } from './recordings.fixtures.js';
import { FRAME_SAMPLES, loadSileroVad, type VoiceDetector, type VoiceModel } from './silero-vad.js';

let model: VoiceModel;
beforeAll(async () => {
  model = await loadSileroVad();
});
afterAll(() => model.close());

async function probabilities(detector: VoiceDetector, samples: Int16Array): Promise<number[]> {
  const all: number[] = [];
  for (let from = 0; from + FRAME_SAMPLES <= samples.length; from += FRAME_SAMPLES) {
    all.push(await detector.probability(samples.subarray(from, from + FRAME_SAMPLES)));
  }
  return all;
}
const share = (all: number[]) => all.filter((p) => p >= 0.5).length / all.length;

test('most of a speech is voice', async () => {
  expect(share(await probabilities(model.detector(), recording('jfk')))).toBeGreaterThan(0.5);
});

test.each([50, 1000, 8000])('noise of amplitude %d is no voice', async (amplitude) => {
  expect(share(await probabilities(model.detector(), noise(16_000 * 5, amplitude)))).toBe(0);
});

test('speech is heard in noise as loud as itself', async () => {
  const clean = recording('tts_slt_intro');
  const level = Math.sqrt(clean.reduce((sum, s) => sum + s * s, 0) / clean.length);
  // Uniform noise has an effective value of its amplitude by the root of 3.
  const hiss = noise(clean.length, level * Math.sqrt(3));
  const mixed = clean.map((s, i) => Math.max(-32_768, Math.min(32_767, s + (hiss[i] ?? 0))));
  expect(share(await probabilities(model.detector(), mixed))).toBeGreaterThan(0.7);
});

test('the silence before an answer and the pause in it are no voice', async () => {
  const all = await probabilities(model.detector(), recording('hesitant_answer'));
  const between = (fromS: number, toS: number) => all.slice(Math.ceil(fromS * 31.25), Math.floor(toS * 31.25));
  expect(share(between(0, 3))).toBe(0);
  expect(share(between(3.3, 6.2))).toBeGreaterThan(0.9);
  expect(share(between(6.5, 8.7))).toBe(0);
});

test('a detector goes on from its snapshot as if it had not been interrupted', async () => {
  const samples = recording('jfk').subarray(0, FRAME_SAMPLES * 60);
  const whole = await probabilities(model.detector(), samples);
  const first = model.detector();
  const half = FRAME_SAMPLES * 30;
  const before = await probabilities(first, samples.subarray(0, half));
  const state = JSON.parse(JSON.stringify(first.snapshot()));
  expect([...before, ...(await probabilities(model.detector(state), samples.subarray(half)))]).toEqual(whole);
});

test('two speakers do not hear each other', async () => {
  const samples = recording('jfk').subarray(0, FRAME_SAMPLES * 40);
  const alone = await probabilities(model.detector(), samples);
  const [one, other] = [model.detector(), model.detector()];
  const [interleaved] = await Promise.all([probabilities(one, samples), probabilities(other, noise(20_480, 3000))]);
  expect(interleaved).toEqual(alone);
});
