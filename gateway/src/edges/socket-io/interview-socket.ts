/** A person's connection over Socket.IO, as the parts of this edge share it. */
import type { Viewer } from '@interview/runtime/viewer';
import type { Server, Socket } from 'socket.io';
import type { ErrorBody } from '../http-errors.js';

type Events = Record<string, (...args: unknown[]) => void>;

interface SocketData {
  /** Whose connection it is; a renewed token replaces it by the same person with a later end. */
  viewer: Viewer;
}

export type InterviewServer = Server<Events, Events, Record<never, never>, SocketData>;
export type InterviewSocket = Socket<Events, Events, Record<never, never>, SocketData>;

/** What an `error` event carries: the catalogue's body, and what it is about. */
export type ErrorEvent = ErrorBody & {
  /** The client's event that failed. */
  event?: string;
  /** The round that the connection is not in any more. */
  roundId?: string;
};

/** The room of those who are in a round, on every replica. */
export const roomOf = (roundId: string) => `round:${roundId}`;

/** The room of a person's own connections, on every replica. */
export const roomOfPerson = ({ companyId, role, id }: Pick<Viewer, 'companyId' | 'role' | 'id'>) =>
  `person:${JSON.stringify([companyId, role, id])}`;
