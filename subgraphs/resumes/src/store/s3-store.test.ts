/** What is particular to S3: its faults, and how what came in becomes what is kept. */
import { S3Client } from '@aws-sdk/client-s3';
import { createLog } from '@interview/runtime/log';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { BUCKET, S3_ENVIRONMENT, type S3Server, startS3Server } from '../testing/s3-server.js';
import { openS3Store, placeOf } from './s3-store.js';

let s3: S3Server;
let client: S3Client;
beforeEach(async () => {
  s3 = await startS3Server();
  client = new S3Client({
    endpoint: s3.url,
    forcePathStyle: true,
    region: S3_ENVIRONMENT.AWS_REGION,
    credentials: {
      accessKeyId: S3_ENVIRONMENT.AWS_ACCESS_KEY_ID,
      secretAccessKey: S3_ENVIRONMENT.AWS_SECRET_ACCESS_KEY,
    },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    requestHandler: { requestTimeout: 200, throwOnRequestTimeout: true },
    maxAttempts: 2,
    retryMode: 'standard',
  });
});
afterEach(async () => {
  client.destroy();
  await s3.close();
});

const open = (bucket = BUCKET) => openS3Store({ bucket, prefix: '' }, createLog('test', 'silent'), client);
async function* bytes(length: number) {
  for (let left = length; left > 0; left -= 100_000) yield Buffer.alloc(Math.min(100_000, left), 'x');
}
const keys = () => [...s3.objects.keys()];
const UNAVAILABLE = { code: 'SERVICE_UNAVAILABLE' };
const PART = 5 * 1024 * 1024;

describe('a file in S3', () => {
  test('lies under incoming/ until it is kept, and then under kept/ alone', async () => {
    const store = await open();
    const file = await store.receive(bytes(10));
    expect(keys()).toEqual([expect.stringMatching(/^incoming\//)]);
    await file.keep('a.pdf');
    expect(keys()).toEqual(['kept/a.pdf']);
    await file.discard();
    expect(keys()).toEqual(['kept/a.pdf']);
  });

  test('is kept also where what came in cannot be removed, which the sweep does', async () => {
    const store = await open();
    const file = await store.receive(bytes(10));
    s3.fault = (request) => (request.startsWith('DELETE') ? { status: 403, code: 'AccessDenied' } : undefined);
    await file.keep('a.pdf');
    expect(keys()).toHaveLength(2);
    s3.fault = () => undefined;
    expect(await store.leftSince(new Date(Date.now() + 1000))).toEqual(['a.pdf']);
    expect(keys()).toEqual(['kept/a.pdf']);
  });

  test('that is large goes in parts, of which none stays when it breaks off', async () => {
    const store = await open();
    await (await store.receive(bytes(2 * PART + 10))).keep('a.pdf');
    expect(s3.objects.get('kept/a.pdf')?.content).toHaveLength(2 * PART + 10);
    async function* broken() {
      yield* bytes(PART + 10);
      throw new Error('cut');
    }
    await expect(store.receive(broken())).rejects.toThrow('cut');
    expect([s3.uploads.size, keys()]).toEqual([0, ['kept/a.pdf']]);
  });

  test('whose upload was left unfinished by a crash is swept', async () => {
    const store = await open();
    s3.uploads.set('left', { key: 'incoming/x', parts: new Map(), at: new Date(0) });
    s3.uploads.set('under way', { key: 'incoming/y', parts: new Map(), at: new Date() });
    await store.leftSince(new Date(1000));
    expect([...s3.uploads.keys()]).toEqual(['under way']);
  });
});

describe('S3 that fails', () => {
  const refuses = (part: string) => (request: string) =>
    request.includes(part) ? { status: 403, code: 'AccessDenied' } : undefined;

  test('while a file comes in is SERVICE_UNAVAILABLE and leaves nothing', async () => {
    const store = await open();
    s3.fault = refuses('PUT');
    await expect(store.receive(bytes(10))).rejects.toMatchObject(UNAVAILABLE);
    await expect(store.receive(bytes(PART + 10))).rejects.toMatchObject(UNAVAILABLE);
    expect([keys(), s3.uploads.size]).toEqual([[], 0]);
  });

  test('while a file is kept is SERVICE_UNAVAILABLE, and the file is not kept', async () => {
    const store = await open();
    const file = await store.receive(bytes(10));
    s3.fault = refuses('(copy)');
    await expect(file.keep('a.pdf')).rejects.toMatchObject(UNAVAILABLE);
    s3.fault = () => undefined;
    await file.discard();
    expect(keys()).toEqual([]);
  });

  test.each(['hang', 'cut'] as const)(
    'because it %ss, is asked again, and then is SERVICE_UNAVAILABLE',
    async (fault) => {
      const store = await open();
      await (await store.receive(bytes(10))).keep('a.pdf');
      s3.requests.length = 0;
      s3.fault = () => fault;
      await expect(store.read('a.pdf')).rejects.toMatchObject(UNAVAILABLE);
      expect(s3.requests).toEqual(['GET kept/a.pdf', 'GET kept/a.pdf']);
    },
  );

  test('once is asked again, and nobody notices', async () => {
    const store = await open();
    let failures = 0;
    s3.fault = () => {
      failures += 1;
      return failures === 1 ? { status: 503, code: 'SlowDown' } : undefined;
    };
    const file = await store.receive(bytes(10));
    expect(file.sizeBytes).toBe(10);
  });

  test('in the middle of a file breaks the stream off', async () => {
    const store = await open();
    await (await store.receive(bytes(1_000_000))).keep('a.pdf');
    s3.fault = () => ({ cutAfter: 1000 });
    const stream = await store.read('a.pdf');
    await expect(stream?.toArray()).rejects.toThrow();
  });

  test('at the start says which bucket cannot be used', async () => {
    await expect(open('other')).rejects.toThrow(/RESUME_STORE: the bucket other cannot be used/);
  });
});

test.each([
  ['s3://bucket', { bucket: 'bucket', prefix: '' }],
  ['s3://bucket/', { bucket: 'bucket', prefix: '' }],
  ['s3://bucket/some/where', { bucket: 'bucket', prefix: 'some/where/' }],
  ['s3://bucket/some/where/', { bucket: 'bucket', prefix: 'some/where/' }],
])('%s is read as bucket and prefix', (address, place) => {
  expect(placeOf(address)).toEqual(place);
});
