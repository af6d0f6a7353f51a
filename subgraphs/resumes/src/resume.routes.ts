/** The routes that carry files; the gateway's `/api/resumes/upload` and `/api/resumes/files/…` end here. */
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { AppError, notFound } from '@interview/runtime/errors';
import { requestContext, type SubgraphContext } from '@interview/subgraph-kit/context';
import type { Route, RouteRequest } from '@interview/subgraph-kit/server';
import type { MikroORM } from '@mikro-orm/postgresql';
import { readRange } from './byte-range.js';
import { attachment } from './file-name.js';
import type { Resume } from './resume.entity.js';
import type { ResumeService } from './resume.service.js';
import type { EncryptedStore } from './store/encrypted-store.js';
import { readUploadForm } from './upload-form.js';

export interface ResumeRoutesOptions {
  orm: MikroORM;
  store: EncryptedStore;
  service: ResumeService;
  maxBytes: number;
}

export function resumeRoutes({ orm, store, service, maxBytes }: ResumeRoutesOptions): Route[] {
  const contextOf = ({ viewer }: RouteRequest): SubgraphContext => {
    if (!viewer) throw new AppError('AUTH_REQUIRED', 'Files are given and read for someone.');
    return requestContext(orm, viewer);
  };

  return [
    {
      method: 'POST',
      path: /^\/files$/,
      async handle(request) {
        const context = contextOf(request);
        const upload = await readUploadForm(request.request, store, maxBytes);
        const { fileUrl } = await service.take(context, upload);
        request.response.writeHead(201, { 'content-type': 'application/json' });
        request.response.end(JSON.stringify({ success: true, fileUrl, message: 'Resume uploaded successfully' }));
      },
    },
    {
      method: 'GET',
      path: /^\/files\/(?<name>[0-9a-f-]{36}\.[a-z]{3,4})$/,
      async handle(request) {
        const context = contextOf(request);
        const resume = await service.byUrl(context, `/api/resumes/files/${request.params['name']}`);
        if (!resume) throw notFound('The file');
        await sendFile(resume, store, request, () => service.recordAccess(context, resume));
      },
    },
  ];
}

/** Whoever opens the file in a browser saves it: it is never run, shown or kept in a cache there. */
const headersOf = (resume: Resume) => ({
  'content-type': resume.mimeType,
  'content-disposition': attachment(resume.fileName),
  'x-content-type-options': 'nosniff',
  'content-security-policy': "sandbox; default-src 'none'",
  'cache-control': 'private, no-store',
  'accept-ranges': 'bytes',
  etag: `"${resume.sha256}"`,
});

/** `opened` is called before anything of the file leaves. */
async function sendFile(
  resume: Resume,
  store: EncryptedStore,
  { request, response }: RouteRequest,
  opened: () => Promise<void>,
): Promise<void> {
  const headers = headersOf(resume);
  if (isKnown(request.headers['if-none-match'], headers.etag)) {
    response.writeHead(304, { etag: headers.etag, 'cache-control': headers['cache-control'] });
    response.end();
    return;
  }
  // A range of another version of the file would be put together with what the client has of this one.
  const condition = request.headers['if-range'];
  const wanted = condition === undefined || condition === headers.etag ? request.headers.range : undefined;
  // Only GET has ranges (RFC 9110, section 14.2).
  const isHead = request.method === 'HEAD';
  const range = isHead ? 'whole' : readRange(wanted, resume.sizeBytes);
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'content-range': `bytes */${resume.sizeBytes}` });
    response.end();
    return;
  }
  if (isHead) {
    response.writeHead(200, { ...headers, 'content-length': resume.sizeBytes });
    response.end();
    return;
  }
  const bytes = await store.read(resume.filePath, range === 'whole' ? undefined : range);
  // Replaced since its row was read.
  if (!bytes) throw notFound('The file');
  await opened().catch((error: unknown) => {
    bytes.destroy();
    throw error;
  });
  if (range === 'whole') response.writeHead(200, { ...headers, 'content-length': resume.sizeBytes });
  else {
    response.writeHead(206, {
      ...headers,
      'content-length': range.end - range.start + 1,
      'content-range': `bytes ${range.start}-${range.end}/${resume.sizeBytes}`,
    });
  }
  await pipeline(bytes, response).catch((error: unknown) => {
    if (!hasLeft(response)) throw error;
  });
}

/** Whether `If-None-Match` names this version (RFC 9110, section 13.1.2: weak comparison). */
function isKnown(header: string | undefined, etag: string): boolean {
  if (header?.trim() === '*') return true;
  return (header ?? '').split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

/** The client needs no more of the file; that is its right. */
const hasLeft = (response: ServerResponse) => response.destroyed && !response.writableFinished;
