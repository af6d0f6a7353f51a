/**
 * The segments of one round on their way through the recogniser: each is heard while it is spoken, and ended when
 * it is over. Results are told in the order in which the segments were spoken, and what is not told yet is part of
 * the snapshot (that of an open segment is the voice track's): a crash loses no segment.
 */
import type { Speaker } from '@interview/schema/enums';
import { decodeSamples, encodeSamples, msToSamples, samplesToMs } from './pcm.js';
import {
  type InterimText,
  type Recogniser,
  RecogniserBusyError,
  type RecogniserLine,
  type SegmentListener,
  type Transcript,
} from './recogniser.js';
import type { OpenSegment, SpeechSegment } from './voice-track.js';

/** Interim text of a segment is told at most once in so much audio. */
export const INTERIM_EVERY_MS = 300;

export interface SpokenSegment extends SpeechSegment {
  speaker: Speaker;
}

/** What came of a segment. `interim`: some of its text was told before. */
export type Transcribed = { segment: SpokenSegment; interim: boolean } & (
  | { transcript: Transcript }
  | { failure: string; busy: boolean }
);

/** An open segment of which text was told, as it was then. */
export type ToldSegment = Pick<SpokenSegment, 'speaker' | 'from' | 'atMs' | 'durationMs' | 'capturedAtMs'>;

/** What was understood so far of the segment that a speaker is saying. */
export interface InterimSegment extends InterimText, ToldSegment {}

/** A segment with its audio as base64. */
export type PendingSegment = Omit<SpokenSegment, 'audio'> & { audio: string; interim: boolean };

/** A segment that is being said. */
interface Live {
  segment: OpenSegment;
  listener: SegmentListener;
  /** Samples that the listener has heard. */
  heard: number;
  /** What it understood last, until it is told. */
  news: InterimText | undefined;
  /** How much had been heard when text was told last; null before. */
  toldAt: number | null;
}

/** A segment that is over. */
interface Pending {
  segment: SpokenSegment;
  interim: boolean;
  listener: SegmentListener;
  /** Made once: a segment may be part of several snapshots. */
  encoded: PendingSegment | undefined;
  outcome: Transcribed | undefined;
  done: Promise<void>;
}

export class Transcription {
  readonly #recogniser: Recogniser;
  readonly #lines = new Map<Speaker, RecogniserLine>();
  readonly #live = new Map<Speaker, Live>();
  /** Until their segment ends or comes to nothing. */
  readonly #told = new Map<Speaker, ToldSegment>();
  #cameToNothing: ToldSegment[] = [];
  #pending: Pending[] = [];

  /** @param told Text of these open segments was told by the process before. */
  constructor(recogniser: Recogniser, pending: readonly PendingSegment[] = [], told: readonly ToldSegment[] = []) {
    this.#recogniser = recogniser;
    for (const segment of told) this.#told.set(segment.speaker, segment);
    for (const { interim, audio, ...segment } of pending) {
      this.#end({ ...segment, audio: decodeSamples(audio) }, undefined, interim);
    }
  }

  /** Lets the recogniser hear what a speaker has said since the last call; null when nothing is being said. */
  follow(speaker: Speaker, segment: OpenSegment | null): void {
    const before = this.#live.get(speaker);
    if (before && before.segment.from !== segment?.from) {
      // It came to nothing: a cut within the silence that then ended the utterance.
      before.listener.cancel();
      this.#live.delete(speaker);
    }
    const told = this.#told.get(speaker);
    if (told && told.from !== segment?.from) {
      this.#cameToNothing.push(told);
      this.#told.delete(speaker);
    }
    if (!segment) return;
    const live = this.#live.get(speaker) ?? this.#listen(speaker, segment);
    const samples = segment.audio(live.heard);
    live.segment = segment;
    live.heard += samples.length;
    if (samples.length > 0) live.listener.hear(samples);
  }

  /** Takes a segment that is over. */
  submit(segment: SpokenSegment): void {
    const open = this.#live.get(segment.speaker);
    const live = open?.segment.from === segment.from ? open : undefined;
    if (live) this.#live.delete(segment.speaker);
    const told = this.#told.get(segment.speaker)?.from === segment.from;
    if (told) this.#told.delete(segment.speaker);
    this.#end(segment, live, told);
  }

  /** The results there are, up to the first segment that is still being transcribed. */
  take(): Transcribed[] {
    const taken: Transcribed[] = [];
    for (let outcome = this.#pending[0]?.outcome; outcome; outcome = this.#pending[0]?.outcome) {
      taken.push(outcome);
      this.#pending.shift();
    }
    return taken;
  }

  /** What was newly understood of the segments that are being said. */
  takeInterim(): InterimSegment[] {
    return [...this.#live].flatMap(([speaker, live]) => {
      const { news, heard, toldAt, segment } = live;
      if (!news || (toldAt !== null && heard - toldAt < msToSamples(INTERIM_EVERY_MS))) return [];
      live.news = undefined;
      live.toldAt = heard;
      const { from, atMs, knownMs, before } = segment;
      const durationMs = samplesToMs(Math.max(0, heard - before));
      const told = { speaker, from, atMs, durationMs, capturedAtMs: knownMs };
      this.#told.set(speaker, told);
      return [{ ...news, ...told }];
    });
  }

  /** Segments of which text was told and that came to nothing: it is to be taken back. */
  takeNothing(): ToldSegment[] {
    return this.#cameToNothing.splice(0);
  }

  /** Open segments of which text was told: part of the snapshot, so that it can be taken back. */
  get told(): ToldSegment[] {
    return [...this.#told.values()];
  }

  /** Resolves when every segment that was submitted has its result. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending.map(({ done }) => done));
  }

  /** Forgets all audio and leaves the recogniser: consent was withdrawn, or the round left. */
  cancel(): void {
    for (const { listener } of [...this.#live.values(), ...this.#pending]) listener.cancel();
    for (const line of this.#lines.values()) line.close();
    this.#live.clear();
    this.#told.clear();
    this.#cameToNothing = [];
    this.#lines.clear();
    this.#pending = [];
  }

  snapshot(): PendingSegment[] {
    return this.#pending.map((pending) => {
      const { segment, interim } = pending;
      pending.encoded ??= { ...segment, audio: encodeSamples(segment.audio), interim };
      return pending.encoded;
    });
  }

  #line(speaker: Speaker): RecogniserLine {
    const line = this.#lines.get(speaker) ?? this.#recogniser.openLine();
    this.#lines.set(speaker, line);
    return line;
  }

  #listen(speaker: Speaker, segment: OpenSegment): Live {
    const listener = this.#line(speaker).listen((news) => {
      live.news = news;
    });
    const live: Live = { segment, listener, heard: 0, news: undefined, toldAt: null };
    this.#live.set(speaker, live);
    return live;
  }

  #end(segment: SpokenSegment, live: Live | undefined, interim: boolean): void {
    const listener = live?.listener ?? this.#line(segment.speaker).listen(() => undefined);
    const unheard = segment.audio.subarray(live?.heard ?? 0);
    if (unheard.length > 0) listener.hear(unheard);
    const pending: Pending = {
      segment,
      interim,
      listener,
      encoded: undefined,
      outcome: undefined,
      done: Promise.resolve(),
    };
    pending.done = listener.end(segment.audio.length).then(
      (transcript) => {
        pending.outcome = { segment, interim, transcript };
      },
      (error: unknown) => {
        const failure = error instanceof Error ? error.message : String(error);
        pending.outcome = { segment, interim, failure, busy: error instanceof RecogniserBusyError };
      },
    );
    this.#pending.push(pending);
  }
}
