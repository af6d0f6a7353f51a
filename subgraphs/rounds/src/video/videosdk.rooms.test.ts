/** The VideoSDK adapter against a server that speaks its protocol: slow, wrong, failing and cut answers. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { FAULTS, type Fault, startVideoSdkServer, type VideoSdkServer } from './testing/videosdk-server.js';
import { VideoProviderError } from './video-rooms.js';
import { createVideoSdkRooms } from './videosdk.rooms.js';

let vendor: VideoSdkServer;
beforeEach(async () => {
  vendor = await startVideoSdkServer();
});
afterEach(() => vendor.close());

const LIMITS = { attemptMs: 200, totalMs: 2000, backoffMs: 1 };
const rooms = (more: object = {}) => createVideoSdkRooms({ ...vendor, limits: LIMITS, ...more });
const failure = async (doing: Promise<unknown>): Promise<string> => {
  const error = await doing.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(VideoProviderError);
  return (error as VideoProviderError).message;
};

describe('calls', () => {
  it('carry a bare token of the role crawler that is new and short-lived', async () => {
    await rooms().create(randomUUID());
    const [token = ''] = vendor.tokens;
    expect(token).not.toMatch(/^Bearer/i);
    const { roles, exp = 0, iat = 0 } = decodeJwt(token);
    expect(roles).toEqual(['crawler']);
    expect(exp - iat).toBe(60);
  });

  it.each([
    ['503', FAULTS.status(503)],
    ['500', FAULTS.status(500)],
    ['429', FAULTS.status(429)],
    ['no answer', FAULTS.silence],
    ['a lost connection', FAULTS.drop],
    ['a cut answer', FAULTS.cut],
    ['a failure after it was done', FAULTS.doneButFailed],
  ] satisfies [string, Fault][])('are made again after %s, and make no second room', async (_what, fault) => {
    vendor.fail(fault, fault);
    const roundId = randomUUID();
    const roomId = await rooms().create(roundId);
    expect([...vendor.rooms.values()]).toEqual([{ roomId, customRoomId: roundId, disabled: false }]);
    expect(vendor.calls).toHaveLength(3);
  });

  it('are made three times and no more', async () => {
    vendor.failAlways(FAULTS.status(503));
    expect(await failure(rooms().create(randomUUID()))).toBe('videosdk: POST /v2/rooms: answered 503 (3 attempts)');
    expect(vendor.calls).toHaveLength(3);
  });

  it('end when their time is over, whatever attempts are left', async () => {
    vendor.failAlways(FAULTS.silence);
    const limits = { attempts: 100, attemptMs: 10_000, totalMs: 150, backoffMs: 1 };
    const began = performance.now();
    expect(await failure(rooms({ limits }).create(randomUUID()))).toContain('no answer in time');
    expect(performance.now() - began).toBeLessThan(2000);
    expect(vendor.calls).toHaveLength(1);
  });

  it('do not wait for a vendor who wants more patience than there is', async () => {
    vendor.fail(FAULTS.status(429, { 'retry-after': '60' }));
    expect(await failure(rooms().create(randomUUID()))).toContain('answered 429');
    expect(vendor.calls).toHaveLength(1);
  });

  it('are not made again where that cannot help', async () => {
    expect(await failure(rooms({ secret: 'another-secret' }).create(randomUUID()))).toBe(
      'videosdk: POST /v2/rooms: answered 401: VIDEOSDK_API_KEY and VIDEOSDK_SECRET are not accepted',
    );
    vendor.fail(FAULTS.status(400));
    expect(await failure(rooms().create(randomUUID()))).toContain('answered 400');
    expect(vendor.calls).toHaveLength(2);
  });

  it('do not follow a redirection with our token', async () => {
    const seen: (string | undefined)[] = [];
    const elsewhere = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end('{}');
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const { port } = elsewhere.address() as AddressInfo;
    vendor.failAlways(FAULTS.status(307, { location: `http://127.0.0.1:${port}/v2/rooms` }));
    expect(await failure(rooms().create(randomUUID()))).toContain('answered 307');
    expect(seen).toEqual([]);
    await new Promise((resolve) => elsewhere.close(resolve));
  });

  it('fail clearly when nobody listens', async () => {
    const url = vendor.url;
    await vendor.close();
    expect(await failure(rooms({ url }).create(randomUUID()))).toContain('no whole answer (ECONNREFUSED)');
  });
});

describe('an answer', () => {
  it.each([
    ['that is not JSON', '<html>Welcome</html>', 'not JSON'],
    ['that is no object', '[]', 'no object'],
    ['without a room id', '{"id":"x"}', 'roomId'],
    ['with a room id of another type', '{"roomId":7}', 'roomId'],
    ['with an empty room id', '{"roomId":""}', 'roomId'],
    ['with a room id too long to keep', JSON.stringify({ roomId: 'x'.repeat(256) }), 'roomId'],
    ["with another round's room", '{"roomId":"a-b-c","customRoomId":"other"}', "another round's room"],
    ['with a room that is closed', '{"roomId":"a-b-c","disabled":true}', 'closed for good'],
    ['without end', JSON.stringify({ roomId: 'a', filling: 'x'.repeat(100_000) }), 'more than 65536 bytes'],
  ])('%s is refused, and not asked for again', async (_what, text, reason) => {
    vendor.fail(FAULTS.body(text));
    expect(await failure(rooms().create(randomUUID()))).toContain(reason);
    expect(vendor.calls).toHaveLength(1);
  });

  it('never gets into the error, nor does a token or the secret', async () => {
    vendor.failAlways(FAULTS.body('{"roomId":false,"leak":"leaked-content"}'));
    const message = await failure(rooms().create(randomUUID()));
    for (const secret of ['leaked-content', vendor.secret, ...vendor.tokens]) expect(message).not.toContain(secret);
  });
});

describe('a room', () => {
  it('that the vendor never made is not found', async () => {
    expect(await rooms().find(randomUUID())).toBeNull();
    vendor.fail(FAULTS.status(402));
    expect(await rooms().find(randomUUID())).toBeNull();
  });

  it('lets nobody in once it is closed', async () => {
    const roundId = randomUUID();
    const roomId = await rooms().create(roundId);
    const { token } = await rooms().meetingFor({ roundId, roomId, person: { id: 'someone', entry: 'ENTERS' } });
    await vendor.door(token, roomId);
    await rooms().close(roomId);
    await expect(vendor.door(token, roomId)).rejects.toThrow('no such room');
  });

  it('is not taken for closed when the vendor does not say so', async () => {
    const roomId = await rooms().create(randomUUID());
    vendor.fail(FAULTS.body('{"disabled":false}'));
    expect(await failure(rooms().close(roomId))).toContain('not closed');
  });
});
