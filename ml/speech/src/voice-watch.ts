/**
 * Hears whose voice it may be on the candidate's side: frames of both speakers in, observations for `fraud` out. While
 * the interviewer speaks nothing is measured, since their voice may come out of the candidate's loudspeakers.
 */
import type { Speaker } from '@interview/schema/enums';
import type { VoiceObservation } from '@interview/schema/messages';
import { OwnVoice, type VoiceDistance } from './own-voice.js';
import { VOICE_MEASURES, type VoiceMeasures } from './voice-measures.js';
import {
  type DetectedFrame,
  FRAME_MS,
  FrameMeter,
  type MeasuredFrame,
  StretchCutter,
  type VoiceStretch,
} from './voice-stretch.js';

/** What a snapshot has of it: how many voices were learnt so far. What they are like is forgotten with the process. */
export interface VoiceWatchState {
  references: number;
}

/** The interviewer's speech is remembered for this long: longer than frames wait. */
const REMEMBERED_MS = 15_000;

export class VoiceWatch {
  readonly #measures: VoiceMeasures;
  /** Which voice is learnt here: one more than those that were learnt before this process. */
  readonly #reference: number;
  readonly #meter: FrameMeter;
  readonly #own: OwnVoice;
  #cutter: StretchCutter;
  /** Frames that wait for what the interviewer said meanwhile. */
  #held: MeasuredFrame[] = [];
  #interviewer: { fromMs: number; toMs: number }[] = [];
  #heard: VoiceObservation[] = [];

  constructor(state?: VoiceWatchState, measures = VOICE_MEASURES) {
    this.#measures = measures;
    this.#reference = (state?.references ?? 0) + 1;
    this.#meter = new FrameMeter(measures);
    this.#own = new OwnVoice(measures);
    this.#cutter = new StretchCutter(measures);
  }

  hear(speaker: Speaker, frame: DetectedFrame): void {
    if (speaker === 'INTERVIEWER') {
      if (frame.probability >= this.#measures.interviewerProbability) this.#interviewerSpeaks(frame.atMs);
      return;
    }
    const lastMs = this.#held.at(-1)?.atMs ?? frame.atMs;
    if (frame.atMs < lastMs) this.#startAnew();
    this.#held.push(this.#meter.measure(frame));
    this.#release(frame.atMs - this.#measures.holdMs);
  }

  /** What has become known since the last call. */
  take(): VoiceObservation[] {
    const heard = this.#heard;
    this.#heard = [];
    return heard;
  }

  /** The round ended: what waits and what is open is measured as it is. */
  finish(): VoiceObservation[] {
    this.#release(Number.POSITIVE_INFINITY);
    this.#observe(this.#cutter.close());
    return this.take();
  }

  snapshot(): VoiceWatchState {
    return { references: this.#reference };
  }

  /** The candidate's clock was set back: what was open does not go on. */
  #startAnew(): void {
    this.#held = [];
    this.#interviewer = [];
    this.#cutter = new StretchCutter(this.#measures);
  }

  #interviewerSpeaks(atMs: number): void {
    const last = this.#interviewer.at(-1);
    if (last && Math.abs(atMs - last.toMs) < this.#measures.pauseMs) last.toMs = atMs + FRAME_MS;
    else this.#interviewer.push({ fromMs: atMs, toMs: atMs + FRAME_MS });
    this.#interviewer = this.#interviewer.filter(({ toMs }) => toMs > atMs - REMEMBERED_MS);
  }

  #release(untilMs: number): void {
    const next = this.#held.findIndex(({ atMs }) => atMs > untilMs);
    for (const frame of this.#held.splice(0, next < 0 ? this.#held.length : next)) {
      const own = this.#interviewerSpokeAt(frame.atMs) ? { ...frame, speech: false, voice: null } : frame;
      this.#observe(this.#cutter.add(own));
    }
  }

  #interviewerSpokeAt(ms: number): boolean {
    const { beforeInterviewerMs, afterInterviewerMs, minInterviewerMs } = this.#measures;
    return this.#interviewer.some(
      ({ fromMs, toMs }) =>
        toMs - fromMs >= minInterviewerMs && ms >= fromMs - beforeInterviewerMs && ms <= toMs + afterInterviewerMs,
    );
  }

  #observe(stretch: VoiceStretch | null): void {
    if (!stretch) return;
    const distance = this.#own.compare(stretch);
    this.#heard.push({
      startMs: Math.round(stretch.startMs),
      capturedAtMs: Math.round(stretch.endMs),
      voicedMs: stretch.voiced.length * FRAME_MS,
      own: distance && { reference: this.#reference, ...rounded(distance) },
    });
  }
}

const rounded = ({ timbre, pitch, level }: VoiceDistance): VoiceDistance => ({
  timbre: round(timbre),
  pitch: round(pitch),
  level: round(level),
});

const round = (value: number) => Math.round(value * 100) / 100;
