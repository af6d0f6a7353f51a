import { PITCH_SAMPLES, pitchOf } from './pitch.js';
import { noise } from './recordings.fixtures.js';

/** A sound with all harmonics up to 3 kHz, as a voice's. */
const tone = (hz: number, gain = 0.1) =>
  Float32Array.from({ length: PITCH_SAMPLES }, (_, i) => {
    let sum = 0;
    for (let n = 1; n * hz < 3000; n++) sum += Math.sin((2 * Math.PI * n * hz * i) / 16_000) / n;
    return sum * gain;
  });

const hiss = (amplitude: number) => Float32Array.from(noise(PITCH_SAMPLES, amplitude), (sample) => sample / 32_768);

test.each([70, 85, 110, 150, 200, 260, 390])('a voice of %d Hz has this pitch within a quarter of a semitone', (hz) => {
  const pitch = pitchOf(tone(hz));
  expect(Math.abs(12 * Math.log2(Number(pitch) / hz))).toBeLessThan(0.25);
});

test('is found 20 dB below and in noise, and does not depend on how loud it is', () => {
  const quiet = pitchOf(tone(120, 0.001));
  expect(quiet).toBeCloseTo(Number(pitchOf(tone(120, 0.1))), 1);
  const noisy = tone(120).map((sample, i) => sample + (hiss(1500)[i] ?? 0));
  expect(Math.abs(Number(pitchOf(noisy)) - 120)).toBeLessThan(3);
});

test('there is none in noise and in silence', () => {
  expect(pitchOf(hiss(5000))).toBeNull();
  expect(pitchOf(new Float32Array(PITCH_SAMPLES))).toBeNull();
  expect(() => pitchOf(new Float32Array(512))).toThrow(RangeError);
});
