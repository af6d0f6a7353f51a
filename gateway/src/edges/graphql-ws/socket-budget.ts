/**
 * What may wait for one socket. A reader that does not keep up is cut off, so that it costs the others
 * nothing; it comes back with its cursor and has lost nothing.
 */
export interface SocketBudget {
  /** Bytes that came for the reader, and went (negative). */
  waiting(bytes: number): void;
}

export const MAX_WAITING_BYTES = 1024 * 1024;

/** @param exceeded called once, when more waits than `limit` allows */
export function createSocketBudget(
  unsent: () => number,
  exceeded: () => void,
  limit: number = MAX_WAITING_BYTES,
): SocketBudget {
  let waiting = 0;
  let over = false;
  return {
    waiting(bytes) {
      waiting += bytes;
      if (over || waiting + unsent() <= limit) return;
      over = true;
      exceeded();
    },
  };
}
