import { describe, expect, it, test } from '@jest/globals';
import { loadSettings, SettingsError } from './settings.js';

describe('settings', () => {
  it('have defaults for development, and take an empty one for none', () => {
    expect(loadSettings(['PORT'], { PORT: '', HOST: '0.0.0.0' })).toEqual({
      NODE_ENV: 'development',
      HOST: '0.0.0.0',
      LOG_LEVEL: 'info',
      DATA_DIR: '.data',
      PORT: 3000,
    });
  });

  it('name every wrong one with what it should be', () => {
    const load = () => loadSettings(['PORT', 'REDIS_URL'], { PORT: '70000', LOG_LEVEL: 'loud' });
    expect(load).toThrow(SettingsError);
    for (const problem of ['PORT ', 'REDIS_URL is required', 'LOG_LEVEL ']) expect(load).toThrow(problem);
  });

  it('refuse in production the secrets that everybody knows', () => {
    const names = ['JWT_SECRET', 'INTERNAL_API_KEY'] as const;
    expect(() => loadSettings(names, { NODE_ENV: 'production' })).toThrow(
      'Wrong settings: JWT_SECRET must be set to a secret of your own in production; INTERNAL_API_KEY must be set',
    );
    const own = { NODE_ENV: 'production', INTERNAL_API_KEY: 'x'.repeat(32) };
    expect(loadSettings(names, { ...own, JWT_SECRET: 'y'.repeat(32) }).JWT_SECRET).toBe('y'.repeat(32));
    expect(() => loadSettings(names, { ...own, JWT_JWKS_URL: 'https://idp.example/keys' })).not.toThrow();
  });
});

describe('where transcripts and resumes are sent', () => {
  const load = (LLM_BASE_URL: string) => loadSettings(['LLM_BASE_URL'], { LLM_BASE_URL }).LLM_BASE_URL;

  test.each([
    'https://api.example.com/v1',
    'http://localhost:8080/v1',
    'http://127.0.0.1:8080',
    'http://[::1]:8080',
    'http://[fd12:3456::1]:8080',
    'http://model:8000/v1',
    'http://10.1.2.3/v1',
    'http://172.16.0.9/v1',
    'http://192.168.7.7/v1',
  ])('may be %s', (address) => {
    expect(load(address)).toBe(address);
  });

  test.each([
    'http://api.example.com/v1',
    'http://8.8.8.8/v1',
    'http://172.32.0.1/v1',
    'http://10.example.com/v1',
    'http://[2001:db8::1]/v1',
    'ftp://model/v1',
    'model:8000',
    'nowhere',
  ])('may not be %s', (address) => {
    expect(() => load(address)).toThrow('LLM_BASE_URL must be an https:// address (http:// only to this machine');
  });
});
