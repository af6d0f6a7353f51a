/**
 * Conversations in which somebody else speaks on the candidate's side: in some of the long silences of the answers a third
 * voice is heard, quieter than the candidate. The first 40 s are the candidate's alone, so that the voice can be learnt.
 */
import { samplesToMs } from '@interview/speech/pcm';
import type { Half } from '../part.js';
import { Random } from '../random.js';
import type { Label } from '../scoring/match.js';
import { type Conversation, composeConversation, USUAL_PLAN } from './conversation.js';
import { decibels, type Samples } from './recordings.js';
import { speechOf, VOICE_NAMES, type VoiceName } from './voices.js';

/** Below the candidate, in dB; null is nobody. */
export const LEVELS = [-6, -12, -18, null] as const;
export type BackgroundLevel = (typeof LEVELS)[number];

export interface BackgroundSequence {
  name: string;
  half: Half;
  level: BackgroundLevel;
  candidate: VoiceName;
  interviewer: VoiceName;
  guest: VoiceName;
}

const ALONE_MS = 40_000;
/** Shorter silences hold less speech of the guest than an alert wants. */
const LEAST_SILENCE_MS = 4_000;
const MARGIN_MS = 250;

export const backgroundSequences = (quick: boolean): BackgroundSequence[] =>
  (['choose', 'score'] as const).flatMap((half) =>
    (quick ? ([-6, null] as const) : LEVELS).flatMap((level) =>
      (quick ? VOICE_NAMES.slice(0, 1) : VOICE_NAMES).map((candidate): BackgroundSequence => {
        const name = `voices/${half}/${level ?? 'nobody'}/${candidate}`;
        const others = new Random(`${name}/others`).shuffled(VOICE_NAMES.filter((voice) => voice !== candidate));
        const [interviewer = candidate, guest = candidate] = others;
        return { name, half, level, candidate, interviewer, guest };
      }),
    ),
  );

export interface BackgroundConversation extends Conversation {
  /** Where the guest speaks. */
  guests: Label[];
}

export function composeBackground(sequence: BackgroundSequence): BackgroundConversation {
  const random = new Random(sequence.name);
  const plan = { ...USUAL_PLAN, turns: 4, longestSilenceMs: 8_000, ...sequence };
  const conversation = composeConversation(plan, random.fork('conversation'));
  if (sequence.level === null) return { ...conversation, guests: [] };
  const speech = speechOf(sequence.guest, random.fork('guest'));
  const factor = decibels(sequence.level);
  const guests = conversation.silences
    .filter(({ fromMs, toMs }) => fromMs >= ALONE_MS && toMs - fromMs >= LEAST_SILENCE_MS)
    .flatMap((silence) => fill(conversation.tracks.CANDIDATE, silence, speech, factor));
  return { ...conversation, guests };
}

/** Puts stretches into a silence as long as they fit. @returns where they are, as one; nothing where none fits */
function fill(track: Samples, { fromMs, toMs }: Label, speech: Iterator<Samples, never>, factor: number): Label[] {
  const beginMs = fromMs + MARGIN_MS;
  let atMs = beginMs;
  for (;;) {
    const next: Samples = speech.next().value;
    const left = Math.floor((toMs - MARGIN_MS - atMs) * 16);
    // The last one is cut where the silence ends.
    const put = next.subarray(0, Math.max(0, left)).map((sample) => sample * factor);
    track.set(put, Math.round(atMs * 16));
    atMs += samplesToMs(put.length);
    if (put.length < next.length) return [{ fromMs: beginMs, toMs: atMs }];
    atMs += 100;
  }
}
