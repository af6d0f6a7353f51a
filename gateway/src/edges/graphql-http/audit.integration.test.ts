/** The audits of the package graphql-http: whether this server speaks GraphQL over HTTP as its specification says. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditServer } from 'graphql-http';
import { createInterviewWorld, type InterviewWorld } from '../../testing/interview-world.js';
import { startTestGateway, type TestGateway, tokenFor } from '../../testing/test-gateway.js';

/**
 * Where the server does otherwise than an audit recommends: docs/graphql-over-http.md says why, each by its id.
 * There is no audit that it fails.
 */
const WARNINGS = ['572B', 'FDE2', '7B9B'];

describe('the audits of graphql-http', () => {
  let world: InterviewWorld;
  let gateway: TestGateway;

  beforeAll(async () => {
    world = createInterviewWorld();
    await world.start();
    gateway = await startTestGateway(world, { INTROSPECTION: '1' });
  });
  afterAll(async () => {
    await gateway.stop();
    await world.stop();
  });

  it('are passed, but for the recommendations that the documentation lists', async () => {
    const authorization = `Bearer ${await tokenFor()}`;
    const results = await auditServer({
      url: `${gateway.url}/graphql`,
      fetchFn: (url: string, init: RequestInit = {}) => {
        const headers = new Headers(init.headers);
        headers.set('authorization', authorization);
        return fetch(url, { ...init, headers });
      },
    });
    expect(results.length).toBeGreaterThanOrEqual(61);
    const told = (status: string) =>
      results.flatMap((r) => (r.status === status ? [`${r.id} ${r.name}: ${'reason' in r ? r.reason : ''}`] : []));
    expect(told('error')).toEqual([]);
    expect(told('warn').map((line) => line.slice(0, 4))).toEqual(WARNINGS);
    const documented = await readFile(new URL('../../../../docs/graphql-over-http.md', import.meta.url), 'utf8');
    for (const id of WARNINGS) expect(documented).toContain(id);
  });
});
