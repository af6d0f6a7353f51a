/**
 * As much of Amazon's S3 as the store uses, in memory: objects with ranges, copies, multipart uploads, lists by page. It
 * holds every request to its signature's form and its body's stated hash. A test may have requests fail, hang or be cut.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

interface StoredObject {
  content: Buffer;
  at: Date;
}

/** What happens to a request instead of an answer. */
export type Fault = { status: number; code: string } | 'hang' | 'cut' | { cutAfter: number };

export interface S3Server {
  url: string;
  objects: Map<string, StoredObject>;
  /** Multipart uploads that were neither completed nor aborted. */
  uploads: Map<string, { key: string; parts: Map<number, Buffer>; at: Date }>;
  /** Asked for each request: "GET incoming/x". */
  fault: (request: string) => Fault | undefined;
  /** What was asked, in order. */
  requests: string[];
  close(): Promise<void>;
}

export const BUCKET = 'resumes';
export const S3_ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: 'test-key',
  AWS_SECRET_ACCESS_KEY: 'test-secret',
  AWS_REGION: 'eu-central-1',
};
/** So that every list has several pages. */
const LIST_PAGE = 2;

export async function startS3Server(): Promise<S3Server> {
  const http = createServer((request, response) => {
    answer(request, response).catch((error: Error) => refuse(response, 500, error.message));
  });
  const server: S3Server = {
    url: '',
    objects: new Map(),
    uploads: new Map(),
    fault: () => undefined,
    requests: [],
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://s3');
    const key = decodeURIComponent(pathname).replace(`/${BUCKET}`, '').slice(1);
    const what = `${request.method} ${key}${request.headers['x-amz-copy-source'] ? ' (copy)' : ''}`;
    server.requests.push(what);
    const fault = server.fault(what);
    if (fault === 'hang') return undefined;
    if (fault === 'cut') return request.socket.destroy();
    const body = await bodyOf(request);
    if (typeof fault === 'object' && 'status' in fault) return refuse(response, fault.status, fault.code);
    if (!pathname.startsWith(`/${BUCKET}`)) return refuse(response, 404, 'NoSuchBucket');
    if (!isSigned(request, body)) return refuse(response, 403, 'SignatureDoesNotMatch');
    const cutAfter = typeof fault === 'object' ? fault.cutAfter : undefined;
    if (key === '') return answerBucket(request, response, searchParams);
    const upload = searchParams.get('uploadId');
    if (searchParams.has('uploads') || upload !== null) return answerUpload(request, response, key, searchParams, body);
    if (request.method === 'GET') return answerObject(request, response, key, cutAfter);
    if (request.method === 'DELETE') {
      server.objects.delete(key);
      return xml(response, 204);
    }
    const source = request.headers['x-amz-copy-source'];
    if (typeof source !== 'string') {
      server.objects.set(key, { content: body, at: new Date() });
      response.setHeader('etag', '"etag"');
      return xml(response, 200);
    }
    const copied = server.objects.get(
      decodeURIComponent(source)
        .replace(/^\//, '')
        .slice(BUCKET.length + 1),
    );
    if (!copied) return refuse(response, 404, 'NoSuchKey');
    server.objects.set(key, { content: copied.content, at: new Date() });
    return xml(response, 200, '<CopyObjectResult><ETag>"etag"</ETag></CopyObjectResult>');
  }

  function answerBucket(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): ServerResponse {
    const prefix = query.get('prefix') ?? '';
    if (request.method === 'HEAD') return xml(response, 200);
    if (query.has('uploads')) {
      const found = [...server.uploads].filter(([, { key }]) => key.startsWith(prefix));
      const list = found.map(
        ([id, { key, at }]) =>
          `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${at.toISOString()}</Initiated></Upload>`,
      );
      return xml(response, 200, `<ListMultipartUploadsResult>${list.join('')}</ListMultipartUploadsResult>`);
    }
    const behind = query.get('continuation-token') ?? '';
    const keys = [...server.objects.keys()].filter((key) => key.startsWith(prefix) && key > behind).sort();
    const page = keys.slice(0, LIST_PAGE);
    const more = keys.length > page.length;
    const list = page.map(
      (key) =>
        `<Contents><Key>${key}</Key><LastModified>${server.objects.get(key)?.at.toISOString()}</LastModified></Contents>`,
    );
    const next = more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    return xml(
      response,
      200,
      `<ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${list.join('')}</ListBucketResult>`,
    );
  }

  function answerUpload(
    request: IncomingMessage,
    response: ServerResponse,
    key: string,
    query: URLSearchParams,
    body: Buffer,
  ): ServerResponse {
    const id = query.get('uploadId') ?? randomUUID();
    if (request.method === 'POST' && query.has('uploads')) {
      server.uploads.set(id, { key, parts: new Map(), at: new Date() });
      const result = `<Bucket>${BUCKET}</Bucket><Key>${key}</Key><UploadId>${id}</UploadId>`;
      return xml(response, 200, `<InitiateMultipartUploadResult>${result}</InitiateMultipartUploadResult>`);
    }
    const upload = server.uploads.get(id);
    if (!upload) return refuse(response, 404, 'NoSuchUpload');
    if (request.method === 'PUT') {
      upload.parts.set(Number(query.get('partNumber')), body);
      response.setHeader('etag', '"etag"');
      return xml(response, 200);
    }
    server.uploads.delete(id);
    if (request.method === 'DELETE') return xml(response, 204);
    const parts = [...upload.parts].sort(([a], [b]) => a - b).map(([, part]) => part);
    server.objects.set(key, { content: Buffer.concat(parts), at: new Date() });
    return xml(response, 200, '<CompleteMultipartUploadResult><ETag>"etag"</ETag></CompleteMultipartUploadResult>');
  }

  function answerObject(
    request: IncomingMessage,
    response: ServerResponse,
    key: string,
    cutAfter?: number,
  ): ServerResponse {
    const object = server.objects.get(key);
    if (!object) return refuse(response, 404, 'NoSuchKey');
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    const [start, end] = range ? [Number(range[1]), Number(range[2])] : [0, object.content.length - 1];
    if (range && start >= object.content.length) return refuse(response, 416, 'InvalidRange');
    const content = object.content.subarray(start, end + 1);
    response.writeHead(range ? 206 : 200, { 'content-length': content.length });
    if (cutAfter === undefined) return response.end(content);
    response.write(content.subarray(0, cutAfter), () => response.destroy());
    return response;
  }

  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  if (typeof address !== 'object' || !address) throw new Error('No address.');
  server.url = `http://127.0.0.1:${address.port}`;
  return server;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function isSigned(request: IncomingMessage, body: Buffer): boolean {
  const hash = createHash('sha256').update(body).digest('hex');
  const credential = `AWS4-HMAC-SHA256 Credential=${S3_ENVIRONMENT.AWS_ACCESS_KEY_ID}/`;
  return (
    request.headers.authorization?.startsWith(credential) === true && request.headers['x-amz-content-sha256'] === hash
  );
}

function xml(response: ServerResponse, status: number, body = ''): ServerResponse {
  response.writeHead(status, { 'content-type': 'application/xml' });
  return response.end(body && `<?xml version="1.0" encoding="UTF-8"?>${body}`);
}

const refuse = (response: ServerResponse, status: number, code: string) =>
  xml(response, status, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
