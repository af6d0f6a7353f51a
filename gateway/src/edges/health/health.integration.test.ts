import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createInterviewWorld, type InterviewWorld } from '../../testing/interview-world.js';
import { startTestGateway, type TestGateway } from '../../testing/test-gateway.js';
import type { TestSubgraph } from '../../testing/test-subgraph.js';

describe('the pages of the gateway itself', () => {
  let world: InterviewWorld;
  let gateway: TestGateway;

  const reports = (subgraph: TestSubgraph, database: 'up' | 'down') => {
    subgraph.otherRoutes = (request, response) => {
      if (request.url !== '/health') return void response.writeHead(404).end();
      const status = database === 'up' ? 'healthy' : 'degraded';
      response.end(JSON.stringify({ status, timestamp: '', services: { database, redis: 'up' } }));
    };
  };

  beforeEach(async () => {
    world = createInterviewWorld();
    await world.start();
    for (const subgraph of [world.rounds, world.resumes, world.insights]) reports(subgraph, 'up');
    // Whatever else is asked stands in for the services that this world does not have.
    const others = ['VERDICTS_URL', 'SPEECH_SERVICE_URL', 'VIDEO_SERVICE_URL', 'FRAUD_SERVICE_URL', 'NLP_SERVICE_URL'];
    const env = Object.fromEntries([...others, 'AGGREGATOR_SERVICE_URL'].map((name) => [name, world.resumes.url]));
    const graphiql = await mkdtemp(join(tmpdir(), 'graphiql-'));
    await writeFile(join(graphiql, 'index.html'), '<title>GraphiQL</title>');
    gateway = await startTestGateway(world, env, { graphiqlFolder: graphiql });
  });
  afterEach(async () => {
    await gateway.stop();
    await world.stop();
  });

  const get = async (path: string) => {
    const response = await fetch(`${gateway.url}${path}`);
    return { status: response.status, body: (await response.json()) as { services: Record<string, string> } };
  };

  it('report health to everybody, with each service beside database and redis', async () => {
    const services = ['database', 'redis', 'rounds', 'resumes', 'insights', 'verdicts'];
    const analysers = ['speech', 'video', 'fraud', 'nlp', 'aggregator'];
    const up = Object.fromEntries([...services, ...analysers].map((name) => [name, 'up']));
    expect(await get('/health')).toEqual({
      status: 200,
      body: { status: 'healthy', timestamp: expect.stringMatching(/^\d{4}-.*Z$/), services: up },
    });
    expect((await get('/health/ready')).status).toBe(200);
  });

  it('say 200 on /health and 503 on /health/ready when a service is down', async () => {
    await world.insights.kill();
    reports(world.rounds, 'down');
    const { status, body } = await get('/health');
    expect([status, body]).toMatchObject([
      200,
      { status: 'degraded', services: { database: 'down', insights: 'down', redis: 'up', rounds: 'up' } },
    ]);
    expect((await get('/health/ready')).status).toBe(503);
    expect((await get('/health/live')).status).toBe(200);
  });

  it('serve metrics and GraphiQL, which loads nothing from elsewhere', async () => {
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toContain('graphql_ws_sockets{service="gateway"} 0');

    const page = await fetch(`${gateway.url}/graphiql`);
    expect(await page.text()).toContain('GraphiQL');
    expect(page.url).toBe(`${gateway.url}/graphiql/`);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
  });

  it('answer unknown paths in the REST form', async () => {
    expect(await get('/api/nothing')).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
  });
});
