/**
 * What people are told of the transcript's making: who transcribes, who should and does not, and whether parts are
 * missing. A status is told when it changes, so that a fallback is never silent and neither is its end. Pure.
 */
import type { StatusFinding } from '@interview/ml-kit/analyser';
import type { RecogniserHealth } from './recogniser.js';

export interface SpeechStatusState {
  /** How many were told. */
  told: number;
  state: 'OK' | 'DEGRADED' | null;
  detail: string | null;
}

/** Null: there is no recogniser. */
export type HealthSource = () => RecogniserHealth | null;

export class SpeechStatus {
  readonly #health: HealthSource;
  readonly #state: SpeechStatusState;
  /** Why the last segment has no transcript. */
  #missing: string | null = null;

  constructor(health: HealthSource, state: SpeechStatusState = { told: 0, state: null, detail: null }) {
    this.#health = health;
    this.#state = { ...state };
  }

  /** The last segment was transcribed, or why it was not. */
  note(missing: string | null): void {
    this.#missing = missing;
  }

  /** The status, if it is another than the one told last. */
  tell(): StatusFinding[] {
    const { state, detail } = this.#now();
    if (this.#state.state === state && this.#state.detail === detail) return [];
    Object.assign(this.#state, { told: this.#state.told + 1, state, detail });
    return [{ kind: 'status', key: `status:${this.#state.told}`, state, detail }];
  }

  snapshot(): SpeechStatusState {
    return { ...this.#state };
  }

  #now(): { state: 'OK' | 'DEGRADED'; detail: string } {
    const health = this.#health();
    if (!health) {
      const detail = 'No transcript: no speech recogniser is available. Voice is measured all the same.';
      return { state: 'DEGRADED', detail };
    }
    if (this.#missing) {
      return { state: 'DEGRADED', detail: `Parts of the transcript are missing: ${this.#missing}.` };
    }
    if (health.failing.length === 0) return { state: 'OK', detail: `Transcribed by ${health.transcribing}.` };
    const failures = health.failing.map(({ recogniser, reason }) => `${recogniser} ${reason}`);
    const now = health.transcribing === null ? 'nothing is transcribed' : `${health.transcribing} transcribes`;
    return { state: 'DEGRADED', detail: `${failures.join(', ')}; ${now} now.` };
  }
}
