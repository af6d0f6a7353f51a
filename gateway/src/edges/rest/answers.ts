/** What clients of the REST interface are answered: the guide's names, and what was added beside them. */

import { ERROR_STATUS, type ErrorCode } from '@interview/runtime/errors';
import {
  AlertSeverity,
  InsightDisposition,
  InsightType,
  InterviewMode,
  InterviewRoundType,
  RoundStatus,
  VerdictDecision,
} from '@interview/schema/enums';
import { z } from 'zod';

/** Answers by the names that they are described under. */
export const answers = z.registry<{ id: string }>();

const ROUND_ID = '0b9e9c1e-6f0d-4a55-9f5e-2f6f6d1f7a10';
const uuid = z.guid();
const instant = z.iso.datetime();
const score = z.int().min(1).max(10);

export const Round = z
  .object({
    id: uuid,
    external_interview_id: z.string(),
    external_candidate_id: z.string(),
    external_interviewer_id: z.string().nullable(),
    external_job_role_id: z.string(),
    round_number: z.int(),
    round_type: InterviewRoundType,
    interview_mode: InterviewMode,
    status: RoundStatus,
    videosdk_meeting_id: z.string().nullable().describe('The video room; null once the round has ended.'),
    videosdk_token: z
      .string()
      .nullable()
      .describe('Lets the caller, and nobody else, into the room; made for this answer and short-lived.'),
    videosdk_token_expires_at: instant.nullable(),
    video_provider: z.string().nullable().describe('Whose room it is: videosdk or p2p.'),
    scheduled_at: instant.nullable(),
    scheduled_duration_minutes: z.int(),
    started_at: instant.nullable(),
    ended_at: instant.nullable(),
    candidate_consent_given: z.boolean(),
    candidate_consent_timestamp: instant.nullable().describe('When it was last given or withdrawn.'),
    created_at: instant,
    updated_at: instant,
  })
  .meta({
    examples: [
      {
        id: ROUND_ID,
        external_interview_id: 'interview-4711',
        external_candidate_id: 'candidate-42',
        external_interviewer_id: 'interviewer-7',
        external_job_role_id: 'backend-engineer',
        round_number: 1,
        round_type: 'TECHNICAL_AI',
        interview_mode: 'HUMAN_AI_ASSISTED',
        status: 'SCHEDULED',
        videosdk_meeting_id: 'abcd-efgh-ijkl',
        videosdk_token: 'eyJhbGciOiJIUzI1NiJ9.eyJ2ZXJzaW9uIjoyfQ.c2lnbmF0dXJl',
        videosdk_token_expires_at: '2026-12-01T09:40:00.000Z',
        video_provider: 'videosdk',
        scheduled_at: '2026-12-01T09:30:00.000Z',
        scheduled_duration_minutes: 60,
        started_at: null,
        ended_at: null,
        candidate_consent_given: false,
        candidate_consent_timestamp: null,
        created_at: '2026-11-24T08:00:00.000Z',
        updated_at: '2026-11-24T08:00:00.000Z',
      },
    ],
  })
  .register(answers, { id: 'Round' });

export const ConsentRecord = z
  .object({
    round_id: uuid,
    consent: z.boolean(),
    consented_at: instant.nullable().describe('When it was last given or withdrawn.'),
  })
  .meta({ examples: [{ round_id: ROUND_ID, consent: true, consented_at: '2026-12-01T09:29:30.000Z' }] })
  .register(answers, { id: 'ConsentRecord' });

const FILE_URL = '/api/resumes/files/5f0c7a52-60d8-4f0a-8a43-3f2f2f6f9c11.pdf';

export const Resume = z
  .object({
    id: uuid,
    round_id: uuid,
    external_candidate_id: z.string(),
    file_name: z.string(),
    file_url: z.string().describe('Below this address, with a token of its own in each request.'),
    mime_type: z.string(),
    size_bytes: z.int(),
    created_at: instant,
  })
  .meta({
    examples: [
      {
        id: '3d2f9a54-4a0b-4d0e-9a63-0a7a3f6b5c21',
        round_id: ROUND_ID,
        external_candidate_id: 'candidate-42',
        file_name: 'resume.pdf',
        file_url: FILE_URL,
        mime_type: 'application/pdf',
        size_bytes: 48_213,
        created_at: '2026-11-30T16:00:00.000Z',
      },
    ],
  })
  .register(answers, { id: 'Resume' });

export const UploadedResume = z
  .object({ success: z.literal(true), fileUrl: z.string(), message: z.string() })
  .meta({ examples: [{ success: true, fileUrl: FILE_URL, message: 'Resume uploaded successfully' }] })
  .register(answers, { id: 'UploadedResume' });

export const Insight = z
  .object({
    id: uuid,
    round_id: uuid,
    timestamp_ms: z.number().describe("Milliseconds from the round's start."),
    insight_type: InsightType,
    severity: AlertSeverity,
    value: z.record(z.string(), z.unknown()).describe('What was measured, shaped by type.'),
    explanation: z.string(),
    source: z.string().describe('Which analyser and version measured it.'),
    disposition: InsightDisposition,
    created_at: instant,
  })
  .register(answers, { id: 'Insight' });

export const InsightList = z
  .object({
    insights: z.array(Insight).describe('Oldest first.'),
    total: z.int().describe('How many there are since `since`, whatever `limit` is.'),
    end_cursor: z.string().nullable().describe('Give it as `after` to go on behind the last of these.'),
  })
  .meta({
    examples: [
      {
        insights: [
          {
            id: '9b0e7a3c-1d2f-4c3b-8a5e-6f7a8b9c0d1e',
            round_id: ROUND_ID,
            timestamp_ms: 123_456,
            insight_type: 'HESITATION',
            severity: 'INFO',
            value: { kind: 'PAUSE', durationMs: 3200 },
            explanation: 'Pause of 3.2 s, threshold 2.0 s.',
            source: 'speech/1',
            disposition: 'UNREVIEWED',
            created_at: '2026-12-01T09:32:03.500Z',
          },
        ],
        total: 50,
        end_cursor: 'WyJpbnNpZ2h0IiwxXQ',
      },
    ],
  })
  .register(answers, { id: 'InsightList' });

const measured = z.number().nullable().describe('null until it was measured.');

export const Aggregate = z
  .object({
    round_id: uuid,
    aggregated_at: instant,
    speech: z.object({
      average_confidence: measured,
      total_hesitations: z.int(),
      average_response_time_ms: measured,
      talk_ratio: measured,
      words_per_minute: measured,
    }),
    video: z.object({
      engagement_score: measured,
      eye_contact_percentage: measured,
      head_movement: z.string().nullable(),
    }),
    fraud: z.object({
      alerts_count: z.int(),
      tab_switches: z.int(),
      multiple_faces_detected: z.boolean(),
      face_switches: z.int(),
      background_voices: z.int(),
    }),
    recommendations: z.array(
      z.object({
        category: z.string(),
        question: z.string(),
        reason: z.string(),
        insight_ids: z.array(z.string()).describe('What the recommendation rests on.'),
      }),
    ),
  })
  .meta({
    examples: [
      {
        round_id: ROUND_ID,
        aggregated_at: '2026-12-01T09:45:00.000Z',
        speech: {
          average_confidence: 0.85,
          total_hesitations: 5,
          average_response_time_ms: 2500,
          talk_ratio: 0.6,
          words_per_minute: 128,
        },
        video: { engagement_score: 0.78, eye_contact_percentage: 65, head_movement: 'stable' },
        fraud: {
          alerts_count: 1,
          tab_switches: 2,
          multiple_faces_detected: false,
          face_switches: 0,
          background_voices: 0,
        },
        recommendations: [
          {
            category: 'follow_up',
            question: 'Can you say more about how the cache was invalidated?',
            reason: 'A pause of 3.2 s came before the answer on caching.',
            insight_ids: ['9b0e7a3c-1d2f-4c3b-8a5e-6f7a8b9c0d1e'],
          },
        ],
      },
    ],
  })
  .register(answers, { id: 'Aggregate' });

export const Verdict = z
  .object({
    id: uuid,
    round_id: uuid,
    interviewer_id: z.string().describe('Who submitted it.'),
    decision: VerdictDecision,
    overall_score: score,
    technical_score: score.nullable(),
    communication_score: score.nullable(),
    cultural_fit_score: score.nullable(),
    strengths: z.array(z.string()),
    weaknesses: z.array(z.string()),
    notes: z.string().nullable(),
    private_notes: z.string().nullable().optional().describe('For HR and ADMIN; absent for everyone else.'),
    ai_summary: z.unknown().describe('What was summarised when the verdict was submitted, or null.'),
    created_at: instant.describe('When it was submitted.'),
  })
  .meta({
    examples: [
      {
        id: '6c1d9b7e-8d6f-4d53-b6a5-7f3b1f0c2e43',
        round_id: ROUND_ID,
        interviewer_id: 'interviewer-7',
        decision: 'ADVANCE',
        overall_score: 8,
        technical_score: 9,
        communication_score: 7,
        cultural_fit_score: null,
        strengths: ['Explains trade-offs with examples of their own'],
        weaknesses: ['Little experience with operations'],
        notes: 'Solved the exercise in 20 minutes.',
        ai_summary: null,
        created_at: '2026-12-01T10:35:00.000Z',
      },
    ],
  })
  .register(answers, { id: 'Verdict' });

export const Health = z
  .object({
    status: z.enum(['healthy', 'degraded']),
    timestamp: instant,
    services: z.record(z.string(), z.enum(['up', 'down'])).describe('database and redis among them.'),
  })
  .meta({
    examples: [{ status: 'healthy', timestamp: '2026-12-01T09:00:00.000Z', services: { database: 'up', redis: 'up' } }],
  })
  .register(answers, { id: 'Health' });

// The catalogue's own keys, so none is missing and none is another.
const CODES = Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]];

/** Every answer that is no success. */
export const ErrorAnswer = z
  .object({
    error: z.object({
      code: z.enum(CODES),
      message: z.string(),
      details: z
        .array(z.object({ path: z.string(), message: z.string() }))
        .optional()
        .describe('Every wrong field, by the name that it has in the request.'),
    }),
  })
  .register(answers, { id: 'Error' });
