/**
 * Rooms at VideoSDK (REST interface v2). A room's `customRoomId` is the round's id, on which VideoSDK makes
 * creation idempotent. Only `validate` finds a room by that id: `deactivate` wants VideoSDK's own and takes the
 * other for one that does not exist.
 */
import { SignJWT } from 'jose';
import { z } from 'zod';
import { type Entry, type MeetingPass, PASS_SECONDS, VideoProviderError, type VideoRooms } from './video-rooms.js';
import {
  type CallVideoSdk,
  createVideoSdkClient,
  type VideoSdkAnswer,
  type VideoSdkClientOptions,
} from './videosdk.client.js';

export interface VideoSdkOptions extends Pick<VideoSdkClientOptions, 'url' | 'limits' | 'random'> {
  apiKey: string;
  secret: string;
  now?: () => Date;
}

/** What each may do in VideoSDK's words; `ask_join` makes the person wait until a moderator lets them in. */
const PERMISSIONS: Record<Entry, readonly string[]> = {
  ENTERS: ['allow_join'],
  ASKS: ['ask_join'],
  MODERATES: ['allow_join', 'allow_mod'],
};

/** A management token is used at once and for one attempt. */
const MANAGEMENT_SECONDS = 60;
/** A session that everybody left is ended, and no longer paid for; the room itself stays until we close it. */
const AUTO_CLOSE = { type: 'session-ends', duration: 60 } as const;

const Room = z.object({
  roomId: z.string().min(1).max(255),
  customRoomId: z.string().nullish(),
  disabled: z.boolean().nullish(),
});
type Room = z.infer<typeof Room>;
const Deactivated = z.object({ disabled: z.literal(true) });

export function createVideoSdkRooms(options: VideoSdkOptions): VideoRooms {
  const { apiKey, secret, now = () => new Date(), ...client } = options;
  const key = new TextEncoder().encode(secret);

  async function sign(claims: Record<string, unknown>, seconds: number): Promise<MeetingPass> {
    const issuedAt = Math.floor(now().getTime() / 1000);
    const token = await new SignJWT({ apikey: apiKey, version: 2, ...claims })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + seconds)
      .sign(key);
    return { token, expiresAt: new Date((issuedAt + seconds) * 1000) };
  }
  // The role `crawler` opens the REST interface and no room.
  const manage = { permissions: ['allow_join'], roles: ['crawler'] };
  const call: CallVideoSdk = createVideoSdkClient({
    ...client,
    authorize: async () => (await sign(manage, MANAGEMENT_SECONDS)).token,
  });
  const validate = (id: string) => call({ method: 'GET', path: `/v2/rooms/validate/${encodeURIComponent(id)}` });

  return {
    provider: 'videosdk',

    async create(roundId) {
      const body = { customRoomId: roundId, autoCloseConfig: AUTO_CLOSE };
      const room = roomOf(await call({ method: 'POST', path: '/v2/rooms', body }), roundId);
      if (room === null) throw wrong('the room that was to be made does not exist');
      if (room.disabled) throw wrong('the room of this round is closed for good');
      return room.roomId;
    },

    async find(roundId) {
      return roomOf(await validate(roundId), roundId)?.roomId ?? null;
    },

    meetingFor({ roomId, person }) {
      const permissions = PERMISSIONS[person.entry];
      return sign({ permissions, roomId, participantId: person.id, roles: ['rtc'] }, PASS_SECONDS);
    },

    async close(roomId) {
      const answer = await call({ method: 'POST', path: '/v2/rooms/deactivate', body: { roomId } });
      if (answer === null) return;
      if (!Deactivated.safeParse(answer).success) throw wrong('the room was not closed');
    },
  };
}

const wrong = (what: string) => new VideoProviderError('videosdk', what);

/** @throws VideoProviderError for an answer that is no room, or another round's. */
function roomOf(answer: VideoSdkAnswer, roundId: string): Room | null {
  if (answer === null) return null;
  const room = Room.safeParse(answer);
  if (!room.success) {
    const names = [...new Set(room.error.issues.map((issue) => issue.path.join('.')))].join(', ');
    throw wrong(`answered with a room whose ${names} cannot be right`);
  }
  if (room.data.customRoomId && room.data.customRoomId !== roundId) throw wrong("answered with another round's room");
  return room.data;
}
