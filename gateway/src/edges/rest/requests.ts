/**
 * What clients of the REST interface send: the guide's bodies and parameters. The subgraphs judge what they are
 * given; the limits stand here too so that one answer names every wrong field, and the description of the
 * interface shows them. A field that a request does not have is refused: a misspelled one would be lost silently.
 */
import { InterviewMode, InterviewRoundType, VerdictDecision } from '@interview/schema/enums';
import { z } from 'zod';
import { isInstant } from '../../graph/scalars.js';

/** Bodies by the names that they are described under. */
export const bodies = z.registry<{ id: string }>();

/** Strings of other systems, up to 255 characters. */
const externalId = z
  .string()
  .max(255)
  .refine((text) => text.trim() !== '' && !text.includes('\0'), 'must not be empty or contain a NUL character')
  .meta({ minLength: 1 });

const instant = z.iso.datetime({ offset: true, abort: true }).refine(isInstant, 'must lie in the years 0001 to 9999');

/** Characters are code points, as in JSON Schema. */
const text = (most: number) =>
  z
    .string()
    .refine((value) => value.length <= most || [...value].length <= most, `must have at most ${most} characters`)
    .meta({ maxLength: most });

const score = z.int().min(1).max(10);
const points = z.array(text(1000).meta({ minLength: 1 })).max(50);

export const CreateRound = z
  .strictObject({
    externalInterviewId: externalId,
    externalCandidateId: externalId,
    externalInterviewerId: externalId.nullish(),
    externalJobRoleId: externalId,
    roundNumber: z.int().min(1).max(1000).nullish().meta({ default: 1 }),
    roundType: InterviewRoundType,
    interviewMode: InterviewMode,
    scheduledAt: instant.nullish(),
    scheduledDurationMinutes: z.int().min(1).max(1440).nullish().meta({ default: 60 }),
  })
  .meta({
    examples: [
      {
        externalInterviewId: 'interview-4711',
        externalCandidateId: 'candidate-42',
        externalInterviewerId: 'interviewer-7',
        externalJobRoleId: 'backend-engineer',
        roundNumber: 1,
        roundType: 'TECHNICAL_AI',
        interviewMode: 'HUMAN_AI_ASSISTED',
        scheduledAt: '2026-12-01T09:30:00.000Z',
        scheduledDurationMinutes: 60,
      },
    ],
  })
  .register(bodies, { id: 'CreateRound' });

export const UpdateRound = z
  .strictObject({
    status: z.enum(['IN_PROGRESS', 'COMPLETED', 'CANCELLED']).optional(),
    scheduledAt: instant.nullish().describe('null: no longer scheduled.'),
    externalInterviewerId: externalId.nullish().describe('HR and ADMIN only. null: nobody is assigned any more.'),
  })
  .refine((body) => Object.keys(body).length > 0, 'must name at least one field to change')
  .meta({ minProperties: 1 })
  .meta({ examples: [{ status: 'COMPLETED' }, { scheduledAt: '2026-12-02T10:00:00+01:00' }] })
  .register(bodies, { id: 'UpdateRound' });

export const RecordConsent = z
  .strictObject({ consent: z.boolean().describe('false withdraws it: every analysis stops at once.') })
  .meta({ examples: [{ consent: true }] })
  .register(bodies, { id: 'RecordConsent' });

export const SubmitVerdict = z
  .strictObject({
    roundId: z.string().max(255).describe('The id of a round that is IN_PROGRESS or COMPLETED.'),
    decision: VerdictDecision,
    overallScore: score,
    technicalScore: score.nullish(),
    communicationScore: score.nullish(),
    culturalFitScore: score.nullish(),
    strengths: points.nullish(),
    weaknesses: points.nullish(),
    notes: text(10_000).nullish(),
    privateNotes: text(10_000).nullish().describe('HR and ADMIN alone can read them back.'),
  })
  .meta({
    examples: [
      {
        roundId: '0b9e9c1e-6f0d-4a55-9f5e-2f6f6d1f7a10',
        decision: 'ADVANCE',
        overallScore: 8,
        technicalScore: 9,
        communicationScore: 7,
        strengths: ['Explains trade-offs with examples of their own'],
        weaknesses: ['Little experience with operations'],
        notes: 'Solved the exercise in 20 minutes.',
        privateNotes: 'Expects an answer by Friday.',
      },
    ],
  })
  .register(bodies, { id: 'SubmitVerdict' });

export const ListInsights = z.strictObject({
  since: instant.optional().describe('Only insights whose `created_at` is strictly later.'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  after: z
    .string()
    .max(255)
    .optional()
    .describe('`end_cursor` of the page before: goes on exactly there, also between insights of one instant.'),
});

/** The form of an upload, described only: the resumes subgraph reads it as it arrives. */
export const UploadResume = z
  .object({
    resume: z.string().meta({ contentMediaType: 'application/octet-stream' }).describe('PDF, DOC or DOCX.'),
    roundId: z.string().max(255),
    candidateId: z.string().max(255).describe("The round's `external_candidate_id`."),
  })
  .register(bodies, { id: 'UploadResume' });
