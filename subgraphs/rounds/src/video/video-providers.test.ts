import { describe, expect, it } from '@jest/globals';
import { loadVideoProviders } from './video-providers.js';

const load = (env: Record<string, string>) => loadVideoProviders('an-internal-key', env);
const KEYS = { VIDEOSDK_API_KEY: 'key', VIDEOSDK_SECRET: 'secret' };

describe('the provider of new rounds', () => {
  it.each([
    ['p2p by default', {}, 'p2p'],
    ['videosdk when it has a key', KEYS, 'videosdk'],
    ['what VIDEO_PROVIDER says', { ...KEYS, VIDEO_PROVIDER: 'p2p' }, 'p2p'],
  ])('is %s', (_what, env, provider) => expect(load(env).current.provider).toBe(provider));

  it.each([
    ['the secret is missing', { VIDEOSDK_API_KEY: 'key' }, /VIDEOSDK_SECRET is required/],
    ['both are', { VIDEO_PROVIDER: 'videosdk' }, /VIDEOSDK_API_KEY is required.*VIDEOSDK_SECRET is required/],
    ['it is none that we know', { VIDEO_PROVIDER: 'zoom' }, /VIDEO_PROVIDER must be p2p or videosdk/],
    ['the address is none', { ...KEYS, VIDEOSDK_URL: 'nowhere' }, /VIDEOSDK_URL must be an http/],
  ])('ends the start when %s', (_what, env, message) => expect(() => load(env)).toThrow(message));
});

describe('the provider of planned rounds', () => {
  it('stays, whatever new rounds get', () => {
    const providers = load({ ...KEYS, VIDEO_PROVIDER: 'p2p' });
    expect(providers.of('videosdk').provider).toBe('videosdk');
    expect(load(KEYS).of('p2p').provider).toBe('p2p');
  });

  it('is missed by name when its settings are gone', () => {
    expect(() => load({}).of('videosdk')).toThrow(/^videosdk: is not configured any more/);
  });
});
