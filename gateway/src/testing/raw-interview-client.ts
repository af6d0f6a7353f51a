/** Socket.IO by hand, for what no client library would send or do. */
import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface RawInterviewClient {
  socket: WebSocket;
  /** Sends a packet as it is, e.g. `42["join-interview"]`. */
  send(...frames: (string | Buffer)[]): void;
  /** The next packet that begins so. */
  packet(start: string): Promise<string>;
  /** Resolves with the close code once the connection is closed. */
  closed: Promise<number>;
}

/** Connects and joins the namespace. */
export async function connectRaw(url: string, token: string): Promise<RawInterviewClient> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`);
  const packet = (start: string) =>
    new Promise<string>((resolve) => {
      const look = (data: unknown) => {
        if (!String(data).startsWith(start)) return;
        socket.off('message', look);
        resolve(String(data));
      };
      socket.on('message', look);
    });
  const opened = packet('0');
  const joined = packet('40');
  await once(socket, 'open');
  await opened;
  socket.send(`40${JSON.stringify({ token })}`);
  await joined;
  return {
    socket,
    send: (...frames) => {
      for (const frame of frames) socket.send(frame);
    },
    packet,
    closed: new Promise((resolve) => socket.once('close', resolve)),
  };
}
