import { describe, expect, it } from '@jest/globals';
import { allowedOrigins } from './origins.js';
import { loadGatewaySettings } from './settings.js';

const REDIS_URL = 'redis://127.0.0.1:6379';

describe('the gateway’s settings', () => {
  it('find the subgraphs on their ports, unless an address is given', () => {
    const { subgraphs } = loadGatewaySettings({ REDIS_URL, ROUNDS_PORT: '5001', VERDICTS_URL: 'http://verdicts:80' });
    expect(subgraphs).toMatchObject({ rounds: 'http://127.0.0.1:5001', verdicts: 'http://verdicts:80' });
  });

  it('name every wrong one, shared and own, at once', () => {
    const wrong = () => loadGatewaySettings({ REDIS_URL: 'http://x', ROUNDS_URL: 'ftp://x', SUBGRAPH_TIMEOUT_MS: '1' });
    expect(wrong).toThrow(/(?=.*REDIS_URL)(?=.*ROUNDS_URL)(?=.*SUBGRAPH_TIMEOUT_MS)/);
  });

  it('hide the schema in production, unless it is asked for', () => {
    const secrets = { JWT_SECRET: 's'.repeat(40), INTERNAL_API_KEY: 'k'.repeat(40) };
    const production = { REDIS_URL, NODE_ENV: 'production', ...secrets };
    expect(loadGatewaySettings({ REDIS_URL }).introspection).toBe(true);
    expect(loadGatewaySettings(production).introspection).toBe(false);
    expect(loadGatewaySettings({ ...production, INTROSPECTION: '1' }).introspection).toBe(true);
  });
});

describe('allowed origins', () => {
  const allows = (settings: Partial<Parameters<typeof allowedOrigins>[0]>) =>
    allowedOrigins({ NODE_ENV: 'development', DASHBOARD_PORT: 5173, CORS_ORIGINS: undefined, ...settings }, () => 3000);

  it.each([
    ['http://localhost:5173', true],
    ['http://127.0.0.1:3000', true],
    ['https://localhost:5173', false],
    ['http://localhost:5173.evil.example', false],
    ['http://evil.example', false],
    ['null', false],
  ])('in development %s: %s', (origin, expected) => {
    expect(allows({})(origin)).toBe(expected);
  });

  it('are in production those that are listed, and no page of this machine', () => {
    const allowed = allows({ NODE_ENV: 'production', CORS_ORIGINS: ['https://app.example.com'] });
    expect(['https://app.example.com', 'http://localhost:5173', 'https://app.example.com.evil'].map(allowed)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('do not concern a request that no page sent', () => {
    expect(allows({ NODE_ENV: 'production' })(undefined)).toBe(true);
  });
});
