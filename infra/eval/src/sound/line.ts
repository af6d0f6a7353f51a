/** The microphone and the line: noise, level, clipping, a telephone's band, and packets that never come. */
import { SAMPLE_RATE } from '@interview/speech/pcm';
import type { Random } from '../random.js';
import { decibels, type Samples } from './recordings.js';
import { SPEECH_LEVEL } from './voices.js';

export const SOUND_CONDITIONS = [
  'clean',
  'noise 20 dB',
  'noise 10 dB',
  'noise 5 dB',
  'quiet',
  'clipped',
  'telephone',
  'dropped packets',
] as const;
export type SoundCondition = (typeof SOUND_CONDITIONS)[number];

/** A room that is called quiet: 40 dB below speech. */
const ROOM_DB = -40;
const SIGNAL_TO_NOISE: Partial<Record<SoundCondition, number>> = {
  'noise 20 dB': 20,
  'noise 10 dB': 10,
  'noise 5 dB': 5,
};

/** A track as it arrives, in the 16 bits of the product's wire. `pink` noise is a room's, white noise an amplifier's. */
export function overTheLine(track: Samples, condition: SoundCondition, random: Random): Int16Array {
  const noiseDb = -(SIGNAL_TO_NOISE[condition] ?? -ROOM_DB);
  const noise = makeNoise(track.length, random.chance(0.5) ? 'pink' : 'white', random);
  const level = SPEECH_LEVEL * decibels(noiseDb);
  let sound: Samples = track.map((sample, i) => sample + (noise[i] ?? 0) * level);
  if (condition === 'telephone') sound = telephone(sound);
  const gain = condition === 'quiet' ? decibels(-20) : condition === 'clipped' ? decibels(24) : 1;
  return Int16Array.from(sound, (sample) => Math.round(Math.max(-1, Math.min(1, sample * gain)) * 32767));
}

/** RMS 1. Pink by Kellet's filter of three poles, which is within 0.5 dB from 40 Hz on. */
function makeNoise(length: number, colour: 'pink' | 'white', random: Random): Samples {
  let [a, b, c] = [0, 0, 0];
  const noise = Float32Array.from({ length }, () => {
    // Even draws: the ear and the detector hear the spectrum, which is white as well.
    const white = random.between(-1, 1);
    if (colour === 'white') return white;
    a = 0.99765 * a + white * 0.099046;
    b = 0.963 * b + white * 0.2965164;
    c = 0.57 * c + white * 1.0526913;
    return a + b + c + white * 0.1848;
  });
  const level = Math.sqrt(noise.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, length));
  return noise.map((sample) => sample / level);
}

/** 300–3400 Hz and the 8 bits of G.711's µ-law. */
function telephone(samples: Samples): Samples {
  const passed = biquad(biquad(samples, 'high', 300), 'low', 3400);
  const mu = 255;
  return passed.map((sample) => {
    const coded = (Math.sign(sample) * Math.log1p(mu * Math.min(1, Math.abs(sample)))) / Math.log1p(mu);
    const eightBits = Math.round(coded * 127) / 127;
    return (Math.sign(eightBits) * ((1 + mu) ** Math.abs(eightBits) - 1)) / mu;
  });
}

/** A second-order Butterworth filter (Bristow-Johnson's cookbook, Q = 1/√2). */
function biquad(samples: Samples, kind: 'high' | 'low', hertz: number): Samples {
  const w = (2 * Math.PI * hertz) / SAMPLE_RATE;
  const alpha = Math.sin(w) / Math.SQRT2;
  const edge = kind === 'low' ? 1 - Math.cos(w) : 1 + Math.cos(w);
  const [b0, b1, a0, a1, a2] = [edge / 2, kind === 'low' ? edge : -edge, 1 + alpha, -2 * Math.cos(w), 1 - alpha];
  let [x1, x2, y1, y2] = [0, 0, 0, 0];
  return samples.map((x) => {
    const y = (b0 * x + b1 * x1 + b0 * x2 - a1 * y1 - a2 * y2) / a0;
    [x2, x1, y2, y1] = [x1, x, y1, y];
    return y;
  });
}

/** Which of `count` packets of 100 ms never come: about 4 % of them, in runs of one to three. */
export function droppedPackets(count: number, condition: SoundCondition, random: Random): Set<number> {
  const dropped = new Set<number>();
  if (condition !== 'dropped packets') return dropped;
  for (let at = 0; at < count; at++) {
    if (!random.chance(0.02)) continue;
    const run = 1 + Math.floor(random.between(0, 3));
    for (let i = 0; i < run; i++) dropped.add(at + i);
    at += run;
  }
  return dropped;
}
