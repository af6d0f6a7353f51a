/**
 * Resume files, in and out: streamed between the client and the resumes subgraph, which alone reads them and
 * decides who may. Nothing is parsed or kept here.
 *
 * POST /api/resumes/upload → POST /files; GET /api/resumes/files/:filename → GET /files/:filename.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { AppError } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import { INTERNAL_KEY_HEADER, VIEWER_HEADER } from '@interview/runtime/viewer';
import type { Request, RequestHandler, Response } from 'express';
import { type Dispatcher, Pool } from 'undici';
import { viewerOf } from '../authenticated.js';
import { sendError } from '../http-errors.js';

/** How long the subgraph may take to judge an upload, and a transfer may stand still. */
const TRANSFER_TIMEOUT_MS = 60_000;

/** What the subgraph says about a file or an error, and about nothing of the inside. */
const PASSED_ON = [
  'content-type',
  'content-length',
  'content-disposition',
  'content-range',
  'accept-ranges',
  'etag',
  'last-modified',
  'cache-control',
  'content-security-policy',
  'x-content-type-options',
  'retry-after',
] as const;

export interface ResumeFilesOptions {
  resumesUrl: string;
  internalKey: string;
  log: Logger;
}

/** Both stand behind `authenticated`. */
export interface ResumeFiles {
  upload: RequestHandler;
  download: RequestHandler;
  close(): Promise<void>;
}

export function resumeFiles(options: ResumeFilesOptions): ResumeFiles {
  const { origin, pathname } = new URL(options.resumesUrl);
  const base = pathname.replace(/\/$/, '');
  const pool = new Pool(origin, {
    connectTimeout: 2000,
    headersTimeout: TRANSFER_TIMEOUT_MS,
    bodyTimeout: TRANSFER_TIMEOUT_MS,
  });

  const relay = async (request: Request, response: Response, target: Target) => {
    const { signedViewer } = viewerOf(request);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    try {
      const answer = await pool.request({
        ...target,
        path: `${base}${target.path}`,
        headers: {
          ...target.headers,
          [INTERNAL_KEY_HEADER]: options.internalKey,
          [VIEWER_HEADER]: signedViewer,
        },
        signal: gone.signal,
      });
      response.status(answer.statusCode);
      for (const name of PASSED_ON) {
        const value = answer.headers[name];
        if (value !== undefined) response.setHeader(name, value);
      }
      // An upload that was refused early is not read to its end: the connection cannot serve another request.
      if (target.body && !request.complete) response.setHeader('Connection', 'close');
      await pipeline(answer.body, response);
    } catch (error) {
      if (gone.signal.aborted) return;
      if (error instanceof AppError || !isAway(error)) throw error;
      options.log.warn({ err: error }, 'resume files are not available');
      sendError(response, new AppError('SERVICE_UNAVAILABLE', 'Resumes are not available at the moment.'), options.log);
    }
  };

  return {
    upload: async (request, response) => {
      if (!request.is('multipart/form-data')) {
        throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'Send the resume as "Content-Type: multipart/form-data".');
      }
      const headers = pick(request.headers, ['content-type', 'content-length']);
      await relay(request, response, { method: 'POST', path: '/files', headers, body: request });
    },
    download: async (request, response) => {
      const filename = String(request.params['filename']);
      if (/^\.{1,2}$/.test(filename)) throw new AppError('NOT_FOUND', 'This file was not found.');
      const headers = pick(request.headers, ['range', 'if-range', 'if-none-match', 'if-modified-since']);
      await relay(request, response, {
        method: request.method === 'HEAD' ? 'HEAD' : 'GET',
        path: `/files/${encodeURIComponent(filename)}`,
        headers,
      });
    },
    close: () => pool.close(),
  };
}

interface Target {
  method: 'GET' | 'HEAD' | 'POST';
  path: string;
  headers: Record<string, string>;
  body?: Dispatcher.DispatchOptions['body'];
}

function pick(headers: IncomingHttpHeaders, names: readonly (keyof IncomingHttpHeaders & string)[]) {
  return Object.fromEntries(
    names.flatMap((name) => (typeof headers[name] === 'string' ? [[name, headers[name]] as const] : [])),
  );
}

/** Errors of the connection and of undici carry a code; a fault of this file's own does not. */
function isAway(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';
}
