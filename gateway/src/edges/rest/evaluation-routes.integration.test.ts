/** Resumes, insights and verdicts. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { detailsOf, type RestPlace, startRestPlace } from '../../testing/rest-place.js';
import { ROUNDS } from '../../testing/rest-world.js';

let place: RestPlace;

beforeAll(async () => {
  place = await startRestPlace();
});
afterAll(() => place.stop());

const A_VERDICT = { roundId: ROUNDS.full, decision: 'ADVANCE', overallScore: 8 };

describe('GET /api/resumes/round/:roundId', () => {
  it('answers what is known of the resume', async () => {
    const { status, body } = await place.send('GET', `/api/resumes/round/${ROUNDS.full}`);
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
    const { status } = await place.send('GET', `/api/resumes/round/${ROUNDS.empty}`);
    expect(status).toBe(404);
  });
});

describe('GET /api/insights/round/:roundId', () => {
  it('answers at most 100 with their total, oldest first', async () => {
    const { status, body } = await place.send('GET', `/api/insights/round/${ROUNDS.full}`);
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
    expect(place.world.calls['insights']).toMatchObject({ first: 100 });
    expect(place.world.calls['insights']).not.toHaveProperty('since');
  });

  it('hands on since, limit and after', async () => {
    const since = '2026-11-24T09:00:00.000+01:00';
    const query = new URLSearchParams({ since, limit: '500', after: 'cursor-1' });
    const { status } = await place.send('GET', `/api/insights/round/${ROUNDS.full}?${query}`);
    expect(status).toBe(200);
    expect(place.world.calls['insights']).toMatchObject({ since, first: 500, after: 'cursor-1' });
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
    const { status, body } = await place.send('GET', `/api/insights/round/${ROUNDS.full}?${query}`);
    expect([status, detailsOf(body)]).toEqual([400, details]);
  });

  it('answers 403 where the round is the viewer’s, but what was measured is not', async () => {
    const { status } = await place.send('GET', `/api/insights/round/${ROUNDS.empty}`);
    expect(status).toBe(403);
  });
});

describe('GET /api/insights/:roundId/aggregate', () => {
  it('answers the figures, null for what was not measured', async () => {
    const { status, body } = await place.send('GET', `/api/insights/${ROUNDS.full}/aggregate`);
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
    const { status } = await place.send('GET', `/api/insights/${ROUNDS.empty}/aggregate`);
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
    const { status, body } = await place.send('POST', '/api/verdicts', { json });
    expect([status, body]).toEqual([201, { ...verdict, interviewer_id: 'helen', private_notes: 'for staff' }]);
    expect(place.world.calls['submitVerdict']).toEqual(json);
  });

  it('answers no private notes to the interviewer who wrote them', async () => {
    const { status, body } = await place.send('POST', '/api/verdicts', { json, authorization: place.interviewer });
    expect([status, body]).toEqual([201, { ...verdict, interviewer_id: 'ivan' }]);
  });

  it('answers 409 for a second one', async () => {
    const { status } = await place.send('POST', '/api/verdicts', { json: { ...A_VERDICT, roundId: ROUNDS.empty } });
    expect(status).toBe(409);
  });

  it('names every wrong field', async () => {
    const { status, body } = await place.send('POST', '/api/verdicts', {
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
    const forStaff = await place.send('GET', `/api/verdicts/${ROUNDS.full}`);
    expect([forStaff.status, forStaff.body]).toMatchObject([200, { overall_score: 8, private_notes: 'for staff' }]);
    const forInterviewer = await place.send('GET', `/api/verdicts/${ROUNDS.full}`, {
      authorization: place.interviewer,
    });
    expect(forInterviewer.body).toMatchObject({ id: (forStaff.body as { id: string }).id });
    expect(forInterviewer.body).not.toHaveProperty('private_notes');
  });

  it('answers 404 until it was submitted', async () => {
    const { status } = await place.send('GET', `/api/verdicts/${ROUNDS.empty}`);
    expect(status).toBe(404);
  });
});
