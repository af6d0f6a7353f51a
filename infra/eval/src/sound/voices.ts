/** Who speaks in the set: four voices, two of them people and two of them flite's. */
import type { MediaName } from '../media-files.js';
import type { Random } from '../random.js';
import { readRecording, rms, type Samples, stretchesOf } from './recordings.js';

export const VOICES = {
  slt: ['slt_intro', 'slt_answer'],
  rms: ['rms_answer', 'rms_question_latency', 'rms_question_team'],
  jfk: ['jfk'],
  librivox: ['librivox'],
} as const satisfies Record<string, readonly MediaName[]>;
export type VoiceName = keyof typeof VOICES;
export const VOICE_NAMES = ['slt', 'rms', 'jfk', 'librivox'] as const satisfies readonly VoiceName[];

/** RMS of speech in a composition, full scale being 1: −20 dB, about where browsers' automatic gain control puts it. */
export const SPEECH_LEVEL = 0.1;

const stretches = new Map<VoiceName, Samples[]>();

/** Every stretch of a voice, each at the same level. */
function stretchesOfVoice(voice: VoiceName): Samples[] {
  const known = stretches.get(voice) ?? VOICES[voice].flatMap((name) => stretchesOf(readRecording(name)).map(levelled));
  stretches.set(voice, known);
  return known;
}

const levelled = (samples: Samples): Samples => {
  const factor = SPEECH_LEVEL / rms(samples);
  return samples.map((sample) => sample * factor);
};

/** Stretches of a voice, one after the other without an end; which comes first is drawn. */
export function* speechOf(voice: VoiceName, random: Random): Generator<Samples, never> {
  const all = stretchesOfVoice(voice);
  for (let at = Math.floor(random.between(0, all.length)); ; at++) {
    const next = all[at % all.length];
    if (!next) throw new RangeError(`${voice} has no speech`);
    yield next;
  }
}
