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
import type { VoiceModel } from './silero-vad.js';
import { readSnapshot, type SpeechSnapshot } from './snapshot.js';
import { SpeechConfidence } from './speech-confidence.js';
import { SpeechStatus } from './speech-status.js';
import { hesitationsIn, interimSegment, noSegment, saidSegment, takenBack } from './transcript-findings.js';
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
  readonly #status: SpeechStatus;
  #round: RoundState;
  /** By speaker: the first tick since the last chunk. */
  readonly #silentSince = new Map<Speaker, number>();

  constructor(parts: SpeechParts, round: RoundState, snapshot: unknown) {
    const state = readSnapshot(snapshot);
    const { recogniser } = parts;
    this.#parts = parts;
    this.#round = round;
    this.#answers = new Answers(state?.answers, parts.thresholds?.pauseMs);
    this.#transcription =
      'missing' in recogniser ? undefined : new Transcription(recogniser, state?.pending, state?.told);
    this.#voices = new VoiceWatch(state?.voices);
    this.#confidence = new SpeechConfidence(state?.confidence);
    this.#status = new SpeechStatus(() => healthOf(recogniser), state?.status);
    for (const [speaker, track] of Object.entries(state?.tracks ?? {})) {
      // The keys were checked by the snapshot's schema.
      this.#track(speaker as Speaker, track);
    }
  }

  async handle(entry: StreamEntry): Promise<Finding[]> {
    if (entry.stream !== 'audio' || !this.#round.consentGiven) return [];
    const { speaker, capturedAtMs, data } = entry.entry;
    this.#silentSince.delete(speaker);
    const track = this.#track(speaker);
    const events = await track.accept(samplesOf(data), capturedAtMs);
    // It may have been withdrawn meanwhile.
    if (!this.#round.consentGiven) return [];
    const heard = this.#heard(speaker, events);
    this.#transcription?.follow(speaker, track.openSegment);
    return [...heard, ...this.#said(), ...this.#voices.take().map(observed)];
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
      if (track.open && nowMs - since >= STALLED_AFTER_MS) findings.push(...this.#ended(speaker, track));
    }
    return [...findings, ...this.#said()];
  }

  async finish(): Promise<Finding[]> {
    if (!this.#round.consentGiven) return [];
    const heard = [...this.#tracks].flatMap(([speaker, track]) => this.#ended(speaker, track));
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
      told: this.#transcription?.told ?? [],
      confidence: this.#confidence.snapshot(),
      voices: this.#voices.snapshot(),
      status: this.#status.snapshot(),
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

  #ended(speaker: Speaker, track: VoiceTrack): Finding[] {
    const heard = this.#heard(speaker, track.flush());
    this.#transcription?.follow(speaker, null);
    return heard;
  }

  #said(): Finding[] {
    const nothing = this.#transcription?.takeNothing().map(takenBack) ?? [];
    const interim = this.#transcription?.takeInterim().map(interimSegment) ?? [];
    const said = this.#transcription?.take().flatMap((result) => this.#transcribed(result)) ?? [];
    return [...nothing, ...said, ...interim, ...this.#status.tell()];
  }

  #transcribed(result: Transcribed): Finding[] {
    const { segment } = result;
    if ('failure' in result) {
      // A person is told what it means for the transcript, the log has the reason.
      const { failure, busy } = result;
      this.#parts.log.warn({ roundId: this.#round.id, speaker: segment.speaker, reason: failure }, 'not transcribed');
      this.#status.note(busy ? 'more is said than can be transcribed' : 'the speech recogniser failed');
      return [...noSegment(result), ...this.#status.tell()];
    }
    this.#status.note(null);
    const { transcript } = result;
    const status = this.#status.tell();
    if (transcript.words.length === 0) return [...status, ...noSegment(result)];
    const said = saidSegment(segment, transcript);
    return segment.speaker === 'CANDIDATE'
      ? [...status, said, ...hesitationsIn(segment, transcript), ...this.#confidence.add(segment, transcript)]
      : [...status, said];
  }
}

function healthOf(recogniser: Recogniser | NoRecogniser) {
  if ('missing' in recogniser) return null;
  return recogniser.health ?? { transcribing: recogniser.name, failing: [] };
}

const observed = (observation: VoiceObservation): Finding => ({ kind: 'observation', stream: 'voices', observation });
