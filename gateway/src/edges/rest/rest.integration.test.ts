import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RestClient, type RestRequest, restClient } from '../../testing/rest-client.js';
import { createRestWorld, REPEATED_INTERVIEW, type RestWorld, ROUNDS } from '../../testing/rest-world.js';
import { startTestGateway, type TestGateway, tokenFor } from '../../testing/test-gateway.js';
import { openApiDocument } from './openapi.js';

let world: RestWorld;
let gateway: TestGateway;
let client: RestClient;
let hr: string;
let interviewer: string;

beforeAll(async () => {
  world = createRestWorld();
  await world.start();
  gateway = await startTestGateway(world);
  client = restClient(gateway.url, openApiDocument());
  hr = `Bearer ${await tokenFor()}`;
  interviewer = `Bearer ${await tokenFor({ id: 'ivan', role: 'EMPLOYEE' })}`;
});
afterAll(async () => {
  await gateway.stop();
  await world.stop();
});

/** As an HR person, unless the request says otherwise. */
const send = (method: string, path: string, request: RestRequest = {}) =>
  client(method, path, { authorization: hr, ...request });

const A_ROUND = {
  externalInterviewId: 'interview-4711',
  externalCandidateId: 'carl',
  externalJobRoleId: 'backend-engineer',
  roundType: 'TECHNICAL_AI',
  interviewMode: 'HUMAN_AI_ASSISTED',
};
const A_VERDICT = { roundId: ROUNDS.full, decision: 'ADVANCE', overallScore: 8 };

const THE_ROUND = {
  id: ROUNDS.full,
  external_interview_id: 'interview-4711',
  external_candidate_id: 'carl',
  external_interviewer_id: 'ivan',
  external_job_role_id: 'backend-engineer',
  round_number: 2,
  round_type: 'TECHNICAL_AI',
  interview_mode: 'HUMAN_AI_ASSISTED',
  status: 'IN_PROGRESS',
  videosdk_meeting_id: 'room-1',
  videosdk_token: 'for-this-viewer',
  videosdk_token_expires_at: '2026-11-24T08:00:00.000Z',
  video_provider: 'p2p',
  scheduled_at: null,
  scheduled_duration_minutes: 60,
  started_at: '2026-11-24T08:00:00.000Z',
  ended_at: null,
  candidate_consent_given: true,
  candidate_consent_timestamp: '2026-11-24T08:00:00.000Z',
  created_at: '2026-11-24T08:00:00.000Z',
  updated_at: '2026-11-24T08:00:00.000Z',
};

describe('POST /api/rounds', () => {
  it('creates what the body says and answers the round', async () => {
    const json = { ...A_ROUND, roundNumber: 2, scheduledAt: null, scheduledDurationMinutes: 60 };
    const { status, body } = await send('POST', '/api/rounds', { json });
    expect([status, body]).toEqual([201, THE_ROUND]);
    expect(world.calls['createRound']).toEqual(json);
  });

  it('answers 200 for a round that is there already', async () => {
    const { status } = await send('POST', '/api/rounds', {
      json: { ...A_ROUND, externalInterviewId: REPEATED_INTERVIEW },
    });
    expect(status).toBe(200);
  });

  it('answers 409 where the round that is there is another', async () => {
    const { status, body } = await send('POST', '/api/rounds', { json: { ...A_ROUND, externalJobRoleId: 'another' } });
    expect([status, body]).toMatchObject([409, { error: { code: 'CONFLICT' } }]);
  });

  it('is refused to an interviewer by the graph', async () => {
    const { status, body } = await send('POST', '/api/rounds', { json: A_ROUND, authorization: interviewer });
    expect([status, body]).toMatchObject([403, { error: { code: 'ACCESS_DENIED' } }]);
  });

  it('names every wrong field, with the name that it has in the body', async () => {
    const { status, body } = await send('POST', '/api/rounds', {
      json: {
        ...A_ROUND,
        externalCandidateId: ' ',
        externalJobRoleId: 7,
        roundNumber: 1.5,
        roundType: 'CHAT',
        interviewMode: undefined,
        scheduledAt: '2026-02-30T10:00:00Z',
        scheduledDurationMinutes: 0,
        external_interviewer_id: 'ivan',
      },
    });
    expect([status, body]).toMatchObject([400, { error: { code: 'VALIDATION_FAILED' } }]);
    expect(detailsOf(body)).toEqual([
      ['externalCandidateId', 'must not be empty or contain a NUL character'],
      ['externalJobRoleId', 'must be text'],
      ['roundNumber', 'must be a whole number'],
      ['roundType', expect.stringMatching(/^must be one of TECHNICAL_AI, /)],
      ['interviewMode', 'is required'],
      ['scheduledAt', expect.stringMatching(/^must be an ISO 8601 instant with offset/)],
      ['scheduledDurationMinutes', 'must be at least 1'],
      ['external_interviewer_id', 'is not a field of this request'],
    ]);
  });
});

describe('GET /api/rounds/:roundId', () => {
  it('answers the round', async () => {
    const { status, body } = await send('GET', `/api/rounds/${ROUNDS.full}`);
    expect([status, body]).toEqual([200, THE_ROUND]);
  });

  it('answers no room where there is none for the viewer', async () => {
    const { body } = await send('GET', `/api/rounds/${ROUNDS.empty}`);
    expect(body).toMatchObject({ videosdk_meeting_id: null, videosdk_token: null, status: 'COMPLETED' });
  });

  it('takes a malformed id for an unknown one', async () => {
    const { status } = await send('GET', '/api/rounds/not-a-uuid');
    expect(status).toBe(404);
  });

  it('answers 500 and nothing of the inside when the graph breaks its word', async () => {
    const { status, body } = await send('GET', `/api/rounds/${ROUNDS.broken}`);
    expect([status, body]).toEqual([
      500,
      { error: { code: 'INTERNAL_ERROR', message: 'Something went wrong on our side.' } },
    ]);
  });
});

describe('PATCH /api/rounds/:roundId', () => {
  it('changes what the body names, and nothing else', async () => {
    const json = { status: 'CANCELLED', scheduledAt: '2026-12-01T10:00:00.000Z' };
    const { status, body } = await send('PATCH', `/api/rounds/${ROUNDS.full}`, { json });
    expect([status, body]).toMatchObject([200, { status: 'CANCELLED' }]);
    expect(world.calls['updateRound']).toEqual(json);
  });

  it('takes null for no interviewer and no date', async () => {
    const json = { scheduledAt: null, externalInterviewerId: null };
    const { body } = await send('PATCH', `/api/rounds/${ROUNDS.full}`, { json });
    expect(body).toMatchObject({ scheduled_at: null, external_interviewer_id: null });
  });

  it('names the field of a move that there is not, as REST names it', async () => {
    const { status, body } = await send('PATCH', `/api/rounds/${ROUNDS.empty}`, { json: { status: 'CANCELLED' } });
    expect([status, body]).toEqual([
      400,
      {
        error: {
          code: 'VALIDATION_FAILED',
          message: 'The input is not valid. status: a round that is COMPLETED cannot become CANCELLED',
          details: [{ path: 'status', message: 'a round that is COMPLETED cannot become CANCELLED' }],
        },
      },
    ]);
  });

  it.each([
    [{ status: 'SCHEDULED' }, 'status'],
    [{}, 'body'],
  ])('refuses %j', async (json, path) => {
    const { status, body } = await send('PATCH', `/api/rounds/${ROUNDS.full}`, { json });
    expect([status, detailsOf(body).map(([where]) => where)]).toEqual([400, [path]]);
  });
});

describe('POST /api/rounds/:roundId/consent', () => {
  it.each([true, false])('records %s', async (consent) => {
    const { status, body } = await send('POST', `/api/rounds/${ROUNDS.full}/consent`, { json: { consent } });
    expect([status, body]).toEqual([200, { round_id: ROUNDS.full, consent, consented_at: '2026-11-24T08:00:00.000Z' }]);
  });

  it.each([
    [{}, 'is required'],
    [{ consent: 'true' }, 'must be true or false'],
  ])('refuses %j', async (json, message) => {
    const { status, body } = await send('POST', `/api/rounds/${ROUNDS.full}/consent`, { json });
    expect([status, detailsOf(body)]).toEqual([400, [['consent', message]]]);
  });
});

describe('GET /api/resumes/round/:roundId', () => {
  it('answers what is known of the resume', async () => {
    const { status, body } = await send('GET', `/api/resumes/round/${ROUNDS.full}`);
    expect([status, body]).toEqual([
      200,
      {
        id: '5a0c7a52-60d8-4f0a-8a43-3f2f2f6f9c11',
        round_id: ROUNDS.full,
        external_candidate_id: 'carl',
        file_name: 'cv.pdf',
        file_url: '/api/resumes/files/6b0c7a52-60d8-4f0a-8a43-3f2f2f6f9c12.pdf',
        mime_type: 'application/pdf',
        size_bytes: 48_213,
        created_at: '2026-11-24T08:00:00.000Z',
      },
    ]);
  });

  it('answers 404 where there is none', async () => {
    const { status } = await send('GET', `/api/resumes/round/${ROUNDS.empty}`);
    expect(status).toBe(404);
  });
});

describe('GET /api/insights/round/:roundId', () => {
  it('answers at most 100 with their total, oldest first', async () => {
    const { status, body } = await send('GET', `/api/insights/round/${ROUNDS.full}`);
    expect([status, body]).toMatchObject([200, { total: 50, end_cursor: 'cursor-2', insights: [{}, {}] }]);
    expect((body as { insights: unknown[] }).insights[0]).toEqual({
      id: '7c0c7a52-60d8-4f0a-8a43-3f2f2f6f9c01',
      round_id: ROUNDS.full,
      timestamp_ms: 1000.5,
      insight_type: 'HESITATION',
      severity: 'INFO',
      value: { kind: 'PAUSE', durationMs: 3200 },
      explanation: 'Pause of 3.2 s, threshold 2.0 s.',
      source: 'speech/1',
      disposition: 'UNREVIEWED',
      created_at: '2026-11-24T08:00:00.000Z',
    });
    expect(world.calls['insights']).toMatchObject({ first: 100 });
    expect(world.calls['insights']).not.toHaveProperty('since');
  });

  it('hands on since, limit and after', async () => {
    const since = '2026-11-24T09:00:00.000+01:00';
    const query = new URLSearchParams({ since, limit: '500', after: 'cursor-1' });
    const { status } = await send('GET', `/api/insights/round/${ROUNDS.full}?${query}`);
    expect(status).toBe(200);
    expect(world.calls['insights']).toMatchObject({ since, first: 500, after: 'cursor-1' });
  });

  it.each([
    ['limit=0', [['limit', 'must be at least 1']]],
    ['limit=501', [['limit', 'must be at most 500']]],
    [
      'limit=ten&since=yesterday',
      [
        ['since', expect.stringMatching(/ISO 8601/)],
        ['limit', 'must be a number'],
      ],
    ],
    ['limit=', [['limit', 'must be at least 1']]],
    ['limit=1&limit=2', [['limit', 'must be a number']]],
    ['since=2026-01-30T09:30:00+01:00', [['since', expect.stringMatching(/%2B/)]]],
    ['since=0000-01-01T00:00:00Z', [['since', 'must lie in the years 0001 to 9999']]],
    ['offset=5', [['offset', 'is not a parameter of this request']]],
  ])('refuses ?%s', async (query, details) => {
    const { status, body } = await send('GET', `/api/insights/round/${ROUNDS.full}?${query}`);
    expect([status, detailsOf(body)]).toEqual([400, details]);
  });

  it('answers 403 where the round is the viewer’s, but what was measured is not', async () => {
    const { status } = await send('GET', `/api/insights/round/${ROUNDS.empty}`);
    expect(status).toBe(403);
  });
});

describe('GET /api/insights/:roundId/aggregate', () => {
  it('answers the figures, null for what was not measured', async () => {
    const { status, body } = await send('GET', `/api/insights/${ROUNDS.full}/aggregate`);
    expect([status, body]).toEqual([
      200,
      {
        round_id: ROUNDS.full,
        aggregated_at: '2026-11-24T08:00:00.000Z',
        speech: {
          average_confidence: 0.85,
          total_hesitations: 5,
          average_response_time_ms: null,
          talk_ratio: 0.6,
          words_per_minute: null,
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
            question: 'Why?',
            reason: 'A pause.',
            insight_ids: ['7c0c7a52-60d8-4f0a-8a43-3f2f2f6f9c01'],
          },
        ],
      },
    ]);
  });

  it('answers 404 before the first measurement', async () => {
    const { status } = await send('GET', `/api/insights/${ROUNDS.empty}/aggregate`);
    expect(status).toBe(404);
  });
});

describe('POST /api/verdicts', () => {
  const json = {
    ...A_VERDICT,
    technicalScore: 7,
    strengths: ['clear'],
    weaknesses: [],
    notes: 'good',
    privateNotes: 'for staff',
  };
  const verdict = {
    id: '8d0c7a52-60d8-4f0a-8a43-3f2f2f6f9c14',
    round_id: ROUNDS.full,
    decision: 'ADVANCE',
    overall_score: 8,
    technical_score: 7,
    communication_score: null,
    cultural_fit_score: null,
    strengths: ['clear'],
    weaknesses: [],
    notes: 'good',
    ai_summary: { summary: 'calm' },
    created_at: '2026-11-24T08:00:00.000Z',
  };

  it('answers the whole verdict, private notes to HR', async () => {
    const { status, body } = await send('POST', '/api/verdicts', { json });
    expect([status, body]).toEqual([201, { ...verdict, interviewer_id: 'helen', private_notes: 'for staff' }]);
    expect(world.calls['submitVerdict']).toEqual(json);
  });

  it('answers no private notes to the interviewer who wrote them', async () => {
    const { status, body } = await send('POST', '/api/verdicts', { json, authorization: interviewer });
    expect([status, body]).toEqual([201, { ...verdict, interviewer_id: 'ivan' }]);
  });

  it('answers 409 for a second one', async () => {
    const { status } = await send('POST', '/api/verdicts', { json: { ...A_VERDICT, roundId: ROUNDS.empty } });
    expect(status).toBe(409);
  });

  it('names every wrong field', async () => {
    const { status, body } = await send('POST', '/api/verdicts', {
      json: {
        roundId: ROUNDS.full,
        decision: 'MAYBE',
        technicalScore: 11,
        strengths: ['fine', 5, 'x'.repeat(1001)],
        notes: '𝄞'.repeat(10_001),
        privateNotes: '𝄞'.repeat(10_000),
      },
    });
    expect([status, detailsOf(body)]).toEqual([
      400,
      [
        ['decision', 'must be one of ADVANCE, REJECT, HOLD, REASSESS'],
        ['overallScore', 'is required'],
        ['technicalScore', 'must be at most 10'],
        ['strengths.1', 'must be text'],
        ['strengths.2', 'must have at most 1000 characters'],
        ['notes', 'must have at most 10000 characters'],
      ],
    ]);
  });
});

describe('GET /api/verdicts/:roundId', () => {
  it('answers the verdict, with private notes for HR and without for others', async () => {
    const forStaff = await send('GET', `/api/verdicts/${ROUNDS.full}`);
    expect([forStaff.status, forStaff.body]).toMatchObject([200, { overall_score: 8, private_notes: 'for staff' }]);
    const forInterviewer = await send('GET', `/api/verdicts/${ROUNDS.full}`, { authorization: interviewer });
    expect(forInterviewer.body).toMatchObject({ id: (forStaff.body as { id: string }).id });
    expect(forInterviewer.body).not.toHaveProperty('private_notes');
  });

  it('answers 404 until it was submitted', async () => {
    const { status } = await send('GET', `/api/verdicts/${ROUNDS.empty}`);
    expect(status).toBe(404);
  });
});

/** Path and message of each entry of an error's details. */
function detailsOf(body: unknown): [string, string][] {
  const { error } = body as { error: { details?: { path: string; message: string }[] } };
  return (error.details ?? []).map(({ path, message }) => [path, message]);
}
