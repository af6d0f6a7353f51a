/**
 * Who is in which round, over Socket.IO. A person may be there with several sockets (two tabs, a connection
 * that is being replaced): the last one to go counts. One that is lost, rather than left, has time to return.
 *
 * Kept in this process: when a person returns through another replica, this one still tells the graph that
 * they left. The graph's next `joinRound` sets that right.
 */
import type { Logger } from '@interview/runtime/log';
import type { Viewer } from '@interview/runtime/viewer';
import type { RunOperation } from '../../graph/operations.js';

const JOIN = 'mutation JoinRound($id: ID!) { joinRound(id: $id) { id } }';
const LEAVE = 'mutation LeaveRound($id: ID!) { leaveRound(id: $id) { id } }';

export interface Presence {
  /** Enters the round. @throws AppError when the graph refuses. */
  join(viewer: Viewer, roundId: string, socketId: string): Promise<void>;
  /** Leaves it, when no other socket of the person is in it. @throws AppError when the graph refuses. */
  leave(viewer: Viewer, roundId: string, socketId: string): Promise<void>;
  /** The connection was lost: leaves after the time of grace, unless the person returns. */
  lost(viewer: Viewer, roundId: string, socketId: string): void;
  /** Forgets everybody without a word to the graph: this process stops, the people return elsewhere. */
  close(): void;
}

interface Stay {
  sockets: Set<string>;
  leaving?: NodeJS.Timeout;
}

export function createPresence(run: RunOperation, graceMs: number, log: Logger): Presence {
  const stays = new Map<string, Stay>();
  const keyOf = (viewer: Viewer, roundId: string) => JSON.stringify([viewer.companyId, viewer.id, roundId]);

  /** @returns true when nobody of them is left. */
  const remove = (key: string, socketId: string): boolean => {
    const stay = stays.get(key);
    stay?.sockets.delete(socketId);
    return stay !== undefined && stay.sockets.size === 0 && stay.leaving === undefined;
  };

  return {
    async join(viewer, roundId, socketId) {
      await run(viewer, JOIN, { id: roundId });
      const key = keyOf(viewer, roundId);
      const stay = stays.get(key) ?? { sockets: new Set() };
      clearTimeout(stay.leaving);
      delete stay.leaving;
      stay.sockets.add(socketId);
      stays.set(key, stay);
    },
    async leave(viewer, roundId, socketId) {
      const key = keyOf(viewer, roundId);
      if (!remove(key, socketId)) return;
      stays.delete(key);
      await run(viewer, LEAVE, { id: roundId });
    },
    lost(viewer, roundId, socketId) {
      const key = keyOf(viewer, roundId);
      const stay = stays.get(key);
      if (!stay || !remove(key, socketId)) return;
      stay.leaving = setTimeout(() => {
        stays.delete(key);
        // The gateway acts on what the person did while their token was good, also if it has ended since.
        const atDeparture = { ...viewer, expiresAt: Math.max(viewer.expiresAt, Date.now() / 1000 + 60) };
        run(atDeparture, LEAVE, { id: roundId }).catch((error: unknown) => {
          log.warn({ roundId, err: error }, 'a lost connection could not be counted as leaving');
        });
      }, graceMs);
      stay.leaving.unref();
    },
    close() {
      for (const stay of stays.values()) clearTimeout(stay.leaving);
      stays.clear();
    },
  };
}
