/**
 * Refuses an HTTP request that asks for another protocol. From then on nobody looks after its stream but us: Node has
 * taken its own listeners away, so an error would end the process, and its time limits, so a client that keeps its side
 * open would stay, and would hold up the gateway's stop.
 */
import type { Duplex } from 'node:stream';

/** @param status as it stands in the first line, e.g. `403 Forbidden` */
export function refuseUpgrade(stream: Duplex, status: string): void {
  // A client that has gone has been refused as well.
  stream.on('error', () => stream.destroy());
  stream.once('finish', () => stream.destroy());
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
