/**
 * Cross-origin requests of the pages that are allowed. Tokens travel in a header and never in a cookie, so no
 * credentials are allowed either: a page elsewhere has nothing to ride on.
 */
import type { RequestHandler } from 'express';
import type { AllowsOrigin } from '../origins.js';

const PREFLIGHT_SECONDS = '600';

/** For every answer to a request of this origin, besides `Vary: Origin`. */
export function corsHeaders(allows: AllowsOrigin, origin: string | undefined): readonly (readonly [string, string])[] {
  if (origin === undefined || !allows(origin)) return [];
  return [
    ['Access-Control-Allow-Origin', origin],
    ['Access-Control-Expose-Headers', 'Retry-After, RateLimit, RateLimit-Policy, Content-Disposition, Location'],
  ];
}

export function cors(allows: AllowsOrigin): RequestHandler {
  return (request, response, next) => {
    const { origin } = request.headers;
    response.vary('Origin');
    const allowed = corsHeaders(allows, origin);
    for (const [name, value] of allowed) response.setHeader(name, value);
    if (allowed.length > 0 && request.method === 'OPTIONS') {
      response.setHeader('Access-Control-Allow-Methods', 'GET, POST, PATCH');
      response.setHeader(
        'Access-Control-Allow-Headers',
        'Accept, Authorization, Content-Type, Last-Event-ID, Range, X-Apollo-Operation-Name, Apollo-Require-Preflight',
      );
      response.setHeader('Access-Control-Max-Age', PREFLIGHT_SECONDS);
    }
    if (request.method === 'OPTIONS') {
      response.status(204).end();
      return;
    }
    next();
  };
}
