/** What waits on a connection for a reader who does not keep up. */
import type { InterviewSocket } from './interview-socket.js';

/** More than this, and the connection is cut: its reader costs the others nothing, and may come back. */
const MAX_UNSENT_BYTES = 1024 * 1024;

/**
 * Watches what is written to a connection: what waits to be handed to the network, and what was handed over last
 * and has not been taken yet.
 * @param exceeded called once, when more waits than is let wait
 * @returns the bytes that wait at this moment
 */
export function boundUnsent(socket: InterviewSocket, exceeded: () => void): () => number {
  const { conn } = socket;
  let waiting = 0;
  let handedOver = 0;
  let over = false;
  // A transport takes no more before what it was given has left; of polling, before the next request has come.
  const unsent = () => waiting + (conn.transport.writable ? 0 : handedOver);
  conn.on('flush', () => {
    handedOver = waiting;
    waiting = 0;
  });
  conn.on('packetCreate', ({ data }: { data?: string | Buffer }) => {
    waiting += data === undefined ? 0 : Buffer.byteLength(data);
    if (over || unsent() <= MAX_UNSENT_BYTES) return;
    over = true;
    exceeded();
  });
  return unsent;
}
