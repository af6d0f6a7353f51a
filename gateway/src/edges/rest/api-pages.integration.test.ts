import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRestWorld, type RestWorld } from '../../testing/rest-world.js';
import { startTestGateway, type TestGateway } from '../../testing/test-gateway.js';
import { openApiDocument } from './openapi.js';

describe('what describes the REST interface', () => {
  let world: RestWorld;
  let gateway: TestGateway;

  beforeAll(async () => {
    world = createRestWorld();
    await world.start();
    gateway = await startTestGateway(world);
  });
  afterAll(async () => {
    await gateway.stop();
    await world.stop();
  });

  it('is served to anyone', async () => {
    const response = await fetch(`${gateway.url}/api/openapi.json`);
    expect([response.status, await response.json()]).toEqual([200, JSON.parse(JSON.stringify(openApiDocument()))]);
  });

  it('is a page of which every asset comes from here, under a policy that allows no other', async () => {
    const page = await fetch(`${gateway.url}/api/docs`);
    const html = await page.text();
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    const policy = `${page.headers.get('content-security-policy')}`;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
    expect(policy).toMatch(/script-src 'self'(;|$)/);
    const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => `${address}`);
    expect(assets).toHaveLength(4);
    for (const asset of assets) {
      expect(asset).toMatch(/^\/api\/docs\//);
      const response = await fetch(`${gateway.url}${asset}`);
      expect(response.status).toBe(200);
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(0);
    }
  });

  it('is not served where the graph does not describe itself either', async () => {
    const silent = await startTestGateway(world, { INTROSPECTION: 'false' });
    const answers = await Promise.all(
      ['/api/openapi.json', '/api/docs', '/api/docs/start.js'].map((path) => fetch(`${silent.url}${path}`)),
    );
    await silent.stop();
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  });
});
