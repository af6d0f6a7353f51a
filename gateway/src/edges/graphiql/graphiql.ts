/** GraphiQL, built beforehand, served whole from here: its policy lets it load nothing from elsewhere. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type RequestHandler, Router } from 'express';

// Monaco writes style elements and runs its language services in workers made from blobs.
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** @param folder what the build of clients/graphiql left */
export function graphiql(folder: string): Router {
  const router = Router();
  router.use(secured);
  if (existsSync(join(folder, 'index.html'))) {
    router.use(express.static(folder, { index: 'index.html', redirect: true }));
  }
  return router;
}

const secured: RequestHandler = (_request, response, next) => {
  response.setHeader('Content-Security-Policy', POLICY);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  next();
};
