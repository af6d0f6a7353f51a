/**
 * Peer: a plain server on `ws`. An event is stringified once and sent to each subscriber; no GraphQL, no tokens. Of the
 * protocol it knows what a subscriber needs to begin. With `WRITE=bytes` it is the ceiling instead: the frame, too, is
 * made once, and the bytes of all that came in one turn of the event loop are written to each connection together.
 */
import type { Socket } from 'node:net';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, MessageType, parseMessage } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { servePeer } from './peer-server.js';
import type { PeerEvent } from './peer-source.js';

const asBytes = process.env['WRITE'] === 'bytes';

await servePeer((server, source) => {
  const rooms = new Map<string, Set<Subscriber>>();
  const roomOf = (roundId: string) => {
    const known = rooms.get(roundId);
    if (known) return known;
    const room = new Set<Subscriber>();
    rooms.set(roundId, room);
    source.read(roundId, (event) => send(room, event));
    return room;
  };
  const sockets = new WebSocketServer({
    server,
    path: '/graphql',
    perMessageDeflate: false,
    handleProtocols: () => GRAPHQL_TRANSPORT_WS_PROTOCOL,
  });
  sockets.on('connection', (socket, { socket: connection }) => {
    let room: Set<Subscriber> | undefined;
    const subscriber: Subscriber = { send: (text) => socket.send(text), connection };
    socket.on('message', (data) => {
      const message = parseMessage(String(data));
      if (message.type === MessageType.ConnectionInit) socket.send(JSON.stringify({ type: MessageType.ConnectionAck }));
      else if (message.type === MessageType.Subscribe) {
        room = roomOf(String(message.payload.variables?.['roundId']));
        room.add(subscriber);
      }
    });
    socket.on('close', () => room?.delete(subscriber));
  });
});

interface Subscriber {
  send(text: string): void;
  connection: Socket;
}

const gathered = new Map<ReadonlySet<Subscriber>, Buffer[]>();

function send(room: ReadonlySet<Subscriber>, insightAdded: PeerEvent): void {
  // Every subscriber here names its subscription 1, or the message could not be shared.
  const text = JSON.stringify({ id: '1', type: MessageType.Next, payload: { data: { insightAdded } } });
  if (!asBytes) {
    for (const subscriber of room) subscriber.send(text);
    return;
  }
  if (gathered.size === 0) setImmediate(writeGathered);
  const frames = gathered.get(room) ?? [];
  gathered.set(room, frames);
  frames.push(textFrame(text));
}

function writeGathered(): void {
  for (const [room, frames] of gathered) {
    const bytes = Buffer.concat(frames);
    for (const { connection } of room) connection.write(bytes);
  }
  gathered.clear();
}

/** As RFC 6455, 5.2: one text frame, not masked, with a length of 16 bits. */
function textFrame(text: string): Buffer {
  const content = Buffer.from(text);
  const header = Buffer.from([0x81, 126, 0, 0]);
  header.writeUInt16BE(content.length, 2);
  return Buffer.concat([header, content]);
}
