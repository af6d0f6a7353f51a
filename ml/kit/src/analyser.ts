/**
 * The port between the worker runtime and an analyser. An analyser is pure measuring code: entries in, in
 * order, findings out. It knows no Redis, no lease and no clock but the entries' own times.
 */
import type { AlertSeverity, AnalyserService, AnalyserState, InsightType, Speaker } from '@interview/schema/enums';
import type { InsightValue } from '@interview/schema/insight-values';
import type {
  AudioEntry,
  FaceObservation,
  RoundState,
  TabEntry,
  VideoEntry,
  VoiceObservation,
} from '@interview/schema/messages';

export const STREAM_NAMES = ['audio', 'video', 'tab', 'faces', 'voices'] as const;
export type StreamName = (typeof STREAM_NAMES)[number];

/** An entry of one of the round's streams. `id` is Redis' own (`<ms>-<n>`), the same at every delivery. */
export type StreamEntry =
  | { stream: 'audio'; id: string; entry: AudioEntry }
  | { stream: 'video'; id: string; entry: VideoEntry }
  | { stream: 'tab'; id: string; entry: TabEntry }
  | { stream: 'faces'; id: string; entry: FaceObservation }
  | { stream: 'voices'; id: string; entry: VoiceObservation };

type InsightFindingOf<T extends InsightType> = {
  kind: 'insight';
  /** Unique for the analyser and the round, and the same when an entry is handled again: the id is made of it. */
  key: string;
  type: T;
  severity: AlertSeverity;
  value: InsightValue<T>;
  /** For a person: what was measured, against which threshold. Never a state of mind. */
  explanation: string;
  /** Epoch ms at which the thing happened; the kit derives `timestampMs` from the round's start. */
  atMs: number;
  /** Epoch ms of the capture that completed the measurement: latency is counted from here. */
  capturedAtMs: number;
};
export type InsightFinding = { [T in InsightType]: InsightFindingOf<T> }[InsightType];

export interface SegmentFinding {
  kind: 'segment';
  key: string;
  speaker: Speaker;
  text: string;
  /** Epoch ms of the segment's first sample. */
  atMs: number;
  durationMs: number;
  confidence: number | null;
  isFinal: boolean;
  capturedAtMs: number;
}

export interface StatusFinding {
  kind: 'status';
  key: string;
  state: AnalyserState;
  detail: string | null;
}

/** Goes to a stream of the round instead of the results, for `fraud`: `video` sees faces, `speech` hears voices. */
export type ObservationFinding =
  | { kind: 'observation'; stream: 'faces'; observation: FaceObservation }
  | { kind: 'observation'; stream: 'voices'; observation: VoiceObservation };

export type Finding = InsightFinding | SegmentFinding | StatusFinding | ObservationFinding;

/** A picture whose turn it is, before it is decoded. */
export interface WaitingEntry {
  stream: 'video';
  id: string;
  /** NaN where the entry does not say; it fails when it is decoded. */
  capturedAtMs: number;
  /** How long it waited in this worker for its turn. */
  waitedMs: number;
}

/** The analysis of one round. Calls come one after the other, never two at a time. */
export interface RoundAnalysis {
  /** Measures one entry. What it throws counts as a failed delivery of that entry. */
  handle(entry: StreamEntry): Promise<Finding[]> | Finding[];
  /**
   * Asked once before a picture is handled: true to do without it, because the machine is busy. It is then counted as
   * dropped and never handled. Whatever else a stream carries cannot be skipped.
   */
  skips?(entry: WaitingEntry): boolean;
  /** The round's state changed, e.g. a question was marked. */
  roundChanged?(round: RoundState): void;
  /** Called a few times a second, for measures that end by silence. `nowMs` is epoch ms. */
  tick?(nowMs: number): Promise<Finding[]> | Finding[];
  /** JSON-able state from which `open` goes on after the last handled entry. */
  snapshot(): unknown;
  /** The round ended: what is still open is closed and told. Not called when consent is withdrawn. */
  finish?(): Promise<Finding[]> | Finding[];
  /**
   * The round left this worker, for whatever reason, perhaps while `finish` still waits: frees what the garbage
   * collector does not.
   */
  close?(): void;
}

/** A kind of analyser: one for each ML service that reads streams. */
export interface Analyser {
  service: AnalyserService;
  /** `<service>/<version>`, shown as an insight's source. Raise it when measures change. */
  source: string;
  streams: readonly StreamName[];
  /** `snapshot` is what an earlier analysis of this round returned, or null at the beginning. */
  open(round: RoundState, snapshot: unknown): Promise<RoundAnalysis> | RoundAnalysis;
  /** Loads models; the service is ready when it resolves. */
  start?(): Promise<void>;
  stop?(): Promise<void>;
}
