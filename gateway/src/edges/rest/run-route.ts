/** Runs a route of the table: what came in → the document's variables → the graph → what goes out. */
import { AppError } from '@interview/runtime/errors';
import express, { type Request, type RequestHandler } from 'express';
import type { RunOperation } from '../../graph/operations.js';
import { forOneRequest, viewerOf } from '../authenticated.js';
import { inRestNames } from './problems.js';
import type { GraphRoute } from './route.js';

const MAX_BODY = '256kb';

/** Stands behind `authenticated`. */
export function runRoute(route: GraphRoute, runOperation: RunOperation): RequestHandler {
  return async (request, response) => {
    const { viewer } = viewerOf(request);
    const variables = route.variables(request);
    const data = await runOperation(forOneRequest(viewer), route.document, variables).catch((error: unknown) => {
      throw inRestNames(error);
    });
    const { status, body } = route.answer(data, viewer);
    response.status(status).json(body);
  };
}

const parseJson = express.json({ limit: MAX_BODY });

/** A body is JSON or is missing: what a form can send without asking the browser first is never taken. */
export const jsonBody: RequestHandler = (request, response, next) => {
  if (hasBody(request) && !request.is('application/json')) {
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'Send the body as "Content-Type: application/json".');
  }
  parseJson(request, response, next);
};

const hasBody = ({ headers }: Request): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
