/** What waits on a connection for a reader who does not keep up. */
import { createSocketBudget, type SocketBudget } from '../graphql-ws/socket-budget.js';
import type { InterviewSocket } from './interview-socket.js';

/**
 * Counts what has been written since everything was handed to the transport, which takes no more before the
 * peer has taken that.
 * @param exceeded called once, when more waits than is let wait
 */
export function boundUnsent(socket: InterviewSocket, exceeded: () => void): SocketBudget {
  let unsent = 0;
  const budget = createSocketBudget(() => unsent, exceeded);
  socket.conn.on('drain', () => {
    unsent = 0;
  });
  socket.conn.on('packetCreate', ({ data }: { data?: string | Buffer }) => {
    unsent += data === undefined ? 0 : Buffer.byteLength(data);
    budget.waiting(0);
  });
  return budget;
}
