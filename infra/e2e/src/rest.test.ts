/** The REST interface against the whole product: each route, asked by everyone, and what the guide promises of it. */
import {
  type OpenApiDocument,
  type RestAnswer,
  type RestClient,
  restClient,
} from '@interview/gateway/testing/rest-client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chromium } from 'playwright-core';
import { CHROMIUM } from './chromium.js';
import { type OwnStack, START_LIMIT_MS, SUBGRAPHS, startOwnStack } from './own-stack.js';
import { DOWNLOAD, REST_ROWS } from './rest-matrix.js';
import {
  createRoundInput,
  type MeasuredRound,
  measuredRound,
  type Place,
  roundIn,
  verdictInput,
} from './round-fixture.js';
import { castOf, VIEWERS, type ViewerName } from './viewers.js';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

let stack: OwnStack | undefined;
let place: Place;
let measured: MeasuredRound;
let client: RestClient;

beforeAll(async () => {
  stack = await startOwnStack([...SUBGRAPHS, 'gateway']);
  const { gatewayUrl, redisUrl, jwtSecret } = stack;
  place = { gatewayUrl, redisUrl, cast: await castOf(jwtSecret) };
  const description = await fetch(new URL('/api/openapi.json', gatewayUrl));
  client = restClient(gatewayUrl, (await description.json()) as OpenApiDocument);
  measured = await measuredRound(place);
}, START_LIMIT_MS);

afterAll(() => stack?.stop(), 60_000);

function send(viewer: ViewerName, method: string, path: string, json?: unknown): Promise<RestAnswer> {
  const token = place.cast.token(viewer);
  return client(method, path, {
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(json === undefined ? {} : { json }),
  });
}

async function must<T>(viewer: ViewerName, method: string, path: string, json?: unknown): Promise<T> {
  const { status, body } = await send(viewer, method, path, json);
  if (status >= 300) throw new Error(`${viewer} was answered ${status}: ${JSON.stringify(body)}`);
  // Held against the OpenAPI document by the client.
  return body as T;
}

interface RoundBody {
  id: string;
  status: string;
  videosdk_meeting_id: string | null;
  videosdk_token: string | null;
  [field: string]: unknown;
}

describe.each(REST_ROWS)('$method $route', ({ method, route, on, body, statuses }) => {
  it.each(VIEWERS.map((viewer, index) => [viewer, statuses[index]] as const))(
    'asked by %s: %d',
    async (viewer, status) => {
      const id = on === 'measured' ? measured.id : await roundIn(on, place);
      const answer = await send(viewer, method, route.replace(':roundId', id), body?.(id, place.cast));
      expect(answer.status).toBe(status);
    },
  );
});

describe.each(REST_ROWS.filter(({ route }) => route !== '/api/rounds'))('$method $route', ({ method, route, body }) => {
  it.each([UNKNOWN, 'not-a-uuid'])('answers 404 for the round %s', async (id) => {
    // Consent is the candidate's alone to give; to them too an unknown round is unknown.
    const viewer = route.endsWith('/consent') ? 'assigned candidate' : 'HR';
    const { status } = await send(viewer, method, route.replace(':roundId', id), body?.(id, place.cast));
    expect(status).toBe(404);
  });
});

describe('GET /api/resumes/files/:filename', () => {
  it.each(VIEWERS.map((viewer, index) => [viewer, DOWNLOAD[index]] as const))(
    'asked by %s: %d',
    async (viewer, status) => {
      const resume = await must<{ file_url: string }>('HR', 'GET', `/api/resumes/round/${measured.id}`);
      expect((await send(viewer, 'GET', resume.file_url)).status).toBe(status);
    },
  );
});

describe('a round over REST', () => {
  it('is created, held, and decided by REST alone', async () => {
    const input = createRoundInput(place.cast);
    const created = await send('HR', 'POST', '/api/rounds', input);
    expect([created.status, created.body]).toMatchObject([
      201,
      {
        ...{ external_interview_id: input['externalInterviewId'], status: 'SCHEDULED', round_number: 1 },
        ...{ videosdk_meeting_id: expect.any(String), videosdk_token: expect.any(String) },
      },
    ]);
    const { id } = created.body as RoundBody;
    const path = `/api/rounds/${id}`;
    const consent = await must('assigned candidate', 'POST', `${path}/consent`, { consent: true });
    expect(consent).toMatchObject({ round_id: id, consent: true, consented_at: expect.any(String) });
    expect(await must('assigned interviewer', 'PATCH', path, { status: 'IN_PROGRESS' })).toMatchObject({
      status: 'IN_PROGRESS',
      started_at: expect.any(String),
      candidate_consent_given: true,
    });
    expect(await must('assigned interviewer', 'PATCH', path, { status: 'COMPLETED' })).toMatchObject({
      status: 'COMPLETED',
      ended_at: expect.any(String),
      videosdk_meeting_id: null,
      videosdk_token: null,
    });
    const verdict = await send('assigned interviewer', 'POST', '/api/verdicts', verdictInput(id));
    expect([verdict.status, verdict.body]).toMatchObject([201, { round_id: id, decision: 'HOLD', overall_score: 5 }]);
    expect((await send('HR', 'POST', '/api/verdicts', verdictInput(id))).status).toBe(409);
    expect(await must('HR', 'GET', `/api/verdicts/${id}`)).toMatchObject({ private_notes: 'for HR' });
    expect(await must('assigned interviewer', 'GET', `/api/verdicts/${id}`)).not.toHaveProperty('private_notes');
  });

  it('is created once by ten equal requests at once: one is answered 201, the others 200', async () => {
    const input = { ...createRoundInput(place.cast), scheduledAt: '2026-12-01T10:00:00+01:00' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => send('HR', 'POST', '/api/rounds', input)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 201]);
    expect(new Set(answers.map(({ body }) => (body as RoundBody).id)).size).toBe(1);
    const other = await send('HR', 'POST', '/api/rounds', { ...input, externalJobRoleId: 'another' });
    expect([other.status, other.body]).toMatchObject([409, { error: { code: 'CONFLICT' } }]);
  });

  it('has a room, and a token of their own for each of the two people', async () => {
    const id = await roundIn('SCHEDULED', place);
    const [candidate, interviewer] = await Promise.all([
      must<RoundBody>('assigned candidate', 'GET', `/api/rounds/${id}`),
      must<RoundBody>('assigned interviewer', 'GET', `/api/rounds/${id}`),
    ]);
    expect(candidate.videosdk_meeting_id).toEqual(expect.any(String));
    expect(interviewer.videosdk_meeting_id).toBe(candidate.videosdk_meeting_id);
    expect(candidate.videosdk_token).toEqual(expect.any(String));
    expect(interviewer.videosdk_token).not.toBe(candidate.videosdk_token);
  });

  it('is not moved where the lifecycle has no such move, and both states are named', async () => {
    const id = await roundIn('COMPLETED', place);
    const { status, body } = await send('HR', 'PATCH', `/api/rounds/${id}`, { status: 'CANCELLED' });
    expect([status, body]).toMatchObject([
      400,
      { error: { details: [{ path: 'status', message: expect.stringMatching(/COMPLETED.*CANCELLED/) }] } },
    ]);
  });

  it('is given to another interviewer by HR alone', async () => {
    const id = await roundIn('SCHEDULED', place);
    const json = { externalInterviewerId: 'another-interviewer' };
    expect((await send('assigned interviewer', 'PATCH', `/api/rounds/${id}`, json)).status).toBe(403);
    expect((await send('HR', 'PATCH', `/api/rounds/${id}`, json)).status).toBe(200);
    expect((await send('assigned interviewer', 'GET', `/api/rounds/${id}`)).status).toBe(403);
    expect((await send('another interviewer', 'GET', `/api/rounds/${id}`)).status).toBe(200);
  });

  it('has no aggregate, resume or verdict before there is one', async () => {
    const id = await roundIn('IN_PROGRESS', place);
    for (const path of [`/api/insights/${id}/aggregate`, `/api/resumes/round/${id}`, `/api/verdicts/${id}`]) {
      expect((await send('HR', 'GET', path)).status).toBe(404);
    }
    expect(await must('HR', 'GET', `/api/insights/round/${id}`)).toMatchObject({ insights: [], total: 0 });
  });
});

interface InsightPage {
  insights: { id: string; created_at: string }[];
  total: number;
  end_cursor: string;
}

describe('insights over REST', () => {
  const list = (query: Record<string, string>) =>
    must<InsightPage>('HR', 'GET', `/api/insights/round/${measured.id}?${new URLSearchParams(query)}`);

  it('have a total that the limit does not change, and go on behind a cursor', async () => {
    const all = await list({});
    expect(all.insights.length).toBeGreaterThanOrEqual(2);
    const first = await list({ limit: '1' });
    expect(first.insights).toEqual(all.insights.slice(0, 1));
    expect(first.total).toBe(all.insights.length);
    const rest = await list({ after: first.end_cursor });
    expect(rest.insights).toEqual(all.insights.slice(1));
  });

  it('since an instant are those strictly after it', async () => {
    const all = await list({});
    const latest =
      all.insights
        .map((insight) => insight.created_at)
        .sort()
        .at(-1) ?? '';
    expect(await list({ since: latest })).toMatchObject({ insights: [], total: 0 });
    const before = new Date(Date.parse(latest) - 1).toISOString();
    expect((await list({ since: before })).insights.map(({ created_at }) => created_at)).toContain(latest);
  });

  it.each(['limit=0', 'limit=501', 'since=yesterday', 'after=nonsense'])('refuse ?%s', async (query) => {
    const { status, body } = await send('HR', 'GET', `/api/insights/round/${measured.id}?${query}`);
    const [path] = query.split('=');
    expect([status, body]).toMatchObject([400, { error: { code: 'VALIDATION_FAILED', details: [{ path }] } }]);
  });
});

describe('input at the edge of what can be', () => {
  it.each([
    { scheduledAt: '0000-01-01T00:00:00Z' },
    { scheduledAt: '0001-01-01T00:00:00Z' },
    { scheduledAt: '9999-12-31T23:59:59.999999999Z' },
    { scheduledAt: '9999-12-31T23:59:59.999999999-12:00' },
    { externalCandidateId: '\ud800' },
    { externalInterviewerId: '\u202e\u0007' },
    { externalJobRoleId: '𝄞'.repeat(255) },
    { externalJobRoleId: "'; DROP TABLE interview_rounds; --" },
    { roundNumber: 2 ** 31 },
    { scheduledDurationMinutes: -0 },
  ])('%j is taken or refused, and no fault of ours', async (more) => {
    const { status } = await send('HR', 'POST', '/api/rounds', { ...createRoundInput(place.cast), ...more });
    expect([200, 201, 400]).toContain(status);
  });

  it.each(['0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])(
    'insights since %s likewise',
    async (since) => {
      const { status } = await send('HR', 'GET', `/api/insights/round/${measured.id}?since=${since}`);
      expect([200, 400]).toContain(status);
    },
  );

  it.each([{ notes: '\ud800' }, { notes: '\0' }, { strengths: ['\udfff'] }])('a verdict with %j', async (more) => {
    const id = await roundIn('COMPLETED', place);
    const { status, body } = await send('HR', 'POST', '/api/verdicts', { ...verdictInput(id), ...more });
    const [field] = Object.keys(more);
    const path = expect.stringMatching(`^${field}`);
    expect([status, body]).toMatchObject([400, { error: { details: [{ path }] } }]);
  });
});

describe('GET /health', () => {
  it('needs no token and is as described', async () => {
    const { status, body } = await client('GET', '/health');
    expect([status, body]).toMatchObject([200, { services: { database: 'up', redis: 'up' } }]);
  });
});

describe('/api/docs', () => {
  it('shows the interface and tries it, with nothing from elsewhere', async () => {
    const browser = await chromium.launch(CHROMIUM);
    try {
      const page = await browser.newPage();
      const origins = new Set<string>();
      const complaints: string[] = [];
      page.on('request', (request) => {
        const { protocol, origin } = new URL(request.url());
        if (protocol.startsWith('http')) origins.add(origin);
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      // What the policy forbids is told here.
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      await page.goto(new URL('/api/docs', place.gatewayUrl).href);

      await page.getByRole('button', { name: 'Authorize' }).click();
      await page.getByLabel('auth-bearer-value').fill(`${place.cast.token('HR')}`);
      await page.getByRole('button', { name: 'Apply credentials' }).click();
      await page.getByRole('button', { name: 'Close' }).click();
      const operation = page.locator('#operations-Rounds-getRound');
      await operation.getByText('Get a round').click();
      await operation.getByRole('button', { name: 'Try it out' }).click();
      await operation.getByPlaceholder('roundId').fill(measured.id);
      await operation.getByRole('button', { name: 'Execute' }).click();
      await operation.locator('.live-responses-table').getByText(measured.id).first().waitFor();

      const upload = page.locator('#operations-Resumes-uploadResume');
      await upload.getByText('Upload the resume of a round').click();
      await upload.getByRole('button', { name: 'Try it out' }).click();
      await upload.locator('input[type=file]').waitFor();

      expect(complaints).toEqual([]);
      expect([...origins]).toEqual([new URL(place.gatewayUrl).origin]);
    } finally {
      await browser.close();
    }
  }, 60_000);
});
