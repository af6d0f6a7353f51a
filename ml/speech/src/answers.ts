/**
 * Pauses and response latencies, from when the two people of a round spoke. Pure; times are epoch ms. Both
 * are measures of time only: a long one may prompt a follow-up question, it says nothing about the person.
 *
 * - A pause is a silence of at least 1.5 s inside an answer. One in which the interviewer spoke, a question was
 *   marked, or the audio was missing for so long that less than 1.5 s were heard as silence, is none; nor is
 *   one beyond 30 s, where an answer has ended.
 * - A response latency runs to the candidate's first speech, from the end of what the interviewer said since
 *   the candidate spoke last, else from the last question marked since then. Beyond 2 min it is no answer to it.
 */
import type { InsightFinding } from '@interview/ml-kit/analyser';
import type { Speaker } from '@interview/schema/enums';
import type { RoundState } from '@interview/schema/messages';
import type { VoiceEvent } from './voice-track.js';

/** The shortest pause that is told: what the product promises, checked in docs/evaluation.md. */
export const PAUSE_MS = 1_500;
export const LONGEST_PAUSE_MS = 30_000;
export const LONGEST_LATENCY_MS = 120_000;
/** A candidate who begins this little before the interviewer's last sound answers at once. */
const OVERLAP_MS = 500;
/** Less speech of the interviewer than this ("right", "go on") asks nothing by itself. */
const SHORTEST_QUESTION_MS = 1_000;

interface Spoken {
  startMs: number;
  /** Null while it goes on. */
  endMs: number | null;
}

interface Onset {
  sample: number;
  atMs: number;
  knownMs: number;
  /** End of the candidate's utterance before; null at the first. */
  sinceMs: number | null;
}

export interface AnswersState {
  /** End of the candidate's last utterance. */
  candidateEndMs: number | null;
  /** Candidate's audio that is missing since then. */
  missing: { atMs: number; durationMs: number }[];
  /** What the interviewer said since then. */
  interviewer: Spoken[];
  /** The candidate began while the interviewer spoke: decided when the interviewer's end is known. */
  waiting: Onset | null;
}

type Questions = RoundState['questions'];

export class Answers {
  readonly #state: AnswersState;
  readonly #pauseMs: number;

  /** `pauseMs`: another one than the product's is for evaluations. */
  constructor(state?: AnswersState, pauseMs: number = PAUSE_MS) {
    this.#pauseMs = pauseMs;
    this.#state = state
      ? structuredClone(state)
      : { candidateEndMs: null, missing: [], interviewer: [], waiting: null };
  }

  /** Takes what happened to one voice; `questions` are all that were marked so far. */
  hear(speaker: Speaker, event: VoiceEvent, questions: Questions): InsightFinding[] {
    return speaker === 'CANDIDATE' ? this.#candidate(event, questions) : this.#interviewer(event, questions);
  }

  snapshot(): AnswersState {
    return structuredClone(this.#state);
  }

  #candidate(event: VoiceEvent, questions: Questions): InsightFinding[] {
    const state = this.#state;
    if (event.kind === 'missing') state.missing.push({ atMs: event.atMs, durationMs: event.durationMs });
    if (event.kind === 'end') {
      state.candidateEndMs = event.atMs;
      state.missing = state.missing.filter(({ atMs }) => atMs >= event.atMs);
      state.interviewer = state.interviewer.filter(({ endMs }) => endMs === null || endMs > event.atMs);
    }
    if (event.kind !== 'start') return [];
    const { sample, atMs, knownMs } = event;
    const onset = { sample, atMs, knownMs, sinceMs: state.candidateEndMs };
    state.waiting = null;
    const pause = this.#pause(onset, questions);
    return pause ? [pause] : this.#latency(onset, questions);
  }

  #interviewer(event: VoiceEvent, questions: Questions): InsightFinding[] {
    const state = this.#state;
    if (event.kind === 'start') state.interviewer.push({ startMs: event.atMs, endMs: null });
    if (event.kind !== 'end') return [];
    const open = state.interviewer.at(-1);
    if (open) open.endMs = event.atMs;
    const onset = state.waiting;
    state.waiting = null;
    return onset ? this.#latency(onset, questions) : [];
  }

  #pause(onset: Onset, questions: Questions): InsightFinding | undefined {
    if (onset.sinceMs === null || this.#saidBetween(onset).length > 0) return;
    if (askedBetween(questions, onset)) return;
    const durationMs = Math.round(onset.atMs - onset.sinceMs);
    const missingMs = this.#state.missing.reduce((sum, missing) => sum + missing.durationMs, 0);
    if (durationMs > LONGEST_PAUSE_MS || durationMs - missingMs < this.#pauseMs) return;
    return {
      kind: 'insight',
      key: `pause:${onset.sample}`,
      type: 'HESITATION',
      severity: 'INFO',
      value: { kind: 'PAUSE', durationMs },
      explanation: `Pause of ${seconds(durationMs)} s; threshold ${seconds(this.#pauseMs)} s.`,
      atMs: onset.sinceMs,
      capturedAtMs: onset.knownMs,
    };
  }

  #latency(onset: Onset, questions: Questions): InsightFinding[] {
    const said = this.#saidBetween(onset);
    if (said.some(({ endMs }) => endMs === null)) {
      this.#state.waiting = onset;
      return [];
    }
    const question = askedBetween(questions, onset);
    const saidMs = said.reduce((sum, { startMs, endMs }) => sum + (endMs ?? startMs) - startMs, 0);
    const spokenQuestion = said.length > 0 && (question !== undefined || saidMs >= SHORTEST_QUESTION_MS);
    const fromMs = spokenQuestion ? Math.max(...said.map(({ endMs }) => endMs ?? 0)) : question?.askedAtMs;
    if (fromMs === undefined || fromMs > onset.atMs + OVERLAP_MS) return [];
    const latencyMs = Math.round(Math.max(0, onset.atMs - fromMs));
    if (latencyMs > LONGEST_LATENCY_MS) return [];
    const from = spokenQuestion ? 'the interviewer stopped speaking' : 'the question was marked';
    return [
      {
        kind: 'insight',
        key: question ? `latency:${question.id}` : `latency:${onset.sample}`,
        type: 'RESPONSE_LATENCY',
        severity: 'INFO',
        value: question ? { latencyMs, questionId: question.id } : { latencyMs },
        explanation: `Speech began ${seconds(latencyMs)} s after ${from}.`,
        atMs: onset.atMs,
        capturedAtMs: onset.knownMs,
      },
    ];
  }

  /** What the interviewer said between the candidate's utterance before and the one that began. */
  #saidBetween({ sinceMs, atMs }: Onset): Spoken[] {
    return this.#state.interviewer.filter(
      ({ startMs, endMs }) => startMs < atMs && (endMs === null || sinceMs === null || endMs > sinceMs),
    );
  }
}

/** The last question that was marked since the candidate spoke and before the candidate began. */
function askedBetween(questions: Questions, { sinceMs, atMs }: Onset): Questions[number] | undefined {
  return questions
    .filter(({ askedAtMs }) => askedAtMs <= atMs && (sinceMs === null || askedAtMs > sinceMs))
    .sort((a, b) => a.askedAtMs - b.askedAtMs)
    .at(-1);
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);
