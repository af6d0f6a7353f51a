import { FRAME_SAMPLES } from './silero-vad.js';
import { TIMBRE_SIZE, timbreOf } from './timbre.js';

/** A buzz of 120 Hz through one resonance. */
const vowel = (formantHz: number, gain: number) =>
  Float32Array.from({ length: FRAME_SAMPLES }, (_, i) => {
    let sum = 0;
    for (let hz = 120; hz < 6000; hz += 120) {
      sum += Math.sin((2 * Math.PI * hz * i) / 16_000) / (1 + ((hz - formantHz) / 200) ** 2);
    }
    return sum * gain;
  });
const rms = (frame: Float32Array) => Math.sqrt(frame.reduce((sum, sample) => sum + sample * sample, 0) / frame.length);
const timbre = (frame: Float32Array) => timbreOf(frame, rms(frame));

test('the timbre of a frame does not depend on how loud it is', () => {
  const [loud, quiet] = [timbre(vowel(700, 0.2)), timbre(vowel(700, 0.0002))];
  expect(loud).toHaveLength(TIMBRE_SIZE);
  loud.forEach((value, k) => {
    expect(quiet[k]).toBeCloseTo(value, 1);
  });
});

test('two vowels have different ones', () => {
  const [one, other] = [timbre(vowel(300, 0.2)), timbre(vowel(2000, 0.2))];
  expect(Math.hypot(...one.map((value, k) => value - (other[k] ?? 0)))).toBeGreaterThan(30);
});
