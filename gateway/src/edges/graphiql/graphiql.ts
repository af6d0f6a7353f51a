/** GraphiQL, built beforehand, served whole from here: its policy lets it load nothing from elsewhere. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { Router } from 'express';
import { type ContentPolicy, contentPolicy } from '../security-headers.js';

// Monaco writes style elements and runs its language services in workers made from blobs.
const POLICY: ContentPolicy = {
  'script-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'font-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
  'worker-src': ["'self'", 'blob:'],
  'manifest-src': ["'self'"],
};

/** @param folder what the build of clients/graphiql left */
export function graphiql(folder: string): Router {
  const router = Router();
  router.use(contentPolicy(POLICY));
  if (existsSync(join(folder, 'index.html'))) {
    router.use(express.static(folder, { index: 'index.html', redirect: true }));
  }
  return router;
}
