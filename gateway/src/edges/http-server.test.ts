import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createHttpServer } from './http-server.js';

describe('a client that takes its time', () => {
  let server: Server;
  afterEach(() => void server.close());

  /** What the server answers to a request that stops in the middle, before it closes the connection. */
  const answerTo = async (begun: string, patience: { headersMs: number; requestMs: number }) => {
    server = createHttpServer((request, response) => void request.resume().on('end', () => response.end('done')), {
      ...patience,
      idleMs: 1000,
      checkMs: 10,
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(begun);
    return text(socket);
  };

  it('over the headers is sent away', async () => {
    const answer = await answerTo('GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ', { headersMs: 50, requestMs: 60_000 });
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });
  it('over the body is sent away', async () => {
    const begun = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nslow';
    expect(await answerTo(begun, { headersMs: 50, requestMs: 100 })).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('over the answer is not: what lasts is not cut', async () => {
    const patience = { headersMs: 20, requestMs: 20, idleMs: 20, checkMs: 10 };
    server = createHttpServer((_request, response) => {
      response.write('begins, ');
      // Longer than any patience, and looked at several times meanwhile.
      setTimeout(() => response.end('ends'), 200);
    }, patience);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect(await answer.text()).toBe('begins, ends');
  });
});
