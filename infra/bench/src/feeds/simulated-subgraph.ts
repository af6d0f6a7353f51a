/**
 * The process of the simulated insights subgraph: it keeps with a gateway what gateway/README.md says a subgraph keeps,
 * as the product's own does, and sends events when the benchmark says so. It stores nothing and asks nobody, so that
 * what is measured is who reads from it.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isInternalKey } from '@interview/runtime/viewer';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, MessageType, parseMessage } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { steadyRate } from '../steady-rate.js';
import { SimulatedFeeds } from './simulated-feed.js';
import { type Answer, Command, type Listening } from './simulation-messages.js';

const internalKey = process.env['INTERNAL_API_KEY'] ?? '';
const feeds = new SimulatedFeeds();
const answer = (message: Answer | Listening): void => void process.send?.(message);

const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"services":{"database":"up"}}');
});
const sockets = new WebSocketServer({
  server,
  path: '/graphql',
  perMessageDeflate: false,
  handleProtocols: (offered) => offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL,
});
sockets.on('connection', (socket, { socket: connection }) => {
  const open = new Map<string, () => void>();
  let held = false;
  const send = (message: string) => {
    // As the product's subgraphs do: what is sent in one turn leaves in one write.
    if (!held) {
      held = true;
      connection.cork();
      setImmediate(() => {
        held = false;
        connection.uncork();
      });
    }
    socket.send(message);
  };
  socket.on('message', (data) => {
    const message = parseMessage(String(data));
    if (message.type === MessageType.ConnectionInit) {
      const given = message.payload?.['internalKey'];
      if (!isInternalKey(typeof given === 'string' ? given : undefined, internalKey)) return socket.close(4403);
      send(JSON.stringify({ type: MessageType.ConnectionAck }));
    } else if (message.type === MessageType.Ping) send(JSON.stringify({ type: MessageType.Pong }));
    else if (message.type === MessageType.Complete) {
      open.get(message.id)?.();
      open.delete(message.id);
    } else if (message.type === MessageType.Subscribe) {
      const { id, payload } = message;
      const prefix = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
      const close = feeds.subscribe(
        {
          query: payload.query,
          variables: payload.variables ?? {},
          // Only our gateway sends a viewer, and only it knows what the first message means.
          announce: payload.extensions?.['viewer'] !== undefined,
        },
        { next: (result) => send(`${prefix}${result}}`) },
      );
      open.set(id, close);
    }
  });
  socket.on('close', () => {
    for (const close of open.values()) close();
  });
});

let stopped = 0;
process.on('message', (raw) => {
  const command = Command.parse(raw);
  const { id } = command;
  if (command.kind === 'report') return answer({ kind: 'report', id, report: feeds.report() });
  if (command.kind === 'stop') {
    stopped += 1;
    return answer({ kind: 'done', id });
  }
  const { rounds, turns, burst, perSecond } = command;
  const before = stopped;
  const emit = async (turn: number) => {
    const round = rounds[turn % rounds.length] ?? '';
    for (let event = 0; event < burst; event++) feeds.emit(round);
  };
  void steadyRate(turns, perSecond, emit, () => stopped > before).then(() => answer({ kind: 'done', id }));
});
process.once('disconnect', () => process.exit(0));

server.listen(0, '127.0.0.1', () => {
  // Listening on a port, so the address is not the path of a pipe.
  answer({ kind: 'listening', port: (server.address() as AddressInfo).port });
});
