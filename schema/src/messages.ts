/**
 * The messages on Redis, one zod definition each: it validates at the reading end, types both ends and is
 * printed as JSON Schema and as docs/messages.md (`npm run compose`).
 *
 * Times: `…AtMs` is epoch milliseconds, `timestampMs` is milliseconds from the round's start.
 */
import { z } from 'zod';
import {
  AlertSeverity,
  AnalyserService,
  AnalyserState,
  InsightType,
  InterviewMode,
  RoundStatus,
  Speaker,
} from './enums.js';
import { INSIGHT_VALUES } from './insight-values.js';

/** What the gateway and the workers know of a round; written by the rounds subgraph after each change. */
export const RoundState = z.object({
  id: z.uuid(),
  /** Grows with each change of the round; an older state never replaces a newer one. */
  version: z.int().min(1),
  companyId: z.string(),
  candidateId: z.string(),
  interviewerId: z.string().nullable(),
  status: RoundStatus,
  mode: InterviewMode,
  consentGiven: z.boolean(),
  startedAtMs: z.number().nullable(),
  /** When it ended; null before, absent in a state from before there was this field. */
  endedAtMs: z.number().nullable().optional(),
  questions: z.array(z.object({ id: z.uuid(), text: z.string(), askedAtMs: z.number() })),
});
export type RoundState = z.infer<typeof RoundState>;

/** A round whose media may be analysed: in progress, with consent, and not a HUMAN_ONLY one. */
export function isAnalysed(round: RoundState): boolean {
  return round.status === 'IN_PROGRESS' && round.consentGiven && round.mode !== 'HUMAN_ONLY';
}

/** Fields of an entry of `keys.audio`. `data` is PCM, signed 16-bit little-endian, mono, 16 kHz, at most 1 s. */
export const AudioEntry = z.object({
  speaker: Speaker,
  /** When the chunk's first sample was captured. */
  capturedAtMs: z.coerce.number(),
  data: z.instanceof(Uint8Array),
});
export type AudioEntry = z.infer<typeof AudioEntry>;

/** Fields of an entry of `keys.video`. `data` is one JPEG picture. */
export const VideoEntry = z.object({
  capturedAtMs: z.coerce.number(),
  data: z.instanceof(Uint8Array),
});
export type VideoEntry = z.infer<typeof VideoEntry>;

/** Fields of an entry of `keys.tab`. */
export const TabEntry = z.object({
  visible: z.enum(['0', '1']),
  capturedAtMs: z.coerce.number(),
});
export type TabEntry = z.infer<typeof TabEntry>;

/** One picture as `video` saw it; the field `json` of an entry of `keys.faces`. No picture, no descriptor. */
export const FaceObservation = z.object({
  capturedAtMs: z.number(),
  faces: z.array(
    z.object({
      /** x, y, width, height in pixels of the picture. */
      box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
      score: z.number(),
      yawDeg: z.number(),
      pitchDeg: z.number(),
      rollDeg: z.number(),
      /** Gap between the lips over the width of the mouth; null where the lips could not be located. */
      mouthOpen: z.number().min(0).nullable().default(null),
    }),
  ),
  quality: z.enum(['OK', 'DARK', 'BLURRED', 'FROZEN']),
  /**
   * How far the one face is from the face that this round's reference was made of; null where it was not compared.
   * `reference` counts the references: it grows when a worker takes the round over, for what a face looks like is
   * kept in the memory of one process only.
   */
  identity: z
    .object({ reference: z.int().min(1), distance: z.number().min(0) })
    .nullable()
    .default(null),
});
export type FaceObservation = z.infer<typeof FaceObservation>;

/**
 * A stretch of speech on the candidate's side as `speech` heard it; the field `json` of an entry of `keys.voices`.
 * No audio, and nothing that describes a voice: only how far it is from the voice that the candidate began with.
 */
export const VoiceObservation = z.object({
  /** The first and the last moment of the stretch. */
  startMs: z.number(),
  capturedAtMs: z.number(),
  /** How much of it was voiced. */
  voicedMs: z.number().min(0),
  /** Against the candidate's own voice; null until that is known. `reference` as in `FaceObservation`. */
  own: z
    .object({
      reference: z.int().min(1),
      /** How far the mean timbre lies from the candidate's, in standard deviations of single frames of 32 ms. */
      timbre: z.number().min(0),
      /** Semitones above (or below) the candidate's median pitch. */
      pitch: z.number(),
      /** Decibels above (or below) the candidate's usual level. */
      level: z.number(),
    })
    .nullable(),
});
export type VoiceObservation = z.infer<typeof VoiceObservation>;

const resultBase = {
  /** Chosen by the analyser, the same again when it repeats its work: storing is idempotent by it. */
  id: z.uuid(),
  roundId: z.uuid(),
  service: AnalyserService,
  /** When the analyser published it. */
  publishedAtMs: z.number(),
};

const insightBase = {
  ...resultBase,
  kind: z.literal('insight'),
  timestampMs: z.number(),
  /** When what it rests on was captured; latency from capture is counted from here. */
  capturedAtMs: z.number(),
  severity: AlertSeverity,
  explanation: z.string().min(1),
  /** Analyser and version, e.g. `speech/1`. */
  source: z.string().min(1),
};

type InsightOption<T extends InsightType> = z.ZodObject<
  typeof insightBase & { type: z.ZodLiteral<T>; value: (typeof INSIGHT_VALUES)[T] }
>;
const insightOptions = InsightType.options.map((type) =>
  z.object({ ...insightBase, type: z.literal(type), value: INSIGHT_VALUES[type] }),
);
/** An insight, its `value` checked against its type. */
export const InsightResult = z.discriminatedUnion(
  'type',
  // A mapped array loses its tuple type; the options are exactly one for each InsightType.
  insightOptions as unknown as [InsightOption<InsightType>, ...InsightOption<InsightType>[]],
);
export type InsightResult = {
  [T in InsightType]: z.infer<InsightOption<T>>;
}[InsightType];

/** A piece of transcript. An interim one is replaced by the next of the same id, published but never stored. */
export const SegmentResult = z.object({
  ...resultBase,
  kind: z.literal('segment'),
  speaker: Speaker,
  text: z.string(),
  timestampMs: z.number(),
  durationMs: z.number().min(0),
  confidence: z.number().min(0).max(1).nullable(),
  isFinal: z.boolean(),
  capturedAtMs: z.number(),
});
export type SegmentResult = z.infer<typeof SegmentResult>;

export const SpeechMetrics = z.object({
  averageConfidence: z.number().nullable(),
  totalHesitations: z.int(),
  averageResponseTimeMs: z.number().nullable(),
  talkRatio: z.number().nullable(),
  wordsPerMinute: z.number().nullable(),
});
export const VideoMetrics = z.object({
  engagementScore: z.number().nullable(),
  eyeContactPercentage: z.number().nullable(),
  headMovement: z.enum(['stable', 'moderate', 'frequent']).nullable(),
});
export const FraudIndicators = z.object({
  alertsCount: z.int(),
  tabSwitches: z.int(),
  multipleFacesDetected: z.boolean(),
  faceSwitches: z.int(),
  backgroundVoices: z.int(),
});
export const FollowUp = z.object({
  category: z.string(),
  question: z.string(),
  reason: z.string(),
  insightIds: z.array(z.uuid()),
});
export type FollowUp = z.infer<typeof FollowUp>;

/** The aggregate of everything stored up to and with `upTo`; a later one replaces an earlier one. */
export const AggregateResult = z.object({
  ...resultBase,
  kind: z.literal('aggregate'),
  /** Sequence of the last insight and of the last segment that it rests on. */
  upTo: z.object({ insight: z.int(), segment: z.int(), revision: z.int() }),
  speech: SpeechMetrics,
  video: VideoMetrics,
  fraud: FraudIndicators,
  recommendations: z.array(FollowUp),
});
export type AggregateResult = z.infer<typeof AggregateResult>;

/** How an analyser of a round is doing, e.g. that speech fell back to another recogniser. */
export const AnalyserStatusResult = z.object({
  ...resultBase,
  kind: z.literal('status'),
  state: AnalyserState,
  detail: z.string().nullable(),
});
export type AnalyserStatusResult = z.infer<typeof AnalyserStatusResult>;

/** What an ML service appends to the durable stream (field `json`) and publishes on `insights:{service}`. */
export const Result = z.union([InsightResult, SegmentResult, AggregateResult, AnalyserStatusResult]);
export type Result = InsightResult | SegmentResult | AggregateResult | AnalyserStatusResult;

/** A stored insight, as the insights subgraph hands it on: `sequence` is its place in the round's feed. */
export const StoredInsight = z.object({
  id: z.uuid(),
  roundId: z.uuid(),
  sequence: z.int().min(1),
  timestampMs: z.number(),
  type: InsightType,
  severity: AlertSeverity,
  value: z.record(z.string(), z.unknown()),
  explanation: z.string(),
  source: z.string(),
  disposition: z.enum(['UNREVIEWED', 'CONFIRMED', 'DISMISSED']),
  reviewedBy: z.string().nullable(),
  reviewNote: z.string().nullable(),
  createdAtMs: z.number(),
});
export type StoredInsight = z.infer<typeof StoredInsight>;

/** A stored final segment; `sequence` counts the round's segments, apart from its insights. */
export const StoredSegment = z.object({
  id: z.uuid(),
  roundId: z.uuid(),
  sequence: z.int().min(1),
  speaker: Speaker,
  text: z.string(),
  timestampMs: z.number(),
  durationMs: z.number(),
  confidence: z.number().nullable(),
  createdAtMs: z.number(),
});
export type StoredSegment = z.infer<typeof StoredSegment>;

/** On `channels.feed`: what a batch has just added to a round. May be lost: sequences tell what is missing. */
export const FeedMessage = z.object({
  insights: z.array(StoredInsight).optional(),
  segments: z.array(StoredSegment).optional(),
  interim: SegmentResult.optional(),
  /** The aggregate row was replaced: read it again. */
  aggregate: z.literal(true).optional(),
  /** An insight that a person reviewed. */
  reviewed: StoredInsight.optional(),
});
export type FeedMessage = z.infer<typeof FeedMessage>;

/** On `channels.signal`: one step of the call's negotiation. Stored nowhere. */
export const SignalMessage = z.object({
  /** `id` is the sender's `sub`; `person` tells the two apart even where they have the same one. */
  from: z.object({ id: z.string(), person: z.enum(['CANDIDATE', 'INTERVIEWER']) }),
  /** The clients' own business. */
  payload: z.unknown(),
});
export type SignalMessage = z.infer<typeof SignalMessage>;

/** Answer of the insights subgraph's internal route, from which `nlp` and `aggregator` read what is stored. */
export const StoredFeedPage = z.object({
  insights: z.array(StoredInsight),
  segments: z.array(StoredSegment),
  /** Grows when a person reviews an insight: what was read before is then to be read anew. */
  revision: z.int(),
  /** True when a limit cut the page: ask again from the last sequences. */
  more: z.boolean(),
});
export type StoredFeedPage = z.infer<typeof StoredFeedPage>;

/** What was read from a resume by rule; `quote` is the words of the resume that a fact rests on. */
export const ResumeFacts = z.object({
  /** `years` only where the resume states them. */
  skills: z.array(z.object({ name: z.string(), years: z.number().nullable(), quote: z.string() })),
  /** `start` and `end` are `2019-03`, `2019` or `present`, as the resume has them, right or wrong. */
  positions: z.array(
    z.object({
      employer: z.string().nullable(),
      title: z.string().nullable(),
      start: z.string().nullable(),
      end: z.string().nullable(),
      quote: z.string(),
    }),
  ),
  totalYearsExperience: z.number().nullable(),
});
export type ResumeFacts = z.infer<typeof ResumeFacts>;

/** Answer of the resumes subgraph's internal route: a round's resume as it was read. */
export const StoredResume = z.object({
  /** Another one when the resume was replaced. */
  resumeId: z.uuid(),
  /** Null while it is being read, and where it could not be. */
  text: z.string().nullable(),
  facts: ResumeFacts.nullable(),
  /** Why there is no text, or what is wrong with it: a sentence for a person. */
  parseError: z.string().nullable(),
});
export type StoredResume = z.infer<typeof StoredResume>;
