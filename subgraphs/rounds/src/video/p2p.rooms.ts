/**
 * Rooms of our own: the two people's browsers are connected directly, and their signals go over the graph
 * (`src/signal/`). A room is therefore nothing but an id; its token proves to a relay that an operator may put
 * beside the product (TURN, SFU) who may use it for which room, and until when.
 */
import { createHmac } from 'node:crypto';
import { SignJWT } from 'jose';
import { PASS_SECONDS, type VideoRooms } from './video-rooms.js';

/** Of a kind of its own, so that nobody takes it for an access token. */
export const P2P_TOKEN_TYPE = 'p2p+jwt';

/** The HS256 key of p2p tokens: derived, so that a relay can be given it without the internal key. */
export const p2pTokenKey = (internalKey: string): Uint8Array =>
  createHmac('sha256', internalKey).update('video:p2p-token').digest();

const roomOf = (roundId: string) => `p2p-${roundId}`;

/**
 * Claims of a token: `room`, `sub` (the person), `entry`, `iat`, `exp`. Whether a room is closed is the round's
 * state: once it has ended, no signal passes and no token is minted.
 */
export function createP2pRooms(internalKey: string, now: () => Date = () => new Date()): VideoRooms {
  const key = p2pTokenKey(internalKey);
  return {
    provider: 'p2p',
    create: async (roundId) => roomOf(roundId),
    find: async (roundId) => roomOf(roundId),
    async meetingFor({ roomId, person }) {
      const issuedAt = Math.floor(now().getTime() / 1000);
      const token = await new SignJWT({ room: roomId, entry: person.entry })
        .setProtectedHeader({ alg: 'HS256', typ: P2P_TOKEN_TYPE })
        .setSubject(person.id)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + PASS_SECONDS)
        .sign(key);
      return { token, expiresAt: new Date((issuedAt + PASS_SECONDS) * 1000) };
    },
    close: async () => undefined,
  };
}
