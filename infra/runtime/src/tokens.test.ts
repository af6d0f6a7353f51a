import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { SignJWT } from 'jose';
import { createTokenVerifier, signToken } from './tokens.js';

const settings = { JWT_SECRET: 's'.repeat(32) };
const verify = createTokenVerifier(settings);
const hr = { id: 'sam', role: 'HR', companyId: 'acme' } as const;

/** A token of ours but for what is given. */
const aToken = (claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}) =>
  new SignJWT({ sub: 'sam', role: 'HR', companyId: 'acme', exp: Math.floor(Date.now() / 1000) + 60, ...claims })
    .setProtectedHeader({ alg: 'HS256', ...header })
    .sign(new TextEncoder().encode(settings.JWT_SECRET));

describe('a bearer token', () => {
  it('says who the viewer is', async () => {
    const viewer = await verify(`Bearer ${await signToken(hr, settings, 60)}`);
    expect(viewer).toEqual({ ...hr, email: null, expiresAt: expect.any(Number) });
  });

  it.each([undefined, null, ''])('is asked for when there is none (%s)', async (authorization) => {
    await expect(verify(authorization)).rejects.toMatchObject({ code: 'AUTH_REQUIRED', status: 401 });
  });

  it.each([
    ['without an end', { exp: undefined }, {}],
    ['that ended', { exp: 1 }, {}],
    ['that is not valid yet', { nbf: 4_000_000_000 }, {}],
    ['of an unknown role', { role: 'OWNER' }, {}],
    ['without a company', { companyId: undefined }, {}],
    ['of several companies', { companyId: ['acme', 'other'] }, {}],
    ['of another type', {}, { typ: 'logout+jwt' }],
  ])('%s is refused', async (_what, claims, header) => {
    await expect(verify(`Bearer ${await aToken(claims, header)}`)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
  });

  it.each(['none', 'None', 'NONE'])('with the algorithm %s is refused', async (alg) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const [, payload] = (await aToken()).split('.');
    await expect(verify(`Bearer ${part({ alg })}.${payload}.`)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
  });

  it('of another issuer or audience is refused where they are set', async () => {
    const strict = createTokenVerifier({
      ...settings,
      JWT_ISSUER: 'https://id.acme.example',
      JWT_AUDIENCE: 'interviews',
    });
    const right = { iss: 'https://id.acme.example', aud: 'interviews' };
    await expect(strict(`Bearer ${await aToken(right)}`)).resolves.toMatchObject({ id: 'sam' });
    for (const wrong of [{ ...right, iss: 'https://else.example' }, { ...right, aud: 'payroll' }, {}]) {
      await expect(strict(`Bearer ${await aToken(wrong)}`)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
    }
  });
});

describe('a token that comes again', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('has the same viewer, which nobody can change', async () => {
    const authorization = `Bearer ${await signToken(hr, settings, 60)}`;
    const viewer = await verify(authorization);
    expect(await verify(authorization)).toBe(viewer);
    expect(Object.isFrozen(viewer)).toBe(true);
  });

  it('is refused as soon as it has ended', async () => {
    const authorization = `Bearer ${await signToken(hr, settings, 60)}`;
    const { expiresAt } = await verify(authorization);
    jest.useFakeTimers({ now: (expiresAt + 4) * 1000, advanceTimers: true });
    expect(await verify(authorization)).toMatchObject({ id: 'sam' });
    jest.setSystemTime((expiresAt + 5) * 1000);
    await expect(verify(authorization)).rejects.toMatchObject({
      code: 'INVALID_TOKEN',
      message: expect.stringContaining('expired'),
    });
  });

  it('is one token only as it is written: another signature is checked', async () => {
    const authorization = `Bearer ${await signToken(hr, settings, 60)}`;
    await verify(authorization);
    const forged = `${authorization.slice(0, -4)}${authorization.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;
    await expect(verify(forged)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
  });
});
