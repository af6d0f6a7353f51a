/**
 * The sample clock of one speaker: where each chunk lies on a continuous line of samples, and which moment a
 * sample was captured at. Chunks come with the capture time of their first sample; that time jitters, drifts,
 * steps, repeats and skips. The rules that make one line of it are here.
 */
import { msToSamples, samplesToMs } from './pcm.js';

/** Below this a capture time that is early or late is jitter: the samples follow on without a gap. */
export const JITTER_MS = 250;
/** An overlap up to this is audio sent again; further back the sender's clock was set back. */
export const REPEAT_LIMIT_MS = 5_000;
/** The line follows a slow drift between sound card and clock with this time constant. */
const DRIFT_FOLLOWING_MS = 10_000;

export interface Placement {
  /** Samples that are missing before this chunk; they count as silence. */
  gap: number;
  /** Samples at the chunk's beginning that were heard before. */
  repeated: number;
}

export interface TimelineState {
  /** Epoch ms of sample 0 as estimated now; null before the first chunk. */
  anchorMs: number | null;
  /** Samples placed so far, gaps included: the position of the next sample. */
  length: number;
  /** Capture time of the chunk before. */
  lastCapturedAtMs: number | null;
}

export class Timeline {
  readonly #state: TimelineState;

  constructor(state: TimelineState = { anchorMs: null, length: 0, lastCapturedAtMs: null }) {
    this.#state = { ...state };
  }

  get length(): number {
    return this.#state.length;
  }

  /** Epoch ms at which a sample was captured. */
  timeOf(sample: number): number {
    return (this.#state.anchorMs ?? 0) + samplesToMs(sample);
  }

  /** Whether the chunk before has this very capture time: if its samples are the same too, it came twice. */
  isTimeOfLast(capturedAtMs: number): boolean {
    return this.#state.lastCapturedAtMs === capturedAtMs;
  }

  /**
   * Takes a chunk of `samples` samples, the first of which was captured at `capturedAtMs`.
   * - up to ±250 ms beside the expected time: it follows on, and the clock leans a little towards it;
   * - later: what is between is missing;
   * - up to 5 s earlier: the overlap was heard before, the rest follows on;
   * - earlier still: the sender's clock was set back; the chunk follows on and the clock starts anew from it.
   */
  place(capturedAtMs: number, samples: number): Placement {
    const state = this.#state;
    state.anchorMs ??= capturedAtMs;
    state.lastCapturedAtMs = capturedAtMs;
    const lateMs = capturedAtMs - this.timeOf(state.length);
    let placement: Placement = { gap: 0, repeated: 0 };
    if (lateMs >= JITTER_MS) placement = { gap: msToSamples(lateMs), repeated: 0 };
    else if (lateMs < -REPEAT_LIMIT_MS) state.anchorMs += lateMs;
    else if (lateMs <= -JITTER_MS) placement = { gap: 0, repeated: Math.min(samples, msToSamples(-lateMs)) };
    else state.anchorMs += lateMs * Math.min(1, samplesToMs(samples) / DRIFT_FOLLOWING_MS);
    state.length += placement.gap + samples - placement.repeated;
    return placement;
  }

  snapshot(): TimelineState {
    return { ...this.#state };
  }
}
