/**
 * Headers that keep browsers from doing anything with an answer but reading it. The strict policy holds for
 * every route; a route that serves a page names its own with `contentPolicy`, after this.
 */
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
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

/** Names and values, the same for every answer: helmet works them out once. */
export const SECURITY_HEADERS: readonly (readonly [name: string, value: string])[] = headersOf(
  helmet({
    contentSecurityPolicy: { useDefaults: false, directives: NOTHING },
    // Pages elsewhere read answers by CORS, which this does not touch; nothing here is to be embedded.
    crossOriginResourcePolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    // Express is told itself not to say what it is.
    xPoweredBy: false,
  }),
);

export function securityHeaders(): RequestHandler {
  return (_request, response, next) => {
    for (const [name, value] of SECURITY_HEADERS) response.setHeader(name, value);
    next();
  };
}

function headersOf(setsHeaders: ReturnType<typeof helmet>): [string, string][] {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  setsHeaders(response.req, response, (error) => {
    if (error) throw error;
  });
  // helmet sets texts.
  return response.getHeaderNames().map((name) => [name, String(response.getHeader(name))]);
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
