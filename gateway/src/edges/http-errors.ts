/** Errors of the plain HTTP edges (REST, health, static files), in the one form that the guide gives them. */
import { AppError, ERROR_STATUS, type ErrorCode } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { NEUTRAL_MESSAGE } from '../graph/errors.js';

export interface ErrorBody {
  code: ErrorCode;
  message: string;
  details?: AppError['details'];
}

/** What a request's failure comes to: what express and body parsers throw has a status and maybe a reason. */
export function describeFailure(error: unknown, log: Logger): { status: number; body: ErrorBody } {
  if (error instanceof AppError) {
    const { code, message, details, status } = error;
    return { status, body: { code, message, ...(details ? { details } : {}) } };
  }
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (status === 413) {
    return { status: 413, body: { code: 'PAYLOAD_TOO_LARGE', message: 'The request is larger than is taken here.' } };
  }
  if (status === 415) {
    const message = 'The body has a character set or an encoding that is not taken here.';
    return { status: 415, body: { code: 'UNSUPPORTED_MEDIA_TYPE', message } };
  }
  if (typeof status === 'number' && status >= 400 && status < 500) {
    const notJson = error instanceof Error && 'type' in error && error.type === 'entity.parse.failed';
    const message = notJson ? 'The body is not a JSON object.' : 'The request could not be read.';
    const details = notJson ? { details: [{ path: 'body', message: 'must be a JSON object' }] } : {};
    return { status: 400, body: { code: 'VALIDATION_FAILED', message, ...details } };
  }
  log.error({ err: error }, 'internal error');
  return { status: ERROR_STATUS.INTERNAL_ERROR, body: { code: 'INTERNAL_ERROR', message: NEUTRAL_MESSAGE } };
}

export function sendError(response: Response, error: unknown, log: Logger): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, body } = describeFailure(error, log);
  response.status(status).json({ error: body });
}

/** The same for those who expect a GraphQL answer. */
export function sendGraphqlError(response: Response, error: unknown, log: Logger): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, body } = describeFailure(error, log);
  const { message, ...extensions } = body;
  response.status(status).json({ errors: [{ message, extensions }] });
}

/** Last in the chain: answers whatever was thrown before it. */
export function answerErrors(log: Logger): ErrorRequestHandler {
  return (error, _request, response, _next) => sendError(response, error, log);
}

export function nothingHere(log: Logger): RequestHandler {
  return (_request, response) => sendError(response, new AppError('NOT_FOUND', 'There is nothing at this path.'), log);
}
