/**
 * Conversations of an interviewer and a candidate, put together from stretches of speech and silences of known length,
 * on one time axis in ms. What is labelled is what was put in.
 */
import type { Speaker } from '@interview/schema/enums';
import { msToSamples, samplesToMs } from '@interview/speech/pcm';
import type { Random } from '../random.js';
import type { Label } from '../scoring/match.js';
import type { Samples } from './recordings.js';
import { speechOf, type VoiceName } from './voices.js';

export interface Answer {
  /** From the question's last sound to the answer's first. */
  latencyMs: number;
  fromMs: number;
  toMs: number;
}

export interface Conversation {
  lengthMs: number;
  tracks: Record<Speaker, Samples>;
  /** Silences of 0.8 s and more inside answers. */
  silences: Label[];
  /** When the candidate speaks, stretch by stretch. */
  spoken: Label[];
  answers: Answer[];
}

/** The floor speaks of pauses from here on. */
export const PAUSE_LABEL_MS = 1_500;
/** Silences this near to the border are not put in: edges are known to 50 ms only. */
const BORDER_MS = 50;

class Track {
  readonly #parts: { atMs: number; samples: Samples }[] = [];

  put(atMs: number, samples: Samples): void {
    this.#parts.push({ atMs, samples });
  }

  /** @returns the whole length, silence where nothing was put. */
  rendered(lengthMs: number): Samples {
    const track = new Float32Array(msToSamples(lengthMs));
    for (const { atMs, samples } of this.#parts) track.set(samples, msToSamples(atMs));
    return track;
  }
}

export interface ConversationPlan {
  candidate: VoiceName;
  interviewer: VoiceName;
  turns: number;
  /** Share of the gaps between two stretches of an answer that are silences of 0.8–6 s. */
  silenceShare: number;
  longestSilenceMs: number;
  /** Stretches in an answer. */
  stretches: { from: number; to: number };
}

export const USUAL_PLAN: Omit<ConversationPlan, 'candidate' | 'interviewer'> = {
  turns: 3,
  silenceShare: 0.4,
  longestSilenceMs: 6_000,
  stretches: { from: 6, to: 9 },
};

export function composeConversation(plan: ConversationPlan, random: Random): Conversation {
  const tracks: Record<Speaker, Track> = { CANDIDATE: new Track(), INTERVIEWER: new Track() };
  const asked = speechOf(plan.interviewer, random.fork('interviewer'));
  const said = speechOf(plan.candidate, random.fork('candidate'));
  const silences: Label[] = [];
  const spoken: Label[] = [];
  const answers: Answer[] = [];
  let atMs = random.between(500, 1500);
  const speak = (speaker: Speaker, next: Samples) => {
    tracks[speaker].put(atMs, next);
    const toMs = atMs + samplesToMs(next.length);
    if (speaker === 'CANDIDATE') spoken.push({ fromMs: atMs, toMs });
    atMs = toMs;
  };
  for (let turn = 0; turn < plan.turns; turn++) {
    const askedFromMs = atMs;
    do {
      if (atMs > askedFromMs) atMs += random.between(80, 300);
      speak('INTERVIEWER', asked.next().value);
      // Shorter remarks ask nothing.
    } while (atMs - askedFromMs < 2_000);
    const latencyMs = random.between(300, 5_000);
    atMs += latencyMs;
    const fromMs = atMs;
    const count = Math.round(random.between(plan.stretches.from, plan.stretches.to));
    for (let i = 0; i < count; i++) {
      if (i > 0) {
        const gapMs = random.chance(plan.silenceShare) ? drawSilence(plan, random) : random.between(60, 350);
        if (gapMs >= 800) silences.push({ fromMs: atMs, toMs: atMs + gapMs });
        atMs += gapMs;
      }
      speak('CANDIDATE', said.next().value);
    }
    answers.push({ latencyMs, fromMs, toMs: atMs });
    atMs += random.between(800, 2_500);
  }
  const lengthMs = Math.ceil(atMs / 100) * 100;
  return {
    lengthMs,
    tracks: {
      CANDIDATE: tracks.CANDIDATE.rendered(lengthMs),
      INTERVIEWER: tracks.INTERVIEWER.rendered(lengthMs),
    },
    silences,
    spoken,
    answers,
  };
}

/** Even in its logarithm, so that short ones, where it is decided, are not rare. */
function drawSilence({ longestSilenceMs }: ConversationPlan, random: Random): number {
  const lengthMs = Math.exp(random.between(Math.log(800), Math.log(longestSilenceMs)));
  const offBorderMs = lengthMs - PAUSE_LABEL_MS;
  if (Math.abs(offBorderMs) >= BORDER_MS) return lengthMs;
  return PAUSE_LABEL_MS + (offBorderMs < 0 ? -BORDER_MS : BORDER_MS);
}
