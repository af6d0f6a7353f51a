/**
 * What an analysis of a round leaves behind, from which another process goes on. It is about 20 KB while
 * nobody speaks; the audio of an open segment and of segments that wait for their transcript comes on top,
 * 43 KB for each second (base64), at most 640 KB for a segment.
 */
import { Speaker } from '@interview/schema/enums';
import { z } from 'zod';

const position = z.int();

const VoiceTrackState = z.object({
  timeline: z.object({
    anchorMs: z.number().nullable(),
    length: position,
    lastCapturedAtMs: z.number().nullable(),
  }),
  detector: z.object({ memory: z.string(), context: z.string() }),
  segmentation: z.object({
    phase: z.enum(['silence', 'rising', 'speech']),
    from: position,
    voiced: position,
    silentFrom: position.nullable(),
    dip: z.object({ sample: position, probability: z.number() }).nullable(),
  }),
  buffer: z.object({ from: position, samples: z.string() }),
  framed: position,
  transcribedTo: position,
});

const AnswersState = z.object({
  candidateEndMs: z.number().nullable(),
  missing: z.array(z.object({ atMs: z.number(), durationMs: z.number() })),
  interviewer: z.array(z.object({ startMs: z.number(), endMs: z.number().nullable() })),
  waiting: z
    .object({ sample: position, atMs: z.number(), knownMs: z.number(), sinceMs: z.number().nullable() })
    .nullable(),
});

const ToldSegment = z.object({
  speaker: Speaker,
  from: position,
  atMs: z.number(),
  durationMs: z.number(),
  capturedAtMs: z.number(),
});

const PendingSegment = ToldSegment.extend({
  audioAtMs: z.number(),
  audio: z.string(),
  interim: z.boolean().default(false),
});

const ConfidenceWindow = z.object({
  from: position,
  atMs: z.number(),
  capturedAtMs: z.number(),
  windowMs: z.number(),
  words: z.int(),
  confidenceSum: z.number(),
  // Before there were several, it was this one.
  recogniser: z.string().default('pocketsphinx'),
});

export const SpeechSnapshot = z.object({
  /** Raised when the shape changes: a snapshot of another version is not read. */
  version: z.literal(1),
  tracks: z.partialRecord(Speaker, VoiceTrackState),
  answers: AnswersState,
  pending: z.array(PendingSegment),
  /** Open segments of which interim text was told; a state from before there was this has none. */
  told: z.array(ToldSegment).default([]),
  confidence: ConfidenceWindow.nullable(),
  status: z.object({
    told: z.int(),
    state: z.enum(['OK', 'DEGRADED']).nullable(),
    detail: z.string().nullable().default(null),
  }),
  /** Only how many voices were learnt; a state from before there was this has none. */
  voices: z.object({ references: z.int().min(0) }).default({ references: 0 }),
});
export type SpeechSnapshot = z.infer<typeof SpeechSnapshot>;

/** The snapshot, or null when there is none that this version can go on from. */
export function readSnapshot(snapshot: unknown): SpeechSnapshot | null {
  const parsed = SpeechSnapshot.safeParse(snapshot);
  return parsed.success ? parsed.data : null;
}
