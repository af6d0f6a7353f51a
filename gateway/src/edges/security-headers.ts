/**
 * Headers that keep browsers from doing anything with an answer but reading it. The strict policy holds for
 * every route; a route that serves a page names its own with `contentPolicy`, after this.
 */
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** What a page may load, by directive: `{ 'script-src': ["'self'"] }`. What is not named may not be loaded. */
export type ContentPolicy = Readonly<Record<string, readonly string[]>>;

const NOTHING: ContentPolicy = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

export function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: { useDefaults: false, directives: NOTHING },
    // Pages elsewhere read answers by CORS, which this does not touch; nothing here is to be embedded.
    crossOriginResourcePolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
  });
}

/** The policy of a page: nothing but what `allowed` names. */
export function contentPolicy(allowed: ContentPolicy): RequestHandler {
  const policy = Object.entries({ ...NOTHING, ...allowed })
    .map(([directive, sources]) => `${directive} ${sources.join(' ')}`)
    .join('; ');
  return (_request, response, next) => {
    response.setHeader('Content-Security-Policy', policy);
    next();
  };
}
