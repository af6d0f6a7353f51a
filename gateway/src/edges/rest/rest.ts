/**
 * The guide's REST interface, `/api/*`: every route of the table, and what describes them. A request is judged in
 * this order: path (404), method (405), token (401), form (413, 415, 400), then by the graph (403, 404, 409, …).
 */
import { AppError } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import type { VerifyToken } from '@interview/runtime/tokens';
import { type RequestHandler, Router } from 'express';
import type { RunOperation } from '../../graph/operations.js';
import { authenticated } from '../authenticated.js';
import { sendError } from '../http-errors.js';
import { apiPages } from './api-pages.js';
import { resumeFiles } from './resume-files.js';
import type { Route } from './route.js';
import { ROUTES } from './routes.js';
import { jsonBody, runRoute } from './run-route.js';

export interface RestOptions {
  resumesUrl: string;
  internalKey: string;
  verifyToken: VerifyToken;
  runOperation: RunOperation;
  /** Stands before every route. */
  limitRequests: RequestHandler;
  /** Stands before each upload, behind the token: who uploads too often is refused here. */
  limitUploads: RequestHandler;
  /** Whether the OpenAPI document and the page to try it are served; they need no token. */
  describe: boolean;
  log: Logger;
}

/** The router belongs at `/api`. */
export function rest(options: RestOptions): { router: Router; close: () => Promise<void> } {
  const { verifyToken, internalKey, log } = options;
  const authenticate = authenticated(verifyToken, internalKey, (response, error) => sendError(response, error, log));
  const files = resumeFiles(options);

  const handlersOf = (route: Route): RequestHandler[] => {
    if (route.kind === 'graph') return [...(route.body ? [jsonBody] : []), runRoute(route, options.runOperation)];
    return route.handler === 'upload' ? [options.limitUploads, files.upload] : [files.download];
  };

  const router = Router();
  router.use(neverKept);
  if (options.describe) router.use(apiPages());
  router.use(options.limitRequests);
  for (const [path, routes] of byPath(ROUTES)) {
    const place = router.route(path);
    for (const route of routes) {
      const method = route.method.toLowerCase() as Lowercase<Route['method']>;
      place[method](authenticate, ...handlersOf(route));
    }
    place.all(methodNotAllowed(routes.map((route) => route.method)));
  }
  return { router, close: files.close };
}

function byPath(routes: readonly Route[]): Map<string, Route[]> {
  const places = new Map<string, Route[]>();
  for (const route of routes) places.set(route.path, [...(places.get(route.path) ?? []), route]);
  return places;
}

/** Answers hold people's data and tokens that were made for one reader. */
const neverKept: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};

function methodNotAllowed(methods: readonly Route['method'][]): RequestHandler {
  const allowed = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
  return (_request, response) => {
    response.setHeader('Allow', allowed);
    const { code, message } = new AppError('VALIDATION_FAILED', `This path takes ${allowed}.`);
    response.status(405).json({ error: { code, message } });
  };
}
