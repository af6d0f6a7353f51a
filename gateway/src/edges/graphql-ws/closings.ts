/**
 * Every way in which the gateway closes a WebSocket: the codes and reasons of graphql-transport-ws, word by word as
 * the reference implementation says them, and those of our own. Clients decide by the code whether to come back.
 */
import type { ErrorCode } from '@interview/runtime/errors';

export interface Closing {
  readonly code: number;
  /** At most 123 bytes, as much as a close frame holds. */
  readonly reason: string;
}

const FORBIDDEN = 4403;
/** WebSocket's "try again later". */
const TRY_LATER = 1013;
const MAX_REASON_BYTES = 123;

/** The gateway stops; the same address serves again, by another process or soon. */
export const GOING_AWAY: Closing = { code: 1001, reason: 'Going away' };
/** More waits for this reader than is kept for one. It comes back with its cursor and has lost nothing. */
export const TOO_SLOW: Closing = { code: TRY_LATER, reason: 'Too slow a reader' };
/** What came is no message of a client: not JSON, or not of the form of its type. */
export const INVALID_MESSAGE: Closing = { code: 4400, reason: 'Invalid message received' };
/** A subscription was asked for before `connection_ack`. */
export const UNAUTHORIZED: Closing = { code: 4401, reason: 'Unauthorized' };
/** The token has ended and was not renewed. */
export const TOKEN_ENDED: Closing = { code: FORBIDDEN, reason: 'INVALID_TOKEN' };
/** The handshake did not offer graphql-transport-ws. */
export const NO_SUBPROTOCOL: Closing = { code: 4406, reason: 'Subprotocol not acceptable' };
/** `connection_init` did not come in time. */
export const INIT_TIMEOUT: Closing = { code: 4408, reason: 'Connection initialisation timeout' };
/** A second `connection_init`. */
export const TOO_MANY_INITS: Closing = { code: 4429, reason: 'Too many initialisation requests' };
/** A fault of ours, or a message that only servers send. */
export const INTERNAL_ERROR: Closing = { code: 4500, reason: 'Internal server error' };

/** A subscription was asked for under an id that is in use. */
export function idTaken(id: string): Closing {
  const reason = `Subscriber for ${id} already exists`;
  return { code: 4409, reason: Buffer.byteLength(reason) > MAX_REASON_BYTES ? 'Subscriber already exists' : reason };
}

/** The token was refused for good, or cannot be judged at the moment. */
export function refusedBy(code: ErrorCode): Closing {
  const passes = code === 'SERVICE_UNAVAILABLE' || code === 'RATE_LIMITED';
  return { code: passes ? TRY_LATER : FORBIDDEN, reason: code };
}
