/** The set of the conversations: who speaks, on what line, drawn from seeds. */
import type { Half } from '../part.js';
import { Random } from '../random.js';
import { type Conversation, composeConversation, USUAL_PLAN } from './conversation.js';
import { droppedPackets, overTheLine, SOUND_CONDITIONS, type SoundCondition } from './line.js';
import { type Arriving, PACKET_MS } from './listener.js';
import { VOICE_NAMES, type VoiceName } from './voices.js';

export interface SpeechSequence {
  name: string;
  half: Half;
  condition: SoundCondition;
  candidate: VoiceName;
  interviewer: VoiceName;
}

/** Of each condition and half; each voice is the candidate in one of them. */
const SEEDS = 4;

export function speechSequences(quick: boolean): SpeechSequence[] {
  const conditions = quick ? (['clean', 'dropped packets'] as const) : SOUND_CONDITIONS;
  return (['choose', 'score'] as const).flatMap((half) =>
    conditions.flatMap((condition) =>
      Array.from({ length: quick ? 1 : SEEDS }, (_, seed): SpeechSequence => {
        const name = `speech/${half}/${condition}/${seed}`;
        const candidate = VOICE_NAMES[seed % VOICE_NAMES.length] ?? 'slt';
        const others = VOICE_NAMES.filter((voice) => voice !== candidate);
        const interviewer = new Random(`${name}/interviewer`).shuffled(others)[0] ?? 'rms';
        return { name, half, condition, candidate, interviewer };
      }),
    ),
  );
}

export function composeSequence(sequence: SpeechSequence): { conversation: Conversation; arriving: Arriving } {
  const random = new Random(sequence.name);
  const conversation = composeConversation({ ...USUAL_PLAN, ...sequence }, random.fork('conversation'));
  const packets = Math.ceil(conversation.lengthMs / PACKET_MS);
  const line = (speaker: 'CANDIDATE' | 'INTERVIEWER') =>
    overTheLine(conversation.tracks[speaker], sequence.condition, random.fork(`line of ${speaker}`));
  return {
    conversation,
    arriving: {
      tracks: { CANDIDATE: line('CANDIDATE'), INTERVIEWER: line('INTERVIEWER') },
      // The interviewer's line is a good one: whose delays are measured is the candidate.
      dropped: {
        CANDIDATE: droppedPackets(packets, sequence.condition, random.fork('packets')),
        INTERVIEWER: new Set(),
      },
    },
  };
}
