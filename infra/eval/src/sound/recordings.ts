/**
 * The recordings of the set, cut into stretches of speech with known edges.
 *
 * The rule, on frames of 10 ms: a frame is speech when its level is above the recording's loudest frame less 35 dB and
 * 8 dB above the quietest twentieth of its frames. A silence of 60 ms or more divides two stretches; a stretch is trimmed to
 * its first and last frame of speech. So what lies between two stretches of a composition is silence by this rule. How
 * much the edges depend on the two figures is measured (`edgeErrors`) and told with the scores.
 */
import { readFileSync } from 'node:fs';
import { SAMPLE_RATE } from '@interview/speech/pcm';
import { type MediaName, mediaFile } from '../media-files.js';

const FRAME = SAMPLE_RATE / 100;
const BELOW_PEAK_DB = 35;
const ABOVE_FLOOR_DB = 8;
const DIVIDING_FRAMES = 6;
/** Shorter stretches are a click or a syllable; they are left out of compositions. */
const SHORTEST_FRAMES = 40;

/** 1 is full scale. */
export type Samples = Float32Array;

/** @throws Error when the file holds no samples. */
export function readRecording(name: MediaName): Samples {
  const file = readFileSync(mediaFile(name));
  for (let at = 12; at + 8 <= file.length; ) {
    const size = file.readUInt32LE(at + 4);
    if (file.toString('latin1', at, at + 4) === 'data') {
      const count = Math.floor(Math.min(size, file.length - at - 8) / 2);
      return Float32Array.from({ length: count }, (_, i) => file.readInt16LE(at + 8 + 2 * i) / 32768);
    }
    at += 8 + size + (size % 2);
  }
  throw new Error(`${name} has no samples`);
}

/** The stretches of speech of a recording, in order. */
export function stretchesOf(samples: Samples, shiftDb = 0): Samples[] {
  return framesOf(samples, shiftDb)
    .filter(({ from, to }) => to - from >= SHORTEST_FRAMES)
    .map(({ from, to }) => samples.subarray(from * FRAME, to * FRAME));
}

/** How far the edges move, in ms, when the rule is 3 dB laxer or stricter; edges without a counterpart are left out. */
export function edgeErrors(samples: Samples): number[] {
  const edges = (db: number) => framesOf(samples, db).flatMap(({ from, to }) => [from * 10, to * 10]);
  const others = [-3, 3].map(edges);
  return edges(0).flatMap((edge) =>
    others.flatMap((other) => {
      const nearest = Math.min(...other.map((one) => Math.abs(one - edge)));
      return nearest <= 100 ? [nearest] : [];
    }),
  );
}

function framesOf(samples: Samples, shiftDb: number): { from: number; to: number }[] {
  const levels = Array.from({ length: Math.floor(samples.length / FRAME) }, (_, i) =>
    rms(samples.subarray(i * FRAME, (i + 1) * FRAME)),
  );
  const sorted = levels.toSorted((a, b) => a - b);
  const quiet = sorted[Math.floor(sorted.length / 20)] ?? 0;
  const least =
    Math.max((sorted.at(-1) ?? 0) * decibels(-BELOW_PEAK_DB), quiet * decibels(ABOVE_FLOOR_DB)) * decibels(shiftDb);
  const stretches: { from: number; to: number }[] = [];
  for (const [at, level] of levels.entries()) {
    if (level < least) continue;
    const open = stretches.at(-1);
    if (open && at - open.to < DIVIDING_FRAMES) open.to = at + 1;
    else stretches.push({ from: at, to: at + 1 });
  }
  return stretches;
}

/** An amplitude's factor. */
export const decibels = (db: number): number => 10 ** (db / 20);

export function rms(samples: Samples): number {
  let squares = 0;
  for (const sample of samples) squares += sample * sample;
  return Math.sqrt(squares / Math.max(1, samples.length));
}
