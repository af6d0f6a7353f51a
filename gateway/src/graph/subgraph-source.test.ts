/** A subgraph that hangs, is away or answers nonsense, by a real server. */
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLog } from '@interview/runtime/log';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SubgraphSource, type ViewerContext } from './subgraph-source.js';

const QUERY = JSON.stringify({ query: '{ round { id } other: round { id } }' });
const VIEWER = { id: 'helen', email: null, role: 'HR', companyId: 'acme', expiresAt: 0 } as const;
const CONTEXT: ViewerContext = { viewer: VIEWER, signedViewer: 'signed-helen' };
const UNAVAILABLE = {
  data: null,
  errors: ['round', 'other'].map((field) => ({
    message: expect.any(String),
    path: [field],
    extensions: { code: 'SERVICE_UNAVAILABLE' },
  })),
};

interface Seen {
  body: string;
  headers: Record<string, unknown>;
}

describe('a subgraph', () => {
  let server: Server;
  let source: SubgraphSource;
  let seen: Seen[];
  let warnings: string[];
  let answer: (response: ServerResponse) => void;
  /** Changes of its circuit, as they come. */
  let circuit: { next: PromiseWithResolvers<boolean> };

  beforeEach(async () => {
    seen = [];
    warnings = [];
    circuit = { next: Promise.withResolvers() };
    answer = (response) => response.end('{"data":{"round":{"id":"r1"}}}');
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      seen.push({ body, headers: request.headers });
      answer(response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    source = new SubgraphSource({
      name: 'rounds',
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/base/`,
      internalKey: 'key',
      timeoutMs: 60_000,
      circuitChanged: (_name, open) => {
        circuit.next.resolve(open);
        circuit.next = Promise.withResolvers();
      },
      log: createLog('test', 'warn', { write: (line) => void warnings.push(line) }),
    });
  });
  afterEach(async () => {
    server.closeAllConnections();
    await source.close();
    server.close();
  });

  it('is told who asks', async () => {
    expect(await source.ask(QUERY, CONTEXT)).toEqual({ data: { round: { id: 'r1' } } });
    expect(seen).toEqual([
      {
        body: QUERY,
        headers: expect.objectContaining({
          'content-type': 'application/json',
          'x-internal-api-key': 'key',
          'x-viewer': 'signed-helen',
        }),
      },
    ]);
  });

  it('may answer in pieces, and in any script', async () => {
    const whole = Buffer.from('{"data":{"round":{"id":"ἀρχή"}}}');
    answer = (response) => {
      for (const byte of whole) response.write(Buffer.of(byte));
      response.end();
    };
    expect(await source.ask(QUERY, CONTEXT)).toEqual({ data: { round: { id: 'ἀρχή' } } });
  });

  it.each([
    ['no JSON', (response: ServerResponse) => response.writeHead(502).end('<html>')],
    ['another JSON', (response: ServerResponse) => response.end('{"status":"down"}')],
    ['a broken connection', (response: ServerResponse) => response.destroy()],
    [
      'half an answer',
      (response: ServerResponse) => response.writeHead(200, { 'content-length': 100 }).write('{"data"'),
    ],
  ])('costs its fields with %s, told once in the log', async (what, wrong) => {
    answer = (response) => {
      wrong(response);
      if (what === 'half an answer') response.destroy();
    };
    expect(await source.ask(QUERY, CONTEXT)).toEqual(UNAVAILABLE);
    expect(await source.ask(QUERY, CONTEXT)).toEqual(UNAVAILABLE);
    expect(warnings).toHaveLength(1);
  });

  it('that hangs is asked no more within a second, and again as soon as it answers', async () => {
    const hanging: ServerResponse[] = [];
    answer = (response) => void hanging.push(response);
    const opened = circuit.next.promise;
    const start = performance.now();
    const waiting = [1, 2, 3].map(() => source.ask(QUERY, CONTEXT));
    expect(await opened).toBe(true);
    expect(performance.now() - start).toBeLessThan(1000);

    const asked = seen.length;
    const before = performance.now();
    expect(await source.ask(QUERY, CONTEXT)).toEqual(UNAVAILABLE);
    expect(performance.now() - before).toBeLessThan(100);
    expect(seen.slice(asked).filter(({ body }) => body === QUERY)).toEqual([]);

    const closed = circuit.next.promise;
    answer = (response) => response.end('{"data":{"round":null}}');
    for (const response of hanging) answer(response);
    expect(await closed).toBe(false);
    expect(await Promise.all([...waiting, source.ask(QUERY, CONTEXT)])).toEqual(
      Array.from({ length: 4 }, () => ({ data: { round: null } })),
    );
  });

  it('that hangs fails at once what no connection had taken, and leaves it unasked', async () => {
    const hanging: ServerResponse[] = [];
    answer = (response) => void hanging.push(response);
    const opened = circuit.next.promise;
    let answered = 0;
    const questions = Array.from({ length: 100 }, () => source.ask(QUERY, CONTEXT).finally(() => (answered += 1)));
    await opened;
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(36);
    const closed = circuit.next.promise;
    answer = (response) => response.end('{"data":{"round":null}}');
    for (const response of hanging) answer(response);
    await closed;
    const answers = await Promise.all(questions);
    expect(answers.filter(({ errors }) => errors)).toEqual(Array.from({ length: 36 }, () => UNAVAILABLE));
    expect(seen.filter(({ body }) => body === QUERY)).toHaveLength(64);
  });

  it('that hangs is not asked for who has waited for an equal question', async () => {
    const hanging: ServerResponse[] = [];
    answer = (response) => void hanging.push(response);
    const opened = circuit.next.promise;
    const sharing = source.sharing();
    const others = [1, 2].map(() => source.ask(QUERY, CONTEXT));
    const first = sharing.ask(QUERY, CONTEXT);
    const second = sharing.ask(QUERY, CONTEXT);
    await opened;
    const asked = seen.length;
    for (const response of hanging.splice(0)) response.destroy();
    expect(await second).toEqual(UNAVAILABLE);
    expect(seen.slice(asked).filter(({ body }) => body === QUERY)).toEqual([]);
    await Promise.all([first, ...others]);
  });

  it('is given its time and no more, counted from the question, however its answer drips', async () => {
    const impatient = new SubgraphSource({
      name: 'rounds',
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      internalKey: 'key',
      timeoutMs: 300,
      log: createLog('test', 'silent'),
    });
    const dripping: NodeJS.Timeout[] = [];
    answer = (response) => void dripping.push(setInterval(() => response.write(' '), 20));
    const start = performance.now();
    expect(await impatient.ask(QUERY, CONTEXT)).toEqual(UNAVAILABLE);
    expect(performance.now() - start).toBeLessThan(1000);
    for (const timer of dripping) clearInterval(timer);
    await impatient.close();
  });

  it('is asked once for equal questions that pile up, where they share', async () => {
    const hanging = Promise.withResolvers<ServerResponse>();
    answer = hanging.resolve;
    const sharing = source.sharing();
    const first = sharing.ask(QUERY, CONTEXT);
    const more = [sharing.ask(QUERY, CONTEXT), sharing.ask(QUERY, CONTEXT)];
    const asked = await hanging.promise;
    answer = (response) => response.end('{"data":{"round":null}}');
    asked.end('{"data":{"round":{"id":"old"}}}');
    expect(await first).toEqual({ data: { round: { id: 'old' } } });
    const [one, other] = await Promise.all(more);
    expect(one).toEqual({ data: { round: null } });
    expect(one).not.toBe(other);
    expect(seen).toHaveLength(2);
  });
});
