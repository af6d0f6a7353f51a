/**
 * One speaker's voice in one round: chunks in, utterances and segments out. Puts timeline, voice detector and
 * segmentation together, and keeps the audio of the segment that is open.
 */
import { msToSamples, samplesToMs } from './pcm.js';
import { SampleBuffer, type SampleBufferState } from './sample-buffer.js';
import { FRAME_SAMPLES, type VoiceDetector, type VoiceDetectorState, type VoiceModel } from './silero-vad.js';
import { Timeline, type TimelineState } from './timeline.js';
import { SEGMENTATION, Segmentation, type SegmentationState, type SpeechEvent } from './utterance.js';
import type { DetectedFrame } from './voice-stretch.js';

/** A recogniser hears this much around an utterance: the detector is late at soft onsets and early at ends. */
const BEFORE = msToSamples(300);
const AFTER = msToSamples(200);
/** Of missing audio this much is put in as silence; it ends whatever is open, the rest is skipped. */
const FILLED_GAP = msToSamples(1000);

/** A piece of speech to transcribe. `from` is its first sample on the speaker's timeline. */
export interface SpeechSegment {
  from: number;
  atMs: number;
  durationMs: number;
  /** Epoch ms of the capture that completed it. */
  capturedAtMs: number;
  /** What a recogniser should hear: the segment with a little of what is around it. */
  audio: Int16Array;
  /** Epoch ms of the audio's first sample. */
  audioAtMs: number;
}

/** The segment that is being said. Its `audio` begins as that of the `SpeechSegment` that it becomes. */
export interface OpenSegment {
  from: number;
  atMs: number;
  /** Epoch ms of the capture of its last sample so far. */
  knownMs: number;
  /** How many samples of its audio lie before `from`. */
  before: number;
  /** Its audio so far without the first `after` samples. */
  audio(after: number): Int16Array;
}

/** `atMs` is when it happened, `knownMs` when the audio that showed it was captured. Both epoch ms. */
export type VoiceEvent =
  | { kind: 'start'; sample: number; atMs: number; knownMs: number }
  | { kind: 'end'; atMs: number; knownMs: number }
  | { kind: 'missing'; atMs: number; durationMs: number }
  | { kind: 'segment'; segment: SpeechSegment };

export interface VoiceTrackState {
  timeline: TimelineState;
  detector: VoiceDetectorState;
  segmentation: SegmentationState;
  buffer: SampleBufferState;
  framed: number;
  transcribedTo: number;
}

export class VoiceTrack {
  readonly #timeline: Timeline;
  readonly #detector: VoiceDetector;
  readonly #segmentation: Segmentation;
  readonly #buffer: SampleBuffer;
  /** Position up to which frames were measured. */
  #framed: number;
  /** Position up to which audio was handed out for transcription: no word is heard twice. */
  #transcribedTo: number;

  /** `onFrame` is given every frame that was measured, in order, silence that was put in included. */
  constructor(
    model: VoiceModel,
    state?: VoiceTrackState,
    private readonly onFrame?: (frame: DetectedFrame) => void,
  ) {
    this.#timeline = new Timeline(state?.timeline);
    this.#detector = model.detector(state?.detector);
    this.#segmentation = new Segmentation(SEGMENTATION, state?.segmentation);
    this.#buffer = new SampleBuffer(state?.buffer);
    this.#framed = state?.framed ?? 0;
    this.#transcribedTo = state?.transcribedTo ?? 0;
  }

  /** True while an utterance, or what may become one, is open. */
  get open(): boolean {
    return this.#segmentation.openFrom !== null;
  }

  /** The segment that is being said, for recognisers that listen along; null while nobody speaks. */
  get openSegment(): OpenSegment | null {
    const from = this.#segmentation.openFrom;
    if (from === null || !this.#segmentation.speaking) return null;
    const audioFrom = this.#audioFrom(from);
    return {
      from,
      atMs: this.#timeline.timeOf(from),
      knownMs: this.#timeline.timeOf(this.#framed),
      before: from - audioFrom,
      audio: (after) => this.#buffer.slice(audioFrom + after, this.#framed),
    };
  }

  /** Takes the speaker's next chunk; `capturedAtMs` is when its first sample was captured. */
  async accept(samples: Int16Array, capturedAtMs: number): Promise<VoiceEvent[]> {
    const events: VoiceEvent[] = [];
    if (this.#timeline.isTimeOfLast(capturedAtMs) && this.#buffer.endsWith(samples)) return events;
    const { gap, repeated } = this.#timeline.place(capturedAtMs, samples.length);
    if (gap > 0) {
      const atMs = this.#timeline.timeOf(this.#buffer.end);
      events.push({ kind: 'missing', atMs, durationMs: samplesToMs(gap) });
      await this.#skip(gap, events);
    }
    this.#buffer.append(samples.subarray(repeated));
    await this.#measure(events);
    return events;
  }

  /** Ends what is open: no more audio comes, or none came for long. */
  flush(): VoiceEvent[] {
    const events = this.#segmentation.flush(this.#framed).flatMap((event) => this.#tell(event));
    this.#forget();
    return events;
  }

  snapshot(): VoiceTrackState {
    return {
      timeline: this.#timeline.snapshot(),
      detector: this.#detector.snapshot(),
      segmentation: this.#segmentation.snapshot(),
      buffer: this.#buffer.snapshot(),
      framed: this.#framed,
      transcribedTo: this.#transcribedTo,
    };
  }

  async #skip(gap: number, events: VoiceEvent[]): Promise<void> {
    const after = this.#buffer.end + gap;
    this.#buffer.append(new Int16Array(Math.min(gap, FILLED_GAP)));
    await this.#measure(events);
    if (gap <= FILLED_GAP) return;
    // The silence has ended it, but for a detector that still hears an echo of it.
    events.push(...this.#segmentation.flush(this.#framed).flatMap((event) => this.#tell(event)));
    this.#segmentation.restartAt(after);
    this.#buffer.restartAt(after);
    this.#framed = after;
    this.#detector.reset();
  }

  async #measure(events: VoiceEvent[]): Promise<void> {
    while (this.#framed + FRAME_SAMPLES <= this.#buffer.end) {
      const from = this.#framed;
      const to = from + FRAME_SAMPLES;
      const samples = this.#buffer.slice(from, to);
      const probability = await this.#detector.probability(samples);
      this.#framed = to;
      this.onFrame?.({ samples, atMs: this.#timeline.timeOf(from), probability });
      for (const event of this.#segmentation.frame(from, to, probability)) events.push(...this.#tell(event));
    }
    this.#forget();
  }

  #forget(): void {
    this.#buffer.forgetBefore((this.#segmentation.openFrom ?? this.#framed) - BEFORE);
  }

  #tell(event: SpeechEvent): VoiceEvent[] {
    const knownMs = this.#timeline.timeOf(event.known);
    switch (event.kind) {
      case 'speech-start':
        return [{ kind: 'start', sample: event.sample, atMs: this.#timeline.timeOf(event.sample), knownMs }];
      case 'speech-end':
        return [{ kind: 'end', atMs: this.#timeline.timeOf(event.sample), knownMs }];
      case 'segment':
        return [{ kind: 'segment', segment: this.#segment(event.from, event.to, knownMs) }];
    }
  }

  #segment(from: number, to: number, capturedAtMs: number): SpeechSegment {
    // Within an utterance the next segment begins where this one is cut.
    const audioTo = this.#segmentation.speaking ? to : Math.min(to + AFTER, this.#framed);
    const audioFrom = this.#audioFrom(from);
    this.#transcribedTo = audioTo;
    return {
      from,
      atMs: this.#timeline.timeOf(from),
      durationMs: samplesToMs(to - from),
      capturedAtMs,
      audio: this.#buffer.slice(audioFrom, audioTo),
      audioAtMs: this.#timeline.timeOf(audioFrom),
    };
  }

  #audioFrom(from: number): number {
    // After a long gap the buffer begins with what came behind it.
    return Math.max(from - BEFORE, this.#transcribedTo, this.#buffer.begin);
  }
}
