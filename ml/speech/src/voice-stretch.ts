/**
 * Frames of one speaker into stretches of speech of about two seconds, with the timbre, pitch and level of each voiced
 * frame. They describe a voice: all of it stays in the memory of this process.
 */
import { samplesToMs } from './pcm.js';
import { PITCH_SAMPLES, pitchOf } from './pitch.js';
import { FRAME_SAMPLES } from './silero-vad.js';
import { timbreOf } from './timbre.js';
import type { VoiceMeasures } from './voice-measures.js';

/** A frame as the voice detector saw it; `atMs` is the moment of its first sample. */
export interface DetectedFrame {
  samples: Int16Array;
  atMs: number;
  probability: number;
}

export interface VoicedFrame {
  timbre: Float32Array;
  pitchHz: number;
  levelDb: number;
}

export interface MeasuredFrame {
  atMs: number;
  speech: boolean;
  /** Null where there is no voice to measure: silence, noise, consonants. */
  voice: VoicedFrame | null;
}

export interface VoiceStretch {
  startMs: number;
  endMs: number;
  voiced: readonly VoicedFrame[];
}

export const FRAME_MS = samplesToMs(FRAME_SAMPLES);

/** Measures frames in order: pitch needs the frame before. About 0.1 ms of work for a voiced frame. */
export class FrameMeter {
  readonly #recent = new Float32Array(PITCH_SAMPLES);

  constructor(private readonly measures: VoiceMeasures) {}

  measure({ samples, atMs, probability }: DetectedFrame): MeasuredFrame {
    const from = PITCH_SAMPLES - FRAME_SAMPLES;
    this.#recent.copyWithin(0, FRAME_SAMPLES);
    let energy = 0;
    for (let i = 0; i < FRAME_SAMPLES; i++) {
      const sample = (samples[i] ?? 0) / 32_768;
      this.#recent[from + i] = sample;
      energy += sample * sample;
    }
    if (probability < this.measures.speechProbability || energy === 0) return { atMs, speech: false, voice: null };
    const pitchHz = pitchOf(this.#recent);
    if (pitchHz === null) return { atMs, speech: true, voice: null };
    const rms = Math.sqrt(energy / FRAME_SAMPLES);
    const timbre = timbreOf(this.#recent.subarray(from), rms);
    return { atMs, speech: true, voice: { timbre, pitchHz, levelDb: 20 * Math.log10(rms) } };
  }
}

export class StretchCutter {
  #open: { startMs: number; endMs: number; voiced: VoicedFrame[] } | null = null;

  constructor(private readonly measures: VoiceMeasures) {}

  /** Takes the next frame; gives a stretch when one is complete. */
  add({ atMs, speech, voice }: MeasuredFrame): VoiceStretch | null {
    const { pauseMs, stretchMs } = this.measures;
    const cut = this.#open && atMs - this.#open.endMs >= pauseMs ? this.close() : null;
    if (!speech) return cut;
    this.#open ??= { startMs: atMs, endMs: atMs, voiced: [] };
    this.#open.endMs = atMs + FRAME_MS;
    if (voice) this.#open.voiced.push(voice);
    return this.#open.endMs - this.#open.startMs >= stretchMs ? this.close() : cut;
  }

  /** Ends the open stretch; null where it has too little voice to be measured. */
  close(): VoiceStretch | null {
    const stretch = this.#open;
    this.#open = null;
    return stretch && stretch.voiced.length * FRAME_MS >= this.measures.minVoicedMs ? stretch : null;
  }
}
