/** The promises of the port, kept by every adapter. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jwtVerify } from 'jose';
import { createP2pRooms, P2P_TOKEN_TYPE, p2pTokenKey } from './p2p.rooms.js';
import { startVideoSdkServer, type VideoSdkServer } from './testing/videosdk-server.js';
import type { Entry, VideoRooms } from './video-rooms.js';
import { createVideoSdkRooms } from './videosdk.rooms.js';

const INTERNAL_KEY = 'an-internal-key-of-this-test-0123456789';
/** `door` is whoever checks a token where the call is held: who comes in, or an error. */
interface Adapter {
  rooms: VideoRooms;
  door(token: string, roomId: string, at?: Date): Promise<{ person: string; entry: Entry }>;
}

let vendor: VideoSdkServer;
beforeAll(async () => {
  vendor = await startVideoSdkServer();
});
afterAll(() => vendor.close());

const ADAPTERS: Record<string, () => Adapter> = {
  p2p: () => ({
    rooms: createP2pRooms(INTERNAL_KEY),
    async door(token, roomId, at = new Date()) {
      const { payload } = await jwtVerify(token, p2pTokenKey(INTERNAL_KEY), {
        typ: P2P_TOKEN_TYPE,
        algorithms: ['HS256'],
        requiredClaims: ['exp', 'sub'],
        currentDate: at,
      });
      if (payload['room'] !== roomId) throw new Error('not for this room');
      return { person: String(payload.sub), entry: payload['entry'] as Entry };
    },
  }),
  videosdk: () => ({ rooms: createVideoSdkRooms(vendor), door: vendor.door }),
};

describe.each(Object.keys(ADAPTERS))('rooms of %s', (name) => {
  const adapter = () => (ADAPTERS[name] as () => Adapter)();
  const opened = async () => {
    const { rooms, door } = adapter();
    const roundId = randomUUID();
    return { rooms, door, roundId, roomId: await rooms.create(roundId) };
  };
  const someone = (entry: Entry = 'ENTERS') => ({ id: `person-${randomUUID()}`, entry });

  it('say whose they are', () => expect(adapter().rooms.provider).toBe(name));

  it('are one for each round, however often and from wherever they are asked for', async () => {
    const roundId = randomUUID();
    const ids = await Promise.all([1, 2, 3, 4].map(() => adapter().rooms.create(roundId)));
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]?.length).toBeLessThanOrEqual(255);
    expect(await adapter().rooms.create(randomUUID())).not.toBe(ids[0]);
  });

  it('are found by their round', async () => {
    const { rooms, roundId, roomId } = await opened();
    expect(await rooms.find(roundId)).toBe(roomId);
  });

  it.each(['ENTERS', 'ASKS', 'MODERATES'] as const)('are opened by a token to one who %s', async (entry) => {
    const { rooms, door, roundId, roomId } = await opened();
    const person = someone(entry);
    const { token } = await rooms.meetingFor({ roundId, roomId, person });
    expect(await door(token, roomId)).toEqual({ person: person.id, entry });
  });

  it('are not opened by a token of another room, nor by one that was changed', async () => {
    const { rooms, door, roundId, roomId } = await opened();
    const other = await opened();
    const { token } = await rooms.meetingFor({ roundId, roomId, person: someone() });
    await expect(door(token, other.roomId)).rejects.toThrow('not for this room');
    const [header, payload] = token.split('.');
    await expect(door(`${header}.${payload}.AAAA`, roomId)).rejects.toThrow();
  });

  it('are opened for fifteen minutes', async () => {
    const { rooms, door, roundId, roomId } = await opened();
    const before = Date.now();
    const { token, expiresAt } = await rooms.meetingFor({ roundId, roomId, person: someone() });
    const ttl = expiresAt.getTime() - before;
    expect(ttl).toBeGreaterThan(14 * 60_000);
    expect(ttl).toBeLessThanOrEqual(15 * 60_000);
    await door(token, roomId, new Date(expiresAt.getTime() - 1000));
    await expect(door(token, roomId, new Date(expiresAt.getTime() + 1000))).rejects.toThrow('"exp"');
  });

  it('are closed once and for all, also when they are closed already or never were', async () => {
    const { rooms, roomId } = await opened();
    await rooms.close(roomId);
    await rooms.close(roomId);
    await rooms.close(`no-room-${randomUUID()}`);
  });
});
