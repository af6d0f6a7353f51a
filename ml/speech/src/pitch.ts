/**
 * The pitch of a voiced frame by YIN (de Cheveigné and Kawahara, 2002): the shortest period at which the sound
 * resembles itself. On every second sample: the fundamental of a voice lies far below 4 kHz.
 */
import { SAMPLE_RATE } from './pcm.js';

const DECIMATION = 2;
const RATE = SAMPLE_RATE / DECIMATION;
/** The pitch of speech, men's and women's. */
const LOWEST_HZ = 65;
const HIGHEST_HZ = 400;
const LONGEST = Math.ceil(RATE / LOWEST_HZ);
const SHORTEST = Math.floor(RATE / HIGHEST_HZ);
/** Aperiodic share below which a frame is voiced: 0.1 for clean speech (the authors), more for rooms and noise. */
const VOICED_BELOW = 0.3;

/** Samples that are compared with themselves a period later, 32 ms, and all that are needed for it. */
const COMPARED = 256;
export const PITCH_SAMPLES = 1024;

const decimated = new Float32Array(PITCH_SAMPLES / DECIMATION);
const difference = new Float32Array(LONGEST + 2);

/** Hz, or null where the sound is not voiced. Takes the last 1024 samples; about 0.04 ms of work. */
export function pitchOf(samples: Float32Array): number | null {
  if (samples.length !== PITCH_SAMPLES) throw new RangeError(`pitch is taken of ${PITCH_SAMPLES} samples`);
  for (let i = 0; i < decimated.length; i++) decimated[i] = ((samples[2 * i] ?? 0) + (samples[2 * i + 1] ?? 0)) / 2;
  let sum = 0;
  difference[0] = 1;
  for (let lag = 1; lag <= LONGEST + 1; lag++) {
    let energy = 0;
    for (let i = 0; i < COMPARED; i++) {
      const change = (decimated[i] as number) - (decimated[i + lag] as number); // both are within the array
      energy += change * change;
    }
    sum += energy;
    difference[lag] = sum === 0 ? 1 : (energy * lag) / sum;
  }
  for (let lag = SHORTEST; lag <= LONGEST; lag++) {
    if (at(lag) >= VOICED_BELOW) continue;
    while (lag < LONGEST && at(lag + 1) < at(lag)) lag++;
    return RATE / (lag + offsetOfMinimum(lag));
  }
  return null;
}

const at = (lag: number) => difference[lag] ?? 1;

/** Where the minimum lies between the lags, by a parabola through three points. */
function offsetOfMinimum(lag: number): number {
  const [before, here, after] = [at(lag - 1), at(lag), at(lag + 1)];
  const curvature = before + after - 2 * here;
  return curvature <= 0 ? 0 : (before - after) / (2 * curvature);
}
