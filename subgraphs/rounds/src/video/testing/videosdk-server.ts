/**
 * A server that speaks VideoSDK's REST interface as far as we use it, for tests: it verifies every token as the
 * vendor does, makes rooms idempotently by `customRoomId`, and fails as it is told to.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jwtVerify } from 'jose';
import type { Entry } from '../video-rooms.js';

export interface VendorRoom {
  roomId: string;
  customRoomId: string;
  disabled: boolean;
}

interface Answer {
  status: number;
  body: unknown;
}

/** Answers in the vendor's place; `proper` does what was asked and answers what the vendor would have. */
export type Fault = (response: ServerResponse, proper: () => Answer) => void;

export interface VideoSdkServer {
  url: string;
  apiKey: string;
  secret: string;
  /** By the vendor's id. */
  rooms: Map<string, VendorRoom>;
  /** `POST /v2/rooms` and its like, in order. */
  calls: string[];
  /** The headers `Authorization` that came, in order. */
  tokens: string[];
  /** For the next calls, one each; afterwards it answers properly again. */
  fail(...faults: Fault[]): void;
  /** For every call until it is called with null. */
  failAlways(fault: Fault | null): void;
  /** Who comes into the room with this token, at `at`. @throws when the vendor would not let them in. */
  door(token: string, roomId: string, at?: Date): Promise<{ person: string; entry: Entry }>;
  close(): Promise<void>;
}

export const FAULTS = {
  status:
    (status: number, headers: Record<string, string> = {}): Fault =>
    (response) =>
      void response.writeHead(status, headers).end('{"error":"of the vendor"}'),
  body:
    (text: string): Fault =>
    (response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(text),
  /** Never answers. */
  silence: (() => undefined) satisfies Fault,
  /** Drops the connection before any answer. */
  drop: ((response) => void response.socket?.destroy()) satisfies Fault,
  /** Drops it in the middle of the answer. */
  cut: ((response, proper) => {
    const text = JSON.stringify(proper().body);
    response.writeHead(200, { 'content-length': String(text.length) });
    response.write(text.slice(0, 5), () => response.socket?.destroy());
  }) satisfies Fault,
  /** Does what was asked, and answers with a failure all the same. */
  doneButFailed: ((response, proper) => {
    proper();
    response.writeHead(503).end();
  }) satisfies Fault,
};

export async function startVideoSdkServer(): Promise<VideoSdkServer> {
  const [apiKey, secret] = [randomUUID(), `${randomUUID()}${randomUUID()}`];
  const key = new TextEncoder().encode(secret);
  const rooms = new Map<string, VendorRoom>();
  const calls: string[] = [];
  const tokens: string[] = [];
  let faults: Fault[] = [];
  let always: Fault | null = null;

  async function claimsOf(token: string, at = new Date()): Promise<Record<string, unknown>> {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      requiredClaims: ['iat', 'exp'],
      currentDate: at,
    });
    if (payload['apikey'] !== apiKey || payload['version'] !== 2) throw new Error('not a token of this key');
    return payload;
  }
  const lists = (claims: Record<string, unknown>, claim: string, entry: string) =>
    Array.isArray(claims[claim]) && claims[claim].includes(entry);

  async function mayManage(request: IncomingMessage): Promise<boolean> {
    const token = request.headers.authorization ?? '';
    tokens.push(token);
    return claimsOf(token).then(
      (claims) => lists(claims, 'roles', 'crawler'),
      () => false,
    );
  }

  function act(method: string, path: string, body: Record<string, unknown>): Answer {
    const known = (id: unknown) => [...rooms.values()].find((room) => room.roomId === id || room.customRoomId === id);
    if (method === 'POST' && path === '/v2/rooms') {
      const customRoomId = String(body['customRoomId']);
      const room = known(customRoomId) ?? { roomId: `vsdk-${randomUUID()}`, customRoomId, disabled: false };
      rooms.set(room.roomId, room);
      return { status: 200, body: room };
    }
    if (method === 'POST' && path === '/v2/rooms/deactivate') {
      // Only by the vendor's own id, as the vendor's reference says.
      const room = rooms.get(String(body['roomId']));
      if (!room) return { status: 402, body: { error: 'Room not found' } };
      room.disabled = true;
      return { status: 200, body: room };
    }
    const asked = /^\/v2\/rooms\/validate\/(.+)$/.exec(path)?.[1];
    const room = method === 'GET' && asked ? known(decodeURIComponent(asked)) : undefined;
    return room ? { status: 200, body: room } : { status: 404, body: { error: 'Not found' } };
  }

  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const [method = '', path = ''] = [request.method, request.url];
      const send = ({ status, body }: Answer) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      calls.push(`${method} ${path}`);
      if (!(await mayManage(request))) return send({ status: 401, body: { error: 'Token is invalid' } });
      const proper = () => act(method, path, JSON.parse(Buffer.concat(chunks).toString() || '{}'));
      const fault = always ?? faults.shift();
      return fault ? fault(response, proper) : send(proper());
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // It listens on a port, so the address is none of a pipe.
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    apiKey,
    secret,
    rooms,
    calls,
    tokens,
    fail: (...more) => {
      faults = [...faults, ...more];
    },
    failAlways: (fault) => {
      always = fault;
    },
    async door(token, roomId, at) {
      const claims = await claimsOf(token, at);
      const room = rooms.get(roomId);
      if (!room || room.disabled) throw new Error('there is no such room');
      if (claims['roomId'] !== roomId || !lists(claims, 'roles', 'rtc')) throw new Error('not for this room');
      const entry = lists(claims, 'permissions', 'allow_mod')
        ? 'MODERATES'
        : lists(claims, 'permissions', 'allow_join')
          ? 'ENTERS'
          : 'ASKS';
      return { person: String(claims['participantId']), entry };
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
