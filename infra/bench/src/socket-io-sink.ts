/** A process of its own: a Socket.IO server that only receives and acknowledges. It tells its port and ends with its parent. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';

/** As the gateway has it. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

const http = createServer();
const io = new Server(http, { serveClient: false, maxHttpBufferSize: MAX_MESSAGE_BYTES });
io.on('connection', (socket) => {
  socket.onAny((_event: unknown, _message: unknown, acknowledge: (answer: { ok: true }) => void) =>
    acknowledge({ ok: true }),
  );
});
process.on('disconnect', () => process.exit());
// A port was asked for, so the address is one of TCP.
http.listen(0, '127.0.0.1', () => process.send?.((http.address() as AddressInfo).port));
