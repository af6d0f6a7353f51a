/**
 * The timbre of a voiced frame: mel-frequency cepstral coefficients of meyda, without the first, which is loudness.
 * They describe a voice, so they stay in the memory of this process: no snapshot, stream or log has them.
 */
import meydaModule from 'meyda';
import { SAMPLE_RATE } from './pcm.js';
import { FRAME_SAMPLES } from './silero-vad.js';

// Its types describe its ES build; what Node loads is the CommonJS one, whose exports are the object itself.
const meyda = meydaModule as unknown as typeof meydaModule.default;

export const TIMBRE_SIZE = 12;
/** Every frame is brought to this level before: meyda takes log(1 + x), which is no logarithm for small numbers. */
const LEVEL = 3000;

const scaled = new Float32Array(FRAME_SAMPLES);

/** `rms` is the frame's own, above 0. About 0.1 ms of work. */
export function timbreOf(frame: Float32Array, rms: number): Float32Array {
  // Settings of the library are fields of the one object; nothing else here uses it.
  meyda.bufferSize = FRAME_SAMPLES;
  meyda.sampleRate = SAMPLE_RATE;
  meyda.melBands = 26;
  meyda.numberOfMFCCCoefficients = TIMBRE_SIZE + 1;
  const gain = LEVEL / rms;
  for (let i = 0; i < FRAME_SAMPLES; i++) scaled[i] = (frame[i] ?? 0) * gain;
  const { mfcc } = meyda.extract(['mfcc'], scaled) ?? {};
  if (!mfcc) throw new Error('meyda did not measure the frame');
  return Float32Array.from(mfcc.slice(1));
}
