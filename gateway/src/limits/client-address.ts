/**
 * Whom a request is counted for. Express resolves the address by TRUST_PROXY_HOPS (`trust proxy`): that many
 * last entries of X-Forwarded-For were written by proxies of ours, everything before them by anybody.
 */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Request } from 'express';

/** The groups of an IPv6 address that name a network: one subscriber commonly has a whole /64. */
const NETWORK_GROUPS = 4;

/** The address as it is counted: IPv4 as it is, IPv6 by its /64. */
export function clientAddress(request: {
  ip: Request['ip'];
  socket: Pick<Request['socket'], 'remoteAddress'>;
}): string {
  return (
    countedAddress(request.ip) ??
    // A proxy of ours wrote something that is no address: its own is all that is certain.
    countedAddress(request.socket.remoteAddress) ??
    'unknown'
  );
}

/** The same of a request that express has not seen. @param hops proxies before the gateway, as express takes them */
export function clientAddressBehind({ headers, socket }: IncomingMessage, hops: number): string {
  const { remoteAddress } = socket;
  const forwarded = headers['x-forwarded-for'];
  if (hops === 0 || forwarded === undefined) return clientAddress({ ip: remoteAddress, socket });
  // Node joins repeated headers of this name.
  const written = String(forwarded)
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  const passed = [...written, remoteAddress].reverse();
  return clientAddress({ ip: passed[Math.min(hops, passed.length - 1)], socket });
}

/** @returns undefined for what is no address */
export function countedAddress(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  // Some proxies write the port too: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
  const address = /^\[([^\]]+)\](?::\d+)?$/.exec(given)?.[1] ?? /^(\d+(?:\.\d+){3}):\d+$/.exec(given)?.[1] ?? given;
  const bare = address.split('%')[0] ?? '';
  if (isIP(bare) === 4) return bare;
  if (isIP(bare) !== 6) return undefined;
  const groups = groupsOf(bare);
  const mapped = groups.slice(0, 5).every((g) => g === 0) && groups[5] === 0xffff;
  if (mapped) {
    const [high = 0, low = 0] = groups.slice(6);
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  }
  const network = groups.slice(0, NETWORK_GROUPS).map((g) => g.toString(16));
  return `${network.join(':')}::/64`;
}

/** The eight groups of a valid IPv6 address. */
function groupsOf(address: string): number[] {
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const plain = dotted ? address.slice(0, dotted.index) + hexPair(dotted.slice(1).map(Number)) : address;
  const [before = '', after] = plain.split('::');
  const parse = (part: string | undefined) => (part ? part.split(':').map((group) => Number.parseInt(group, 16)) : []);
  const head = parse(before);
  const tail = parse(after);
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function hexPair([a = 0, b = 0, c = 0, d = 0]: number[]): string {
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}
