/**
 * Writes a socket's messages in as few system calls as their order allows: what is sent within one turn of the event
 * loop leaves at its end, together. A system call costs more than building the message does.
 */
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

/** Who sends more than this at once waits until it has left: a peer that does not read costs no memory without end. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** A function that sends a message over `socket`, whose bytes go through `connection`. What is sent to a closed one is dropped. */
export function createFrameWriter(socket: WebSocket, connection: Socket): (message: string) => Promise<void> | void {
  let held = false;
  const release = () => {
    held = false;
    connection.uncork();
  };
  return (message) => {
    if (socket.readyState !== socket.OPEN) return;
    if (!held) {
      held = true;
      connection.cork();
      setImmediate(release);
    }
    if (socket.bufferedAmount < MAX_WAITING_BYTES) {
      socket.send(message);
      return;
    }
    // An error closes the socket, and that ends its feeds.
    return new Promise((resolve) => socket.send(message, () => resolve()));
  };
}
