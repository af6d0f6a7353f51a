import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { detailsOf, type RestPlace, startRestPlace } from '../../testing/rest-place.js';
import { REPEATED_INTERVIEW, ROUNDS } from '../../testing/rest-world.js';

let place: RestPlace;

beforeAll(async () => {
  place = await startRestPlace();
});
afterAll(() => place.stop());

const A_ROUND = {
  externalInterviewId: 'interview-4711',
  externalCandidateId: 'carl',
  externalJobRoleId: 'backend-engineer',
  roundType: 'TECHNICAL_AI',
  interviewMode: 'HUMAN_AI_ASSISTED',
};

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
    const { status, body } = await place.send('POST', '/api/rounds', { json });
    expect([status, body]).toEqual([201, THE_ROUND]);
    expect(place.world.calls['createRound']).toEqual(json);
  });

  it('answers 200 for a round that is there already', async () => {
    const { status } = await place.send('POST', '/api/rounds', {
      json: { ...A_ROUND, externalInterviewId: REPEATED_INTERVIEW },
    });
    expect(status).toBe(200);
  });

  it('answers 409 where the round that is there is another', async () => {
    const { status, body } = await place.send('POST', '/api/rounds', {
      json: { ...A_ROUND, externalJobRoleId: 'another' },
    });
    expect([status, body]).toMatchObject([409, { error: { code: 'CONFLICT' } }]);
  });

  it('is refused to an interviewer by the graph', async () => {
    const { status, body } = await place.send('POST', '/api/rounds', {
      json: A_ROUND,
      authorization: place.interviewer,
    });
    expect([status, body]).toMatchObject([403, { error: { code: 'ACCESS_DENIED' } }]);
  });

  it('names every wrong field, with the name that it has in the body', async () => {
    const { status, body } = await place.send('POST', '/api/rounds', {
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
    const { status, body } = await place.send('GET', `/api/rounds/${ROUNDS.full}`);
    expect([status, body]).toEqual([200, THE_ROUND]);
  });

  it('answers no room where there is none for the viewer', async () => {
    const { body } = await place.send('GET', `/api/rounds/${ROUNDS.empty}`);
    expect(body).toMatchObject({ videosdk_meeting_id: null, videosdk_token: null, status: 'COMPLETED' });
  });

  it('takes a malformed id for an unknown one', async () => {
    const { status } = await place.send('GET', '/api/rounds/not-a-uuid');
    expect(status).toBe(404);
  });

  it('answers 500 and nothing of the inside when the graph breaks its word', async () => {
    const { status, body } = await place.send('GET', `/api/rounds/${ROUNDS.broken}`);
    expect([status, body]).toEqual([
      500,
      { error: { code: 'INTERNAL_ERROR', message: 'Something went wrong on our side.' } },
    ]);
  });
});

describe('PATCH /api/rounds/:roundId', () => {
  it('changes what the body names, and nothing else', async () => {
    const json = { status: 'CANCELLED', scheduledAt: '2026-12-01T10:00:00.000Z' };
    const { status, body } = await place.send('PATCH', `/api/rounds/${ROUNDS.full}`, { json });
    expect([status, body]).toMatchObject([200, { status: 'CANCELLED' }]);
    expect(place.world.calls['updateRound']).toEqual(json);
  });

  it('takes null for no interviewer and no date', async () => {
    const json = { scheduledAt: null, externalInterviewerId: null };
    const { body } = await place.send('PATCH', `/api/rounds/${ROUNDS.full}`, { json });
    expect(body).toMatchObject({ scheduled_at: null, external_interviewer_id: null });
  });

  it('names the field of a move that there is not, as REST names it', async () => {
    const { status, body } = await place.send('PATCH', `/api/rounds/${ROUNDS.empty}`, {
      json: { status: 'CANCELLED' },
    });
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
    const { status, body } = await place.send('PATCH', `/api/rounds/${ROUNDS.full}`, { json });
    expect([status, detailsOf(body).map(([where]) => where)]).toEqual([400, [path]]);
  });
});

describe('POST /api/rounds/:roundId/consent', () => {
  it.each([true, false])('records %s', async (consent) => {
    const { status, body } = await place.send('POST', `/api/rounds/${ROUNDS.full}/consent`, { json: { consent } });
    expect([status, body]).toEqual([200, { round_id: ROUNDS.full, consent, consented_at: '2026-11-24T08:00:00.000Z' }]);
  });

  it.each([
    [{}, 'is required'],
    [{ consent: 'true' }, 'must be true or false'],
  ])('refuses %j', async (json, message) => {
    const { status, body } = await place.send('POST', `/api/rounds/${ROUNDS.full}/consent`, { json });
    expect([status, detailsOf(body)]).toEqual([400, [['consent', message]]]);
  });
});
