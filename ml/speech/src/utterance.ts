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
  /** An utterance is dated back to where the probability rose above this, … */
  onset: number;
  /** … by this at most. */
  longestOnsetMs: number;
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

/**
 * `start` and `stop` are Silero's own. They are late where a voice begins softly: `onset` was chosen on one half of the
 * set of docs/evaluation.md, where it brought response latencies within 200 ms from 81 % to 91 % of the answers; more
 * than 300 ms earlier changed nothing, and is what a recogniser hears before an utterance. The limits keep an open segment
 * below 480 KB and a transcript's delay below 16 s.
 */
export const SEGMENTATION: SegmentationRules = {
  start: 0.5,
  stop: 0.35,
  onset: 0.03,
  longestOnsetMs: 300,
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
  /** Where the open segment begins; in `rising` where the utterance would; in `silence` where the onset would. */
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
      if (probability < this.#rules.onset) state.from = to;
      state.from = Math.max(state.from, from - msToSamples(this.#rules.longestOnsetMs));
      if (probability < this.#rules.start) return [];
      Object.assign(state, { phase: 'rising', voiced: 0, silentFrom: null, dip: null });
    }
    if (probability >= this.#rules.start) state.silentFrom = null;
    else if (probability < this.#rules.stop) state.silentFrom ??= from;
    return state.phase === 'rising' ? this.#rise(from, to, probability) : this.#goOn(from, to, probability);
  }

  /** Ends what is open, as if silence followed. `known` is where the audio ends. */
  flush(known: number): SpeechEvent[] {
    const state = this.#state;
    const wasSpeaking = state.phase === 'speech';
    const { from: began, silentFrom } = state;
    if (state.phase !== 'silence') this.#fallSilent(known);
    return wasSpeaking ? ending(began, silentFrom ?? known, known) : [];
  }

  /** What came before `sample` is missing, and what was open was flushed: nothing reaches back beyond it. */
  restartAt(sample: number): void {
    this.#fallSilent(sample);
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
    if (this.#silence(to) >= msToSamples(this.#rules.minSpeechMs)) this.#fallSilent(to);
    return [];
  }

  #goOn(from: number, to: number, probability: number): SpeechEvent[] {
    const state = this.#state;
    const silence = this.#silence(to);
    if (silence >= msToSamples(this.#rules.minSilenceMs)) {
      const { from: began, silentFrom } = state;
      this.#fallSilent(to);
      return ending(began, silentFrom ?? to, to);
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

  #fallSilent(at: number): void {
    this.#state.phase = 'silence';
    this.#state.from = at;
  }
}

function ending(from: number, end: number, known: number): SpeechEvent[] {
  const events: SpeechEvent[] = [{ kind: 'speech-end', sample: end, known }];
  // A cut inside the last silence leaves nothing behind it.
  if (end > from) events.push({ kind: 'segment', from, to: end, known });
  return events;
}
