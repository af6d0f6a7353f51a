/**
 * The product's rate limits: requests of an address, uploads and connections of a user. What each one counts and
 * answers is here; how it is counted is in `rate-limiter.ts`.
 */
import { createHash } from 'node:crypto';
import { AppError } from '@interview/runtime/errors';
import type { Viewer } from '@interview/runtime/viewer';
import type { RequestHandler } from 'express';
import { viewerOf } from '../edges/authenticated.js';
import type { GatewaySettings } from '../settings.js';
import { clientAddress } from './client-address.js';
import type { Place, RateLimit, RateLimiter } from './rate-limiter.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A request that was counted: what every answer to it tells, and why it is refused, if it is. */
export interface CountedRequest {
  headers: readonly (readonly [name: string, value: string])[];
  refused: AppError | undefined;
}

export interface Limits {
  /** Counts a request for its address. */
  countRequest(address: string): Promise<CountedRequest>;
  /** Counts a request for its address. Passes RATE_LIMITED on to the error handler of the route. */
  requests: RequestHandler;
  /**
   * Counts an upload for its user; stands behind `authenticated`. Only what is accepted counts: the place is
   * taken before the transfer, so that uploads at the same time cannot slip through, and given back when the
   * upload is refused, fails or is cut.
   */
  uploads: RequestHandler;
  /**
   * Counts a connection for its user, whichever way it comes: WebSocket, server-sent events, Socket.IO.
   * @throws RateLimited
   */
  admitConnection(viewer: Pick<Viewer, 'id' | 'companyId'>): Promise<void>;
}

type LimitSettings = Pick<
  GatewaySettings,
  'RATE_LIMIT_MAX_REQUESTS' | 'RATE_LIMIT_WINDOW_MS' | 'RATE_LIMIT_UPLOADS_PER_HOUR' | 'RATE_LIMIT_SOCKETS_PER_MINUTE'
>;

export interface LimitMetrics {
  rateLimited(limit: RateLimit['name']): void;
}

export function createLimits(settings: LimitSettings, limiter: RateLimiter, metrics: LimitMetrics): Limits {
  const requests: RateLimit = {
    name: 'requests',
    quota: settings.RATE_LIMIT_MAX_REQUESTS,
    windowMs: settings.RATE_LIMIT_WINDOW_MS,
  };
  const uploads: RateLimit = { name: 'uploads', quota: settings.RATE_LIMIT_UPLOADS_PER_HOUR, windowMs: HOUR_MS };
  const sockets: RateLimit = { name: 'sockets', quota: settings.RATE_LIMIT_SOCKETS_PER_MINUTE, windowMs: MINUTE_MS };

  const take = async (limit: RateLimit, subject: string): Promise<Place> => {
    const place = await limiter.take(limit, subject);
    if (!place.taken) metrics.rateLimited(limit.name);
    return place;
  };

  const countRequest = async (address: string): Promise<CountedRequest> => {
    const place = await take(requests, address);
    const refused = place.taken ? undefined : rateLimited(requests, 'requests of one address', place);
    return { headers: told(requests, place), refused };
  };

  return {
    countRequest,
    requests: async (request, response, next) => {
      const { headers, refused } = await countRequest(clientAddress(request));
      for (const [name, value] of headers) response.append(name, value);
      next(refused);
    },
    uploads: async (request, response, next) => {
      const { viewer } = viewerOf(request);
      const place = await take(uploads, subjectOf(viewer));
      for (const [name, value] of told(uploads, place)) response.append(name, value);
      if (!place.taken) return next(rateLimited(uploads, 'uploads of one user', place));
      response.once('close', () => {
        const accepted = response.writableFinished && response.statusCode < 400;
        if (!accepted) void place.giveBack();
      });
      next();
    },
    async admitConnection(viewer) {
      const place = await take(sockets, subjectOf(viewer));
      if (!place.taken) throw rateLimited(sockets, 'connections of one user', place);
    },
  };
}

/** A user is the same one in their company only. Hashed, since ids are any texts, and nobody's business in Redis. */
function subjectOf({ companyId, id }: Pick<Viewer, 'id' | 'companyId'>): string {
  return createHash('sha256')
    .update(JSON.stringify([companyId, id]))
    .digest('base64url');
}

/** More than its rate; for the edges that say by themselves when to come again. */
export class RateLimited extends AppError {
  constructor(
    message: string,
    readonly retryAfterSeconds: number,
  ) {
    super('RATE_LIMITED', message);
  }
}

function rateLimited({ quota, windowMs }: RateLimit, what: string, place: Place): RateLimited {
  const seconds = inSeconds(place.freeInMs);
  const message = `Too many: at most ${quota} ${what} in ${windowMs / 1000} s. Try again in ${seconds} s.`;
  return new RateLimited(message, seconds);
}

/** The fields of draft-ietf-httpapi-ratelimit-headers-10, on every answer; a route with two limits tells both. */
function told({ name, quota, windowMs }: RateLimit, place: Place): [string, string][] {
  const seconds = inSeconds(place.freeInMs);
  const told: [string, string][] = [
    ['RateLimit-Policy', `"${name}";q=${quota};w=${inSeconds(windowMs)}`],
    ['RateLimit', `"${name}";r=${place.remaining};t=${seconds}`],
  ];
  if (!place.taken) told.push(['Retry-After', String(seconds)]);
  return told;
}

const inSeconds = (milliseconds: number) => Math.max(1, Math.ceil(milliseconds / 1000));
