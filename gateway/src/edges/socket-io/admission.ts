/** Who may connect, and for how long: the token comes with the connection, may be renewed, and ends it. */
import { AppError } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import type { VerifyToken } from '@interview/runtime/tokens';
import type { Viewer } from '@interview/runtime/viewer';
import type { AllowsOrigin } from '../../origins.js';
import { describeFailure } from '../http-errors.js';
import type { InterviewSocket } from './interview-socket.js';

/** setTimeout's largest delay; a token that lives longer is looked at again. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export interface AdmissionOptions {
  verifyToken: VerifyToken;
  allowsOrigin: AllowsOrigin;
  /** Has the last word on a person's connection. @throws AppError RATE_LIMITED. */
  admitConnection?: ((viewer: Viewer) => Promise<void>) | undefined;
  log: Logger;
}

export interface Admission {
  /** Middleware of the namespace: a refusal becomes the client's `connect_error`, its body in `data`. */
  admit(socket: InterviewSocket, next: (refusal?: Error) => void): void;
  /** `{token}` of the same person. @throws AppError INVALID_TOKEN; the token that was good still is. */
  renew(socket: InterviewSocket, message: unknown): Promise<void>;
  /** Disconnects the socket when its token ends, with an `error` event before. @returns what takes that back. */
  disconnectAtExpiry(socket: InterviewSocket): () => void;
}

export function createAdmission(options: AdmissionOptions): Admission {
  const { verifyToken, allowsOrigin, admitConnection, log } = options;

  const decide = async ({ handshake, data }: InterviewSocket): Promise<void> => {
    if (!allowsOrigin(handshake.headers.origin)) {
      throw new AppError('ACCESS_DENIED', 'This page may not connect here.');
    }
    const viewer = await verifyToken(authorizationOf(handshake.auth['token']));
    await admitConnection?.(viewer);
    data.viewer = viewer;
  };

  return {
    admit(socket, next) {
      decide(socket).then(
        () => next(),
        (error: unknown) => {
          const { body } = describeFailure(error, log);
          next(Object.assign(new Error(body.message), { data: body }));
        },
      );
    },
    async renew(socket, message) {
      const token = typeof message === 'object' && message !== null && 'token' in message ? message.token : undefined;
      const viewer = await verifyToken(authorizationOf(token));
      if (!isSamePerson(viewer, socket.data.viewer)) {
        throw new AppError('INVALID_TOKEN', 'The new token is for somebody else.');
      }
      socket.data.viewer = viewer;
    },
    disconnectAtExpiry(socket) {
      let timer: NodeJS.Timeout;
      const look = () => {
        const leftMs = socket.data.viewer.expiresAt * 1000 - Date.now();
        if (leftMs > 0) {
          timer = setTimeout(look, Math.min(leftMs, MAX_TIMER_MS)).unref();
          return;
        }
        socket.emit('error', { code: 'INVALID_TOKEN', message: 'The token has expired.' });
        socket.disconnect(true);
      };
      look();
      return () => clearTimeout(timer);
    },
  };
}

/** The token as a client gives it, with or without "Bearer". @throws AppError INVALID_TOKEN when it is no text. */
function authorizationOf(token: unknown): string | undefined {
  if (token === undefined || token === null || token === '') return undefined;
  if (typeof token !== 'string') throw new AppError('INVALID_TOKEN', 'The token is not a text.');
  return `Bearer ${token.replace(/^Bearer +/i, '')}`;
}

const isSamePerson = (a: Viewer, b: Viewer) => a.id === b.id && a.role === b.role && a.companyId === b.companyId;
