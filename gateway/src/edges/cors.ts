/**
 * Cross-origin requests of the pages that are allowed. Tokens travel in a header and never in a cookie, so no
 * credentials are allowed either: a page elsewhere has nothing to ride on.
 */
import type { RequestHandler } from 'express';
import type { AllowsOrigin } from '../origins.js';

const PREFLIGHT_SECONDS = '600';

export function cors(allows: AllowsOrigin): RequestHandler {
  return (request, response, next) => {
    const { origin } = request.headers;
    response.vary('Origin');
    if (origin !== undefined && allows(origin)) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      response.setHeader(
        'Access-Control-Expose-Headers',
        'Retry-After, RateLimit, RateLimit-Policy, Content-Disposition, Location',
      );
      if (request.method === 'OPTIONS') {
        response.setHeader('Access-Control-Allow-Methods', 'GET, POST, PATCH');
        response.setHeader(
          'Access-Control-Allow-Headers',
          'Accept, Authorization, Content-Type, Last-Event-ID, Range, X-Apollo-Operation-Name, Apollo-Require-Preflight',
        );
        response.setHeader('Access-Control-Max-Age', PREFLIGHT_SECONDS);
      }
    }
    if (request.method === 'OPTIONS') {
      response.status(204).end();
      return;
    }
    next();
  };
}
