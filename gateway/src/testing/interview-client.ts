/** Socket.IO as a browser speaks it, for the tests. */
import { io, type Socket } from 'socket.io-client';

export interface InterviewClient {
  socket: Socket;
  /** Sends an event and waits for the answer. */
  ask(event: string, message?: unknown): Promise<unknown>;
  /** The next event of this name. */
  next(event: string): Promise<unknown>;
}

/** @throws the `connect_error` when the gateway refuses. */
export async function connectInterview(
  url: string,
  token: unknown,
  headers: Record<string, string> = {},
  transports: ('websocket' | 'polling')[] = ['websocket'],
): Promise<InterviewClient> {
  const socket = io(url, {
    transports,
    reconnection: false,
    forceNew: true,
    auth: { token },
    extraHeaders: headers,
  });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('connect_error', reject);
    });
  } catch (error) {
    socket.close();
    throw error;
  }
  return {
    socket,
    ask: (event, message) => socket.timeout(5000).emitWithAck(event, message),
    next: (event) => new Promise((resolve) => socket.once(event, resolve)),
  };
}
