/**
 * From probabilities of speech to utterances, and to the segments that are transcribed. Pure: frames in,
 * events out, the state is plain JSON.
 *
 * An utterance lasts until a silence of 600 ms. A segment is an utterance, or, of one that goes on for longer
 * than a recogniser should wait for, a part: cut at the first short silence after 6 s, at the latest after
 * 15 s where the voice was least certain.
 */
import { msToSamples } from './pcm.js';

export interface SegmentationRules {
  /** Probability at which speech begins, and below which a silence begins (hysteresis). */
  start: number;
  stop: number;
  /** Less voice than this is a click or a cough. */
  minSpeechMs: number;
  /** A silence of this length ends an utterance. */
  minSilenceMs: number;
  /** From this length on a segment is cut at a silence of `softSilenceMs`. */
  softLimitMs: number;
  softSilenceMs: number;
  /** No segment is longer. */
  limitMs: number;
}

/** Silero's own thresholds; the limits keep an open segment below 480 KB and a transcript's delay below 16 s. */
export const SEGMENTATION: SegmentationRules = {
  start: 0.5,
  stop: 0.35,
  minSpeechMs: 200,
  minSilenceMs: 600,
  softLimitMs: 6_000,
  softSilenceMs: 200,
  limitMs: 15_000,
};

/** `sample`, `from` and `to` are positions on the speaker's timeline; `known` is the end of the frame that decided. */
export type SpeechEvent =
  | { kind: 'speech-start'; sample: number; known: number }
  | { kind: 'speech-end'; sample: number; known: number }
  | { kind: 'segment'; from: number; to: number; known: number };

export interface SegmentationState {
  /** `rising`: voice was heard, but not enough yet. */
  phase: 'silence' | 'rising' | 'speech';
  /** Where the open segment begins; in `rising` also where the utterance would. */
  from: number;
  /** Voiced samples of a rising utterance. */
  voiced: number;
  /** Where the silence that is going on began; null while there is voice. */
  silentFrom: number | null;
  /** The least certain frame since the soft limit: where a cut hurts least. */
  dip: { sample: number; probability: number } | null;
}

export class Segmentation {
  readonly #rules: SegmentationRules;
  readonly #state: SegmentationState;

  constructor(rules: SegmentationRules = SEGMENTATION, state?: SegmentationState) {
    this.#rules = rules;
    this.#state = state
      ? structuredClone(state)
      : { phase: 'silence', from: 0, voiced: 0, silentFrom: null, dip: null };
  }

  /** Where the audio of what may still become a segment begins; null when nothing is open. */
  get openFrom(): number | null {
    return this.#state.phase === 'silence' ? null : this.#state.from;
  }

  /** True within an utterance. */
  get speaking(): boolean {
    return this.#state.phase === 'speech';
  }

  /** Takes the next frame: its samples [from, to) and its probability of speech. */
  frame(from: number, to: number, probability: number): SpeechEvent[] {
    const state = this.#state;
    if (state.phase === 'silence') {
      if (probability < this.#rules.start) return [];
      Object.assign(state, { phase: 'rising', from, voiced: 0, silentFrom: null, dip: null });
    }
    if (probability >= this.#rules.start) state.silentFrom = null;
    else if (probability < this.#rules.stop) state.silentFrom ??= from;
    return state.phase === 'rising' ? this.#rise(from, to, probability) : this.#goOn(from, to, probability);
  }

  /** Ends what is open, as if silence followed. `known` is where the audio ends. */
  flush(known: number): SpeechEvent[] {
    const state = this.#state;
    const wasSpeaking = state.phase === 'speech';
    const end = state.silentFrom ?? known;
    state.phase = 'silence';
    return wasSpeaking ? this.#ending(end, known) : [];
  }

  snapshot(): SegmentationState {
    return structuredClone(this.#state);
  }

  #rise(from: number, to: number, probability: number): SpeechEvent[] {
    const state = this.#state;
    if (probability >= this.#rules.stop) state.voiced += to - from;
    if (state.voiced >= msToSamples(this.#rules.minSpeechMs)) {
      state.phase = 'speech';
      return [{ kind: 'speech-start', sample: state.from, known: to }];
    }
    if (this.#silence(to) >= msToSamples(this.#rules.minSpeechMs)) state.phase = 'silence';
    return [];
  }

  #goOn(from: number, to: number, probability: number): SpeechEvent[] {
    const state = this.#state;
    const silence = this.#silence(to);
    if (silence >= msToSamples(this.#rules.minSilenceMs)) {
      state.phase = 'silence';
      return this.#ending(state.silentFrom ?? to, to);
    }
    const length = to - state.from;
    if (length < msToSamples(this.#rules.softLimitMs)) return [];
    const dip = state.dip && state.dip.probability < probability ? state.dip : { sample: from, probability };
    state.dip = dip;
    if (silence >= msToSamples(this.#rules.softSilenceMs)) return this.#cut(state.silentFrom ?? from, to);
    if (length >= msToSamples(this.#rules.limitMs)) return this.#cut(dip.sample, to);
    return [];
  }

  #silence(to: number): number {
    return this.#state.silentFrom === null ? 0 : to - this.#state.silentFrom;
  }

  #cut(at: number, known: number): SpeechEvent[] {
    const event: SpeechEvent = { kind: 'segment', from: this.#state.from, to: at, known };
    this.#state.from = at;
    this.#state.dip = null;
    return [event];
  }

  #ending(end: number, known: number): SpeechEvent[] {
    const { from } = this.#state;
    const events: SpeechEvent[] = [{ kind: 'speech-end', sample: end, known }];
    // A cut inside the last silence leaves nothing behind it.
    if (end > from) events.push({ kind: 'segment', from, to: end, known });
    return events;
  }
}
