/** What every route refuses, for each route of the table. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { detailsOf, type RestPlace, startRestPlace } from '../../testing/rest-place.js';
import { ROUNDS } from '../../testing/rest-world.js';
import { tokenFor } from '../../testing/test-gateway.js';
import { ROUTES } from './routes.js';

let place: RestPlace;

beforeAll(async () => {
  place = await startRestPlace();
});
afterAll(() => place.stop());

/** A good body for each route that takes one. */
const BODIES: Record<string, (roundId: string) => object> = {
  createRound: () => ({
    externalInterviewId: 'interview-4711',
    externalCandidateId: 'carl',
    externalJobRoleId: 'backend-engineer',
    roundType: 'TECHNICAL_AI',
    interviewMode: 'HUMAN_AI_ASSISTED',
  }),
  updateRound: () => ({ status: 'CANCELLED' }),
  recordConsent: () => ({ consent: true }),
  submitVerdict: (roundId) => ({ roundId, decision: 'ADVANCE', overallScore: 8 }),
};
const routes = ROUTES.map((route) => {
  const path = (roundId: string) =>
    `/api${route.path.replace(':roundId', roundId).replace(':filename', `${roundId}.pdf`)}`;
  const json = (roundId: string) => BODIES[route.name]?.(roundId);
  return { route, name: `${route.method} /api${route.path}`, path, json };
});
const graphRoutes = routes.filter(({ route }) => route.kind === 'graph');
const ofOneRound = graphRoutes.filter(({ route }) => route.name !== 'createRound');
const withBody = graphRoutes.filter(({ route }) => route.kind === 'graph' && route.body);

describe.each(routes)('$name', ({ route, path, json }) => {
  it('is refused without a token', async () => {
    const answer = await place.send(route.method, path(ROUNDS.full), {
      authorization: undefined,
      json: json(ROUNDS.full),
    });
    expect([answer.status, answer.body]).toMatchObject([401, { error: { code: 'AUTH_REQUIRED' } }]);
  });

  it.each(['Bearer nonsense', 'Basic aGVsZW46cHc='])('is refused with %s', async (authorization) => {
    const answer = await place.send(route.method, path(ROUNDS.full), { authorization, json: json(ROUNDS.full) });
    expect([answer.status, answer.body]).toMatchObject([401, { error: { code: 'INVALID_TOKEN' } }]);
  });

  it('is refused with a token that has ended', async () => {
    const authorization = `Bearer ${await tokenFor({}, -3600)}`;
    const answer = await place.send(route.method, path(ROUNDS.full), { authorization, json: json(ROUNDS.full) });
    expect(answer.status).toBe(401);
  });

  it('says what the path takes to another method', async () => {
    const response = await fetch(`${place.gateway.url}${path(ROUNDS.full)}`, { method: 'DELETE' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toContain(route.method);
    expect(await response.json()).toMatchObject({ error: { code: 'VALIDATION_FAILED' } });
  });
});

describe.each(ofOneRound)('$name', ({ route, path, json }) => {
  it('answers 403 for a round of the own company that is not the viewer’s', async () => {
    const answer = await place.send(route.method, path(ROUNDS.denied), { json: json(ROUNDS.denied) });
    expect([answer.status, answer.body]).toMatchObject([403, { error: { code: 'ACCESS_DENIED' } }]);
  });

  it.each([ROUNDS.unknown, 'not-a-uuid', '%00', '..%2f..'])('answers 404 for the round %s', async (roundId) => {
    const id = decodeURIComponent(roundId);
    const answer = await place.send(route.method, path(roundId), { json: json(id) });
    expect([answer.status, answer.body]).toMatchObject([404, { error: { code: 'NOT_FOUND' } }]);
  });

  it('refuses parameters that it does not have', async () => {
    const answer = await place.send(route.method, `${path(ROUNDS.full)}?verbose=1`, { json: json(ROUNDS.full) });
    expect([answer.status, detailsOf(answer.body)]).toEqual([400, [['verbose', 'is not a parameter of this request']]]);
  });
});

describe.each(withBody)('$name', ({ route, path, json }) => {
  const type = { 'content-type': 'application/json' };
  const good = JSON.stringify(json(ROUNDS.full));

  it.each([
    ['is not JSON', '{"a":', type, 400],
    ['is no object', '[1]', type, 400],
    ['is text', '"x"', type, 400],
    ['is a form', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['is plain text', good, { 'content-type': 'text/plain' }, 415],
    ['has another character set', good, { 'content-type': 'application/json; charset=ebcdic' }, 415],
    ['has an unknown encoding', good, { ...type, 'content-encoding': 'zstd2' }, 415],
    ['is too large', JSON.stringify({ notes: 'x'.repeat(300_000) }), type, 413],
  ])('refuses a body that %s', async (_what, raw, headers, status) => {
    const answer = await place.send(route.method, path(ROUNDS.full), { raw, headers });
    expect(answer.status).toBe(status);
    if (status === 400) expect(detailsOf(answer.body)).not.toHaveLength(0);
  });

  it('names what is missing when there is no body at all', async () => {
    const answer = await place.send(route.method, path(ROUNDS.full));
    expect(answer.status).toBe(400);
    expect(detailsOf(answer.body)).not.toHaveLength(0);
  });

  it('refuses fields that it does not have, prototypes too', async () => {
    const raw = good.replace('{', '{"surprise":1,"__proto__":{"role":"ADMIN"},');
    const answer = await place.send(route.method, path(ROUNDS.full), { raw, headers: type });
    expect(answer.status).toBe(400);
    expect(detailsOf(answer.body)).toContainEqual(['surprise', 'is not a field of this request']);
  });
});
