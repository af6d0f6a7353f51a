import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createInterviewWorld, type InterviewWorld } from '../testing/interview-world.js';
import { askGraph, startTestGateway, type TestGateway, tokenFor } from '../testing/test-gateway.js';

const STRICT = "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'";

describe('the headers of every answer', () => {
  let world: InterviewWorld;
  let gateway: TestGateway;

  beforeAll(async () => {
    world = createInterviewWorld();
    await world.start();
    const graphiqlFolder = await mkdtemp(join(tmpdir(), 'graphiql-'));
    await writeFile(join(graphiqlFolder, 'index.html'), '<title>GraphiQL</title>');
    gateway = await startTestGateway(world, { INTROSPECTION: '0' }, { graphiqlFolder });
  });
  afterAll(async () => {
    await gateway.stop();
    await world.stop();
  });

  it.each(['/graphql?query={viewer{id}}', '/graphql', '/api/nothing', '/api/rounds/x', '/health', '/nothing'])(
    'of %s let a browser do nothing but read it',
    async (path) => {
      const authorization = `Bearer ${await tokenFor()}`;
      const { headers } = await fetch(`${gateway.url}${path}`, { headers: { authorization } });
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-security-policy': STRICT,
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'strict-transport-security': expect.stringContaining('max-age=31536000'),
      });
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('server')).toBeNull();
    },
  );

  it('of GraphiQL let it load its own files, and be in nobody’s frame', async () => {
    const { headers } = await fetch(`${gateway.url}/graphiql/`);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('of a file are those that the resumes subgraph says', async () => {
    world.resumes.otherRoutes = (_request, response) => {
      response.writeHead(200, { 'content-security-policy': "sandbox; default-src 'none'" }).end('x');
    };
    const authorization = `Bearer ${await tokenFor()}`;
    const { headers } = await fetch(`${gateway.url}/api/resumes/files/a.pdf`, { headers: { authorization } });
    expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('tell nothing of the schema where introspection is off', async () => {
    for (const query of ['{ __schema { types { name } } }', '{ __type(name: "Round") { name } }']) {
      const { status, body } = await askGraph(gateway, query);
      expect([status, body.errors?.[0]?.extensions['code']]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
    }
    const { body } = await askGraph(gateway, '{ viewerr { id } }');
    expect(body.errors?.[0]?.message).toBe('Cannot query field "viewerr" on type "Query".');
  });
});
