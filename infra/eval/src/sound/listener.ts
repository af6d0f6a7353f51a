/** What the product's `speech` hears in a conversation: its own round analysis, packet by packet, with its ticks. */
import type { Finding, StreamEntry } from '@interview/ml-kit/analyser';
import type { Speaker } from '@interview/schema/enums';
import { msToSamples } from '@interview/speech/pcm';
import type { VoiceDetector, VoiceModel } from '@interview/speech/silero-vad';
import { type SpeechParts, SpeechRound } from '@interview/speech/speech.round';
import { BEGIN_MS, entryId, roundOf } from '../rounds.js';

export const PACKET_MS = 100;
const TICK_MS = 1_000;

/** What arrives: both tracks, and the packets that do not. */
export interface Arriving {
  tracks: Record<Speaker, Int16Array>;
  dropped: Record<Speaker, Set<number>>;
}

const SPEAKERS = ['INTERVIEWER', 'CANDIDATE'] as const satisfies readonly Speaker[];

/** Everything that `speech` tells, in order. */
export async function hear({ tracks, dropped }: Arriving, parts: SpeechParts): Promise<Finding[]> {
  const analysis = new SpeechRound(parts, roundOf(), null);
  const size = msToSamples(PACKET_MS);
  const packets = Math.ceil(Math.max(...SPEAKERS.map((speaker) => tracks[speaker].length)) / size);
  const findings: Finding[] = [];
  for (let packet = 0; packet < packets; packet++) {
    const atMs = packet * PACKET_MS;
    for (const [n, speaker] of SPEAKERS.entries()) {
      const samples = tracks[speaker].subarray(packet * size, (packet + 1) * size);
      if (samples.length === 0 || dropped[speaker].has(packet)) continue;
      const data = new Uint8Array(samples.slice().buffer);
      const entry = { speaker, capturedAtMs: BEGIN_MS + atMs, data };
      const arrived: StreamEntry = { stream: 'audio', id: entryId(atMs, n), entry };
      findings.push(...(await analysis.handle(arrived)));
    }
    if (atMs % TICK_MS === 0) findings.push(...(await analysis.tick(BEGIN_MS + atMs)));
  }
  findings.push(...(await analysis.finish()));
  analysis.close();
  return findings;
}

/** The probability that the product's thresholds take as another one's would take this one; must rise with it. */
export type Remapping = (probability: number) => number;

/**
 * A voice model that infers once and answers from memory when the same sound is heard again with other thresholds:
 * probabilities of speech do not depend on them. Other thresholds of the detector are tried by moving the
 * probabilities instead, for it only compares them. One for each conversation.
 */
export class RememberingModel implements VoiceModel {
  readonly #model: VoiceModel;
  readonly #tracks: number[][] = [];
  #opened = 0;
  #remapped: Remapping = (probability) => probability;

  constructor(model: VoiceModel) {
    this.#model = model;
  }

  /** The next detectors are those of the first track, the second … again. */
  again(remapped: Remapping = (probability) => probability): this {
    this.#opened = 0;
    this.#remapped = remapped;
    return this;
  }

  detector(): VoiceDetector {
    const at = this.#opened++;
    const known = this.#tracks[at];
    const detector = this.#model.detector();
    const remembered: number[] = known ?? [];
    this.#tracks[at] = remembered;
    let frame = 0;
    return {
      probability: async (samples) => {
        if (known) return this.#remapped(known[frame++] ?? 0);
        const probability = await detector.probability(samples);
        remembered.push(probability);
        return this.#remapped(probability);
      },
      reset: () => detector.reset(),
      snapshot: () => detector.snapshot(),
    };
  }

  /** The model is somebody else's. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Straight lines through points that rise from 0 to 1: `from` a threshold that is tried, `to` the product's own. */
export function remapping(points: readonly { from: number; to: number }[]): Remapping {
  const all = [{ from: 0, to: 0 }, ...points, { from: 1, to: 1 }];
  return (probability) => {
    const next = all.findIndex(({ from }) => from > probability);
    const [a, b] = [all[next - 1], all[next]];
    return a && b ? a.to + ((probability - a.from) * (b.to - a.to)) / (b.from - a.from) : 1;
  };
}
