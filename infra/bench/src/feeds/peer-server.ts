/** What the peers' processes have in common: settings, a port, the word that they listen, an end with their parent. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectSource, type PeerSource } from './peer-source.js';

/** Serves `/graphql` on a port that the parent is told. */
export async function servePeer(attach: (server: Server, source: PeerSource) => void): Promise<void> {
  const { SOURCE_URL = '', INTERNAL_API_KEY = '' } = process.env;
  process.once('disconnect', () => process.exit(0));
  const source = await connectSource(SOURCE_URL, INTERNAL_API_KEY);
  const server = createServer();
  attach(server, source);
  server.listen(0, '127.0.0.1', () => {
    // Listening on a port, so the address is not the path of a pipe.
    process.send?.({ kind: 'listening', port: (server.address() as AddressInfo).port });
  });
}
