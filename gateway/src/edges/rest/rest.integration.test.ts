import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RestPlace, startRestPlace } from '../../testing/rest-place.js';
import { ROUNDS } from '../../testing/rest-world.js';
import { tokenFor } from '../../testing/test-gateway.js';

let place: RestPlace;

beforeAll(async () => {
  place = await startRestPlace();
});
afterAll(() => place.stop());

describe('the interface', () => {
  it.each(['/api', '/api/', '/api/nothing', '/api/rounds/x/y/z', '/api/resumes'])('has nothing at %s', async (path) => {
    const response = await fetch(`${place.gateway.url}${path}`, { headers: { authorization: place.interviewer } });
    expect([response.status, await response.json()]).toEqual([
      404,
      { error: { code: 'NOT_FOUND', message: 'There is nothing at this path.' } },
    ]);
  });

  it('answers HEAD as GET, without the body', async () => {
    const response = await fetch(`${place.gateway.url}/api/rounds/${ROUNDS.full}`, {
      method: 'HEAD',
      headers: { authorization: place.interviewer },
    });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it('has its answers kept nowhere', async () => {
    const { headers } = await place.send('GET', `/api/rounds/${ROUNDS.full}`);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('allows the dashboard’s origin and no other, without credentials', async () => {
    const preflight = (origin: string) =>
      fetch(`${place.gateway.url}/api/rounds/${ROUNDS.full}`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'PATCH',
          'access-control-request-headers': 'authorization',
        },
      });
    const own = await preflight('http://localhost:5173');
    expect(own.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
    expect(own.headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(own.headers.get('access-control-allow-credentials')).toBeNull();
    const other = await preflight('https://elsewhere.example');
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('carries a request to its end whose token has ended within the tolerance for clocks', async () => {
    const authorization = `Bearer ${await tokenFor({}, -2)}`;
    const { status } = await place.send('GET', `/api/rounds/${ROUNDS.full}`, { authorization });
    expect(status).toBe(200);
  });

  it('answers 503 while the subgraph is down', async () => {
    await place.world.rounds.kill();
    const answer = await place.send('GET', `/api/rounds/${ROUNDS.full}`);
    await place.world.rounds.start();
    expect([answer.status, answer.body]).toMatchObject([503, { error: { code: 'SERVICE_UNAVAILABLE' } }]);
  });

  it('serves its own documents also where clients may send registered ones only', async () => {
    const strict = await startRestPlace({ PERSISTED_OPERATIONS: 'only' });
    const answer = await strict.send('GET', `/api/rounds/${ROUNDS.full}`);
    await strict.stop();
    expect(answer.status).toBe(200);
  });
});
