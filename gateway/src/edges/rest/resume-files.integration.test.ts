import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { readSignedViewer } from '@interview/runtime/viewer';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createInterviewWorld, type InterviewWorld } from '../../testing/interview-world.js';
import { startTestGateway, type TestGateway, tokenFor } from '../../testing/test-gateway.js';
import { TEST_INTERNAL_KEY } from '../../testing/test-subgraph.js';

describe('resume files', () => {
  let world: InterviewWorld;
  let gateway: TestGateway;
  let authorization: string;

  beforeAll(async () => {
    world = createInterviewWorld();
    await world.start();
    gateway = await startTestGateway(world);
    authorization = `Bearer ${await tokenFor({ id: 'carl', role: 'CANDIDATE' })}`;
  });
  afterAll(async () => {
    await gateway.stop();
    await world.stop();
  });

  function uploadForm(bytes: number): FormData {
    const form = new FormData();
    form.set('resume', new Blob([new Uint8Array(bytes).fill(37)]), 'cv.pdf');
    form.set('roundId', 'r1');
    return form;
  }

  it('are handed on as they come, for the viewer, and answered as the subgraph answers', async () => {
    let received = 0;
    let headers: Record<string, unknown> = {};
    world.resumes.otherRoutes = (request, response) => {
      headers = { url: request.url, ...request.headers };
      request.on('data', (chunk: Buffer) => {
        received += chunk.length;
      });
      request.on('end', () => {
        response.writeHead(201, { 'content-type': 'application/json', 'x-served-by': 'resumes-7' });
        response.end('{"success":true}');
      });
    };
    const response = await fetch(`${gateway.url}/api/resumes/upload`, {
      method: 'POST',
      headers: { authorization },
      body: uploadForm(3_000_000),
    });
    expect([response.status, await response.json()]).toEqual([201, { success: true }]);
    expect(received).toBeGreaterThan(3_000_000);
    expect(headers).toMatchObject({ url: '/files', 'x-internal-api-key': TEST_INTERNAL_KEY });
    expect(headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(headers).not.toHaveProperty('authorization');
    expect(readSignedViewer(String(headers['x-viewer']), TEST_INTERNAL_KEY)).toMatchObject({ id: 'carl' });
    expect(response.headers.get('x-served-by')).toBeNull();
  });

  it('begin to arrive before the upload has ended', async () => {
    const began = Promise.withResolvers<void>();
    world.resumes.otherRoutes = (request, response) => {
      request.once('data', () => began.resolve());
      request.on('end', () => response.writeHead(201).end('{}'));
    };
    const request = httpRequest(`${gateway.url}/api/resumes/upload`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'multipart/form-data; boundary=x' },
    });
    request.write('--x\r\n');
    await began.promise;
    request.end('--x--\r\n');
    const [response] = await once(request, 'response');
    expect(response.statusCode).toBe(201);
    response.resume();
  });

  it('pass on an error that comes before the end of the upload', async () => {
    const body = JSON.stringify({ error: { code: 'PAYLOAD_TOO_LARGE', message: 'At most 10 MB.' } });
    world.resumes.otherRoutes = (request, response) => {
      request.once('data', () => response.writeHead(413, { 'content-type': 'application/json' }).end(body));
    };
    const request = httpRequest(`${gateway.url}/api/resumes/upload`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'multipart/form-data; boundary=x' },
    });
    request.on('error', () => undefined);
    request.write('--x\r\n');
    const [response] = await once(request, 'response');
    expect(response.statusCode).toBe(413);
    expect(Buffer.concat(await response.toArray()).toString()).toBe(body);
    request.destroy();
  });

  it('are served with their ranges and safe headers', async () => {
    world.resumes.otherRoutes = (request, response) => {
      expect(request.headers.range).toBe('bytes=0-3');
      response.writeHead(206, {
        'content-type': 'application/pdf',
        'content-range': 'bytes 0-3/100',
        'content-disposition': 'attachment; filename="cv.pdf"',
        'x-content-type-options': 'nosniff',
        'content-security-policy': 'sandbox',
        'set-cookie': 'inside=1',
      });
      response.end(`%PDF ${request.url}`);
    };
    const response = await fetch(`${gateway.url}/api/resumes/files/a%2F..%2Fb.pdf`, {
      headers: { authorization, range: 'bytes=0-3' },
    });
    expect(response.status).toBe(206);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-range': 'bytes 0-3/100',
      'content-disposition': 'attachment; filename="cv.pdf"',
      'x-content-type-options': 'nosniff',
      'content-security-policy': 'sandbox',
    });
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(await response.text()).toBe('%PDF /files/a%2F..%2Fb.pdf');
  });

  it('are asked about without being fetched', async () => {
    world.resumes.otherRoutes = (request, response) => {
      response.writeHead(200, { 'content-length': 100, etag: `"${request.method}"` }).end();
    };
    const response = await fetch(`${gateway.url}/api/resumes/files/a.pdf`, {
      method: 'HEAD',
      headers: { authorization },
    });
    expect([response.status, response.headers.get('etag'), response.headers.get('content-length')]).toEqual([
      200,
      '"HEAD"',
      '100',
    ]);
  });

  it('that are no form are not taken', async () => {
    const response = await fetch(`${gateway.url}/api/resumes/upload`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: '{}',
    });
    expect([response.status, await response.json()]).toMatchObject([
      415,
      { error: { code: 'UNSUPPORTED_MEDIA_TYPE' } },
    ]);
  });

  it('are not available while the subgraph is down', async () => {
    await world.resumes.kill();
    const download = await fetch(`${gateway.url}/api/resumes/files/a.pdf`, { headers: { authorization } });
    const upload = await fetch(`${gateway.url}/api/resumes/upload`, {
      method: 'POST',
      headers: { authorization },
      body: uploadForm(1000),
    });
    await world.resumes.start();
    for (const response of [download, upload]) {
      expect([response.status, await response.json()]).toEqual([
        503,
        { error: { code: 'SERVICE_UNAVAILABLE', message: 'Resumes are not available at the moment.' } },
      ]);
    }
  });
});
