/**
 * The analysis of one round's sound: entries in, findings out. What is heard is measured at once; what is said
 * comes when the recogniser is done, with a later entry or tick, in the order in which it was spoken.
 */
import type { Finding, RoundAnalysis, StreamEntry } from '@interview/ml-kit/analyser';
import type { Logger } from '@interview/runtime/log';
import type { Speaker } from '@interview/schema/enums';
import type { RoundState, VoiceObservation } from '@interview/schema/messages';
import { Answers } from './answers.js';
import { samplesOf } from './pcm.js';
import type { Recogniser } from './recogniser.js';
import type { NoRecogniser } from './recogniser-choice.js';
import { findRepeats } from './repeats.js';
import type { VoiceModel } from './silero-vad.js';
import { readSnapshot, type SpeechSnapshot } from './snapshot.js';
import { SpeechConfidence } from './speech-confidence.js';
import { type Transcribed, Transcription } from './transcription.js';
import type { DetectedFrame } from './voice-stretch.js';
import { type VoiceEvent, VoiceTrack, type VoiceTrackState } from './voice-track.js';
import { VoiceWatch } from './voice-watch.js';

/** When no audio comes for this long, what is open is closed, so that its transcript appears. */
export const STALLED_AFTER_MS = 3_000;

/** What the rounds of a worker share. */
export interface SpeechParts {
  model: VoiceModel;
  recogniser: Recogniser | NoRecogniser;
  log: Pick<Logger, 'warn'>;
  /** Other thresholds than the product's, for evaluations. */
  thresholds?: { pauseMs?: number };
}

export class SpeechRound implements RoundAnalysis {
  readonly #parts: SpeechParts;
  readonly #tracks = new Map<Speaker, VoiceTrack>();
  readonly #answers: Answers;
  readonly #transcription: Transcription | undefined;
  readonly #confidence: SpeechConfidence;
  #voices: VoiceWatch;
  #status: SpeechSnapshot['status'];
  #round: RoundState;
  /** Whether this process has told how it transcribes. */
  #announced = false;
  /** By speaker: the first tick since the last chunk. */
  readonly #silentSince = new Map<Speaker, number>();

  constructor(parts: SpeechParts, round: RoundState, snapshot: unknown) {
    const state = readSnapshot(snapshot);
    const { recogniser } = parts;
    this.#parts = parts;
    this.#round = round;
    this.#answers = new Answers(state?.answers, parts.thresholds?.pauseMs);
    this.#transcription = 'missing' in recogniser ? undefined : new Transcription(recogniser, state?.pending);
    this.#confidence = new SpeechConfidence('missing' in recogniser ? 'none' : recogniser.name, state?.confidence);
    this.#voices = new VoiceWatch(state?.voices);
    this.#status = state?.status ?? { told: 0, state: null };
    for (const [speaker, track] of Object.entries(state?.tracks ?? {})) {
      // The keys were checked by the snapshot's schema.
      this.#track(speaker as Speaker, track);
    }
  }

  async handle(entry: StreamEntry): Promise<Finding[]> {
    if (entry.stream !== 'audio' || !this.#round.consentGiven) return [];
    const { speaker, capturedAtMs, data } = entry.entry;
    this.#silentSince.delete(speaker);
    const events = await this.#track(speaker).accept(samplesOf(data), capturedAtMs);
    const voices = this.#voices.take().map(observed);
    return [...this.#firstStatus(), ...this.#heard(speaker, events), ...this.#said(), ...voices];
  }

  /** A withdrawn consent ends everything at once and forgets the audio. */
  roundChanged(round: RoundState): void {
    this.#round = round;
    if (round.consentGiven) return;
    this.#tracks.clear();
    this.#voices = new VoiceWatch(this.#voices.snapshot());
    this.#transcription?.cancel();
  }

  tick(nowMs: number): Finding[] {
    const findings: Finding[] = [];
    for (const [speaker, track] of this.#tracks) {
      const since = this.#silentSince.get(speaker) ?? nowMs;
      this.#silentSince.set(speaker, since);
      if (track.open && nowMs - since >= STALLED_AFTER_MS) findings.push(...this.#heard(speaker, track.flush()));
    }
    return [...findings, ...this.#said()];
  }

  async finish(): Promise<Finding[]> {
    if (!this.#round.consentGiven) return [];
    const heard = [...this.#tracks].flatMap(([speaker, track]) => this.#heard(speaker, track.flush()));
    await this.#transcription?.settled();
    return [...heard, ...this.#said(), ...this.#confidence.close(), ...this.#voices.finish().map(observed)];
  }

  snapshot(): SpeechSnapshot {
    const tracks = [...this.#tracks].map(([speaker, track]) => [speaker, track.snapshot()] as const);
    return {
      version: 1,
      tracks: Object.fromEntries(tracks),
      answers: this.#answers.snapshot(),
      pending: this.#transcription?.snapshot() ?? [],
      confidence: this.#confidence.snapshot(),
      status: this.#status,
      voices: this.#voices.snapshot(),
    };
  }

  /** The round left this worker: what still waits for its transcript is the successor's. */
  close(): void {
    this.#transcription?.cancel();
  }

  #track(speaker: Speaker, state?: VoiceTrackState): VoiceTrack {
    const hear = (frame: DetectedFrame) => this.#voices.hear(speaker, frame);
    const track = this.#tracks.get(speaker) ?? new VoiceTrack(this.#parts.model, state, hear);
    this.#tracks.set(speaker, track);
    return track;
  }

  #heard(speaker: Speaker, events: readonly VoiceEvent[]): Finding[] {
    return events.flatMap((event) => {
      if (event.kind !== 'segment') return this.#answers.hear(speaker, event, this.#round.questions);
      this.#transcription?.submit({ speaker, ...event.segment });
      return [];
    });
  }

  #said(): Finding[] {
    return this.#transcription?.take().flatMap((result) => this.#transcribed(result)) ?? [];
  }

  #transcribed(result: Transcribed): Finding[] {
    if ('failure' in result) return this.#failed(result);
    const { segment, transcript } = result;
    const recovered = this.#recovered();
    const { words } = transcript;
    if (words.length === 0) return recovered;
    const confidence = words.reduce((sum, word) => sum + word.confidence, 0) / words.length;
    const said: Finding = {
      kind: 'segment',
      key: `segment:${segment.speaker}:${segment.from}`,
      speaker: segment.speaker,
      text: transcript.text,
      atMs: segment.atMs,
      durationMs: segment.durationMs,
      confidence,
      isFinal: true,
      capturedAtMs: segment.capturedAtMs,
    };
    return segment.speaker === 'CANDIDATE'
      ? [...recovered, said, ...repeatsOf(result), ...this.#confidence.add(segment, transcript)]
      : [...recovered, said];
  }

  #firstStatus(): Finding[] {
    if (this.#announced) return [];
    this.#announced = true;
    const { recogniser } = this.#parts;
    if ('missing' in recogniser) {
      return this.#tell(
        'DEGRADED',
        'No transcript: no speech recogniser is available. Voice is measured all the same.',
      );
    }
    return this.#status.state === null ? this.#tell('OK', `Transcribed by ${recogniser.name}.`) : [];
  }

  /** A person is told what it means for the transcript, the log has the reason. */
  #failed({ segment, failure, busy }: Extract<Transcribed, { failure: string }>): Finding[] {
    this.#parts.log.warn({ roundId: this.#round.id, speaker: segment.speaker, reason: failure }, 'not transcribed');
    const reason = busy ? 'more is said than can be transcribed' : 'the speech recogniser failed';
    return this.#tell('DEGRADED', `Parts of the transcript are missing: ${reason}.`);
  }

  #recovered(): Finding[] {
    return this.#status.state === 'DEGRADED' ? this.#tell('OK', 'Segments are transcribed again.') : [];
  }

  /** A status is told when it changes. */
  #tell(state: 'OK' | 'DEGRADED', detail: string): Finding[] {
    if (this.#status.state === state) return [];
    this.#status = { told: this.#status.told + 1, state };
    return [{ kind: 'status', key: `status:${this.#status.told}`, state, detail }];
  }
}

const observed = (observation: VoiceObservation): Finding => ({ kind: 'observation', stream: 'voices', observation });

function repeatsOf({ segment, transcript }: Extract<Transcribed, { transcript: unknown }>): Finding[] {
  return findRepeats(transcript.words).map(({ at, text, startMs, durationMs }) => ({
    kind: 'insight',
    key: `repeat:${segment.from}:${at}`,
    type: 'HESITATION',
    severity: 'INFO',
    value: { kind: 'REPEAT', durationMs, text },
    explanation: `The transcript has "${text}": the same words again at once.`,
    atMs: segment.audioAtMs + startMs,
    capturedAtMs: segment.capturedAtMs,
  }));
}
