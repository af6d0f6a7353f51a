/**
 * The shape of each insight's `value`, one zod object for each type. It validates what analysers publish,
 * types what they write, and is printed as JSON Schema and as docs/insights.md (`npm run compose`).
 * Every value is a measurement; none may name a state of mind.
 */
import { z } from 'zod';
import type { InsightType } from './enums.js';

const share = z.number().min(0).max(1);
const milliseconds = z.number().min(0);
const degrees = z.number().min(-180).max(180);

/** An alert that lasts: raised at its onset, closed by a second insight that no counter counts. */
function episode<Evidence extends z.ZodRawShape>(evidence: Evidence) {
  return z.discriminatedUnion('phase', [
    z.object({ phase: z.literal('START'), ...evidence }),
    z.object({
      phase: z.literal('END'),
      durationMs: milliseconds.describe('From onset to end'),
      ...evidence,
    }),
  ]);
}

/** What of the resume a statement differs from; only what both sides say plainly is compared (ml/nlp/README.md). */
export const ContradictionKind = z
  .enum([
    'SKILL_YEARS',
    'SKILL_DENIED',
    'TOTAL_YEARS',
    'EMPLOYMENT_DURATION',
    'EMPLOYMENT_DATES',
    'EMPLOYER_UNLISTED',
    'EMPLOYER_DENIED',
    'JOB_TITLE',
  ])
  .describe(
    'SKILL_YEARS: years with a skill. SKILL_DENIED: never used what the resume lists. TOTAL_YEARS: years of work in all. ' +
      'EMPLOYMENT_DURATION, EMPLOYMENT_DATES: how long, and from or until when, at an employer. EMPLOYER_UNLISTED: an ' +
      'employer that the resume does not name. EMPLOYER_DENIED: never at one that it names. JOB_TITLE: what somebody was there.',
  );
export type ContradictionKind = z.infer<typeof ContradictionKind>;

export const INSIGHT_VALUES = {
  SPEECH_CONFIDENCE: z
    .object({
      score: share.describe("The recogniser's confidence in the words of the window"),
      words: z.int().min(0),
      wordsPerMinute: z.number().min(0),
      windowMs: milliseconds,
      recogniser: z.string().min(1),
    })
    .describe('How sure the recogniser was of the words, and how fast they came'),
  HESITATION: z
    .object({
      kind: z.enum(['PAUSE', 'REPEAT', 'FILLER']),
      durationMs: milliseconds.optional(),
      text: z.string().optional(),
    })
    .describe('A pause inside an answer, a repeated word or a filler'),
  RESPONSE_LATENCY: z
    .object({ latencyMs: milliseconds, questionId: z.string().optional() })
    .describe("Time from the question's end to the first speech of the answer"),
  HEAD_MOVEMENT: z
    .object({
      level: z.enum(['stable', 'moderate', 'frequent']),
      movesPerMinute: z.number().min(0),
      yawDeg: degrees,
      pitchDeg: degrees,
      rollDeg: degrees,
    })
    .describe(
      "How often the head turned, and the pose at the window's end relative to this candidate's own resting pose",
    ),
  VIDEO_QUALITY: z
    .object({
      issue: z.enum(['OK', 'DARK', 'BLURRED', 'FROZEN']),
      luma: z.number().min(0).max(255).describe('Mean luma of the picture'),
      sharpness: z.number().min(0).describe('Variance of the Laplacian on 320-pixel grey'),
    })
    .describe('Whether the picture can be measured at all'),
  ENGAGEMENT: z
    .object({ facingShare: share, eyeContactShare: share, windowMs: milliseconds })
    .describe('Share of the window in which the face and the eyes were turned to the screen'),
  TAB_SWITCH: episode({}).describe('The interview page was hidden'),
  MULTIPLE_FACES: episode({ count: z.int().min(2) }).describe('More than one face in the picture'),
  FACE_ABSENT: episode({ count: z.literal(0).optional() }).describe('No face in the picture'),
  BACKGROUND_VOICE: episode({ score: share, evidence: z.array(z.string()) }).describe(
    'A voice other than the candidate’s',
  ),
  FACE_SWITCH: z
    .object({ distance: z.number().min(0), threshold: z.number().min(0), frames: z.int().min(1) })
    .describe('The face differs from the one at the start by more than the threshold'),
  RESUME_CONTRADICTION: z
    .object({
      kind: ContradictionKind,
      said: z.object({
        quote: z
          .string()
          .describe('Word for word; where it spans two segments, the words of both with a space between'),
        segmentId: z.string().describe('The segment that the quote begins in'),
      }),
      resume: z.object({ quote: z.string().describe('Word for word; several places are set apart by “ … ”') }),
    })
    .describe('What was said and what the resume says differ'),
  RESPONSE_QUALITY: z
    .object({
      words: z.int().min(0),
      specifics: z.int().min(0).describe('Numbers and proper names in the answer'),
      relevance: share
        .optional()
        .describe('Share of the question’s content words that the answer takes up; absent without a question'),
      questionId: z.string().optional(),
      wordsPerMinute: z.number().min(0).optional(),
      structure: z
        .object({
          steps: z.int().min(0).describe('Words that order: “first”, “then”, “after that”, “finally”'),
          reasons: z.int().min(0).describe('Words that give a reason: “because”, “therefore”, “so that”'),
          examples: z.int().min(0).describe('Words that open an example: “for example”, “for instance”, “such as”'),
          results: z
            .int()
            .min(0)
            .describe('Words that tell a result: “as a result”, “which led to”, “reduced”, “improved”'),
        })
        .optional()
        .describe('Counts of the listed words (ml/nlp/README.md has them all), which a person can count along'),
    })
    .describe('Length, pace, specifics and structure of an answer'),
} as const satisfies Record<InsightType, z.ZodType>;

export type InsightValue<T extends InsightType> = z.infer<(typeof INSIGHT_VALUES)[T]>;
