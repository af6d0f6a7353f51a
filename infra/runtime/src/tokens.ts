/**
 * Bearer tokens: `sub`, `email`, `role`, `companyId`, `iat`, `exp`, signed HS256 with JWT_SECRET, or with the
 * asymmetric keys at JWT_JWKS_URL. The list of accepted algorithms depends on our settings alone and never on
 * the token, keys in a token's header are ignored.
 */
import { Role } from '@interview/schema/enums';
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyResult, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { AppError } from './errors.js';
import { createVerifiedTokens, type KeySource } from './verified-tokens.js';
import type { Viewer } from './viewer.js';

export interface TokenSettings {
  JWT_SECRET: string;
  JWT_JWKS_URL?: string | undefined;
  JWT_ISSUER?: string | undefined;
  JWT_AUDIENCE?: string | undefined;
}

/** RFC 7519 and RFC 9068; compared without regard to case. */
const ACCESS_TOKEN_TYPES: ReadonlySet<string> = new Set(['jwt', 'at+jwt', 'application/at+jwt']);

/** Clocks of issuer and product may be apart by this. */
const CLOCK_TOLERANCE_SECONDS = 5;

const Claims = z.object({
  sub: z.string().min(1).max(255),
  email: z.string().max(320).nullish(),
  role: Role,
  companyId: z.string().min(1).max(255),
  exp: z.number(),
});

/** @throws AppError AUTH_REQUIRED without a token, INVALID_TOKEN for one that cannot be trusted. */
export type VerifyToken = (authorization: string | undefined | null) => Promise<Viewer>;

export function createTokenVerifier(settings: TokenSettings): VerifyToken {
  const remote = settings.JWT_JWKS_URL ? remoteKeys(new URL(settings.JWT_JWKS_URL)) : undefined;
  const secret = new TextEncoder().encode(settings.JWT_SECRET);
  const options = {
    requiredClaims: ['sub', 'exp', 'role', 'companyId'],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    ...(settings.JWT_ISSUER ? { issuer: settings.JWT_ISSUER } : {}),
    ...(settings.JWT_AUDIENCE ? { audience: settings.JWT_AUDIENCE } : {}),
  };
  const verify = (token: string): Promise<JWTVerifyResult> =>
    remote
      ? jwtVerify(token, remote.keySet, { ...options, algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'] })
      : jwtVerify(token, secret, { ...options, algorithms: ['HS256'] });

  const keys: KeySource = remote ?? { generation: () => 0 };
  const verified = createVerifiedTokens(keys, (expiresAt) => expiresAt <= now() - CLOCK_TOLERANCE_SECONDS);

  return async (authorization) => {
    if (!authorization) {
      throw new AppError('AUTH_REQUIRED', 'Send a token: "Authorization: Bearer <token>".');
    }
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (!token) throw new AppError('INVALID_TOKEN', 'The authorization is not of the form "Bearer <token>".');
    const known = verified.get(token);
    if (known) return known;
    const generation = keys.generation();
    try {
      const { payload, protectedHeader } = await verify(token);
      // A refresh token or a logout token of the same issuer is signed with the same key and is no access token.
      if (protectedHeader.typ && !ACCESS_TOKEN_TYPES.has(protectedHeader.typ.toLowerCase())) {
        throw new AppError('INVALID_TOKEN', 'The token is of another type than an access token.');
      }
      const claims = Claims.safeParse(payload);
      if (!claims.success) {
        const wrong = [...new Set(claims.error.issues.map((i) => i.path.join('.')))].join(', ');
        throw new AppError('INVALID_TOKEN', `The token's claims are not valid: ${wrong}.`);
      }
      const { sub, email, role, companyId, exp } = claims.data;
      // Given to every request with this token.
      const viewer: Viewer = Object.freeze({ id: sub, email: email ?? null, role, companyId, expiresAt: exp });
      verified.keep(token, viewer, generation);
      return viewer;
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (error instanceof errors.JWTExpired) throw new AppError('INVALID_TOKEN', 'The token has expired.');
      if (error instanceof errors.JOSEError) throw new AppError('INVALID_TOKEN', 'The token could not be verified.');
      throw new AppError('SERVICE_UNAVAILABLE', 'Tokens cannot be verified at this moment.');
    }
  };
}

/** As jose counts it. */
const now = (): number => Math.floor(Date.now() / 1000);

/** The keys at that address, which jose fetches, keeps for a while and fetches again for a key that it does not know. */
function remoteKeys(url: URL): KeySource & { keySet: ReturnType<typeof createRemoteJWKSet> } {
  let fetched = 0;
  const keySet = createRemoteJWKSet(url, {
    [customFetch]: async (...request) => {
      const answer = await fetch(...request);
      fetched += 1;
      return answer;
    },
  });
  return { keySet, generation: () => (keySet.fresh && !keySet.reloading ? fetched : undefined) };
}

/** Signs a development or test token; the product itself never issues any. `ttlSeconds` from now. */
export function signToken(
  viewer: Omit<Viewer, 'expiresAt' | 'email'> & { email?: string | null },
  settings: Pick<TokenSettings, 'JWT_SECRET'>,
  ttlSeconds = 8 * 3600,
): Promise<string> {
  return new SignJWT({
    role: viewer.role,
    companyId: viewer.companyId,
    ...(viewer.email ? { email: viewer.email } : {}),
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(viewer.id)
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + ttlSeconds)
    .sign(new TextEncoder().encode(settings.JWT_SECRET));
}
