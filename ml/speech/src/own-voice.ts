/**
 * The candidate's own voice, learnt from the first seconds of their speech, and how far a stretch of speech is from it.
 * It describes a person: it is in the memory of this process only, and leaves as distances alone.
 */
import { TIMBRE_SIZE } from './timbre.js';
import { USUAL_DEVIATION, type VoiceMeasures } from './voice-measures.js';
import type { VoicedFrame, VoiceStretch } from './voice-stretch.js';

/** `timbre`, `pitch` and `level` as in `VoiceObservation`. */
export interface VoiceDistance {
  timbre: number;
  pitch: number;
  level: number;
}

interface Voice {
  timbre: number[];
  deviation: number[];
  pitchHz: number;
  levelDb: number;
}

export class OwnVoice {
  #learning: VoiceStretch[] = [];
  #voice: Voice | null = null;

  constructor(private readonly measures: VoiceMeasures) {}

  /** How far the stretch is from the voice; null while that is still learnt, from this stretch too. */
  compare(stretch: VoiceStretch): VoiceDistance | null {
    if (this.#voice) return distance(this.#voice, stretch);
    this.#learning.push(stretch);
    const learntMs = this.#learning.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    if (learntMs >= this.measures.learnMs) {
      this.#voice = voiceOf(this.#learning);
      this.#learning = [];
    }
    return null;
  }
}

function voiceOf(stretches: readonly VoiceStretch[]): Voice {
  const frames = stretches.flatMap(({ voiced }) => voiced);
  const timbre = meanTimbre(frames);
  // Half of it is what is usual: a few seconds do not hold every sound of a language.
  const deviation = USUAL_DEVIATION.map((usual, k) => {
    const own = meanOf(frames.map((frame) => ((frame.timbre[k] ?? 0) - (timbre[k] ?? 0)) ** 2));
    return Math.sqrt((own + usual ** 2) / 2);
  });
  const level = medianOf(stretches.map(({ voiced }) => medianOf(voiced.map(({ levelDb }) => levelDb))));
  const pitchHz = medianOf(stretches.map(({ voiced }) => medianOf(voiced.map((frame) => frame.pitchHz))));
  return { timbre, deviation, pitchHz, levelDb: level };
}

function distance(voice: Voice, { voiced }: VoiceStretch): VoiceDistance {
  const squares = meanTimbre(voiced).map((value, k) => {
    const change = (value - (voice.timbre[k] ?? 0)) / (voice.deviation[k] ?? 1);
    return change * change;
  });
  const pitchHz = medianOf(voiced.map((frame) => frame.pitchHz));
  return {
    timbre: Math.sqrt(meanOf(squares)),
    pitch: 12 * Math.log2(pitchHz / voice.pitchHz),
    level: medianOf(voiced.map(({ levelDb }) => levelDb)) - voice.levelDb,
  };
}

const meanTimbre = (frames: readonly VoicedFrame[]) =>
  Array.from({ length: TIMBRE_SIZE }, (_, k) => meanOf(frames.map(({ timbre }) => timbre[k] ?? 0)));

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
