/** Who comes in by a token, and who may renew one. */
import { AppError } from '@interview/runtime/errors';
import type { VerifyToken } from '@interview/runtime/tokens';
import type { Viewer } from '@interview/runtime/viewer';
import type { Limits } from '../../limits/limits.js';
import { type Closing, refusedBy } from './closings.js';

export interface SocketAdmission {
  /**
   * Judges the token of `connection_init`, or the one that renews `present`'s.
   * @param authorization as the client sent it, whatever it is
   * @returns the viewer, or how the socket is to be closed
   */
  admit(authorization: unknown, present: Viewer | undefined): Promise<{ viewer: Viewer } | { refused: Closing }>;
}

export function createSocketAdmission(options: {
  verifyToken: VerifyToken;
  admitConnection: Limits['admitConnection'];
}): SocketAdmission {
  return {
    async admit(authorization, present) {
      try {
        const viewer = await options.verifyToken(typeof authorization === 'string' ? authorization : undefined);
        if (present && !isSamePerson(present, viewer)) {
          throw new AppError('INVALID_TOKEN', 'The new token is for somebody else.');
        }
        if (!present) await options.admitConnection(viewer);
        return { viewer };
      } catch (error) {
        if (error instanceof AppError) return { refused: refusedBy(error.code) };
        throw error;
      }
    },
  };
}

const isSamePerson = (a: Viewer, b: Viewer) => a.id === b.id && a.role === b.role && a.companyId === b.companyId;
