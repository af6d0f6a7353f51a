/** Connections: who gets one, for how long, and what becomes of those that send or read what they should not. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connectInterview, type InterviewClient } from '../../testing/interview-client.js';
import { CARL, HELEN, INES, InterviewPlace } from '../../testing/interview-place.js';
import { connectRaw, type RawInterviewClient } from '../../testing/raw-interview-client.js';
import { type TestGateway, tokenFor } from '../../testing/test-gateway.js';

describe('a Socket.IO connection', () => {
  let place: InterviewPlace;
  let gateway: TestGateway;
  const others: { close(): void }[] = [];

  beforeAll(async () => {
    place = await InterviewPlace.open();
    gateway = await place.startGateway();
  });
  afterEach(() => {
    place.leaveAll();
    for (const other of others.splice(0)) other.close();
  });
  afterAll(() => place.close());

  const raw = async (person: Parameters<typeof tokenFor>[0]): Promise<RawInterviewClient> => {
    const client = await connectRaw(gateway.url, await tokenFor(person));
    others.push({ close: () => client.socket.terminate() });
    return client;
  };
  const open = async (...connecting: Parameters<typeof connectInterview>): Promise<InterviewClient> => {
    const client = await connectInterview(...connecting);
    others.push(client.socket);
    return client;
  };
  const works = async (client: InterviewClient) => {
    expect(await client.ask('join-interview', { roundId: randomUUID() })).toEqual({ ok: true });
  };

  describe('is had', () => {
    it.each([[['websocket']], [['polling']], [['polling', 'websocket']]] as ('websocket' | 'polling')[][][])(
      'over %j',
      async (transports) => {
        const client = await open(gateway.url, await tokenFor(HELEN), {}, transports);
        await works(client);
      },
    );

    it('by a token with "Bearer" before it', async () => {
      await works(await open(gateway.url, `Bearer ${await tokenFor(HELEN)}`));
    });
  });

  describe('is refused with a code in connect_error.data', () => {
    it.each<[string, unknown, Record<string, string>, string]>([
      ['no token', undefined, {}, 'AUTH_REQUIRED'],
      ['an empty token', '', {}, 'AUTH_REQUIRED'],
      ['a token that is none', 'abc', {}, 'INVALID_TOKEN'],
      ['a token that is no text', ['a'], {}, 'INVALID_TOKEN'],
      ['a page from elsewhere', undefined, { origin: 'http://evil.example' }, 'ACCESS_DENIED'],
    ])('for %s', async (_what, token, headers, code) => {
      for (const transports of [['websocket'], ['polling']] as ('websocket' | 'polling')[][]) {
        await expect(connectInterview(gateway.url, token, headers, transports)).rejects.toMatchObject({
          data: { code, message: expect.any(String) },
        });
      }
    });

    it('for who opens too many', async () => {
      const strict = await place.startGateway({ RATE_LIMIT_SOCKETS_PER_MINUTE: '1' });
      const person = { id: randomUUID(), role: 'CANDIDATE' } as const;
      await place.connect(strict, person);
      await expect(place.connect(strict, person)).rejects.toMatchObject({ data: { code: 'RATE_LIMITED' } });
    });
  });

  describe('lasts as long as its token', () => {
    it('and is told why it ends', async () => {
      const client = await place.connect(gateway, HELEN, 1);
      const told = client.next('error');
      const reason = client.next('disconnect');
      expect(await told).toEqual({ code: 'INVALID_TOKEN', message: 'The token has expired.' });
      expect(await reason).toBe('io server disconnect');
    });

    it('or a newer one of the same person', async () => {
      const client = await place.connect(gateway, HELEN, 2);
      const short = await place.connect(gateway, HELEN, 3);
      const ended = short.next('disconnect');
      expect(await client.ask('renew-token', { token: await tokenFor(HELEN) })).toEqual({ ok: true });
      await ended;
      await works(client);
    });

    it.each<[string, () => Promise<unknown>, string]>([
      ['of another person', () => tokenFor(INES), 'INVALID_TOKEN'],
      ['of another role', () => tokenFor({ id: HELEN.id, role: 'ADMIN' }), 'INVALID_TOKEN'],
      ['of another company', () => tokenFor({ ...HELEN, companyId: 'globex' }), 'INVALID_TOKEN'],
      ['that is none', async () => 'abc', 'INVALID_TOKEN'],
      ['that is a number', async () => 5, 'INVALID_TOKEN'],
      ['that is missing', async () => undefined, 'AUTH_REQUIRED'],
    ])('a token %s does not renew it, nor end it', async (_what, token, code) => {
      const client = await place.connect(gateway, HELEN);
      const told = client.next('error');
      expect(await client.ask('renew-token', { token: await token() })).toMatchObject({ error: { code } });
      expect(await told).toMatchObject({ code, event: 'renew-token' });
      await works(client);
    });
  });

  describe('answers', () => {
    const deep = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
    const MESSAGES: [string, unknown][] = [
      ['nothing', undefined],
      ['null', null],
      ['a number', 5],
      ['a text', 'roundId'],
      ['a list', []],
      ['an empty object', {}],
      ['a round that is a number', { roundId: 7 }],
      ['a round that is an object', { roundId: { toString: 'x' } }],
      ['a thousand levels of nesting', { roundId: deep(1000) }],
      ['binary', Buffer.from('roundId')],
    ];
    const EVENTS = ['join-interview', 'interview:join', 'audio-chunk', 'video-frame', 'tab-visibility'];

    it.each(EVENTS.flatMap((event) => MESSAGES.map(([what, message]) => [event, what, message] as const)))(
      '%s with %s by VALIDATION_FAILED',
      async (event, _what, message) => {
        const carl = await place.connect(gateway, CARL);
        const told = carl.next('error');
        expect(await carl.ask(event, message)).toMatchObject({
          error: {
            code: 'VALIDATION_FAILED',
            details: expect.arrayContaining([expect.objectContaining({ path: 'roundId' })]),
          },
        });
        expect(await told).toMatchObject({ code: 'VALIDATION_FAILED', event });
      },
    );

    it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e308, -1, 0, '1', null, undefined, {}, [1]])(
      'a message of the time %p by VALIDATION_FAILED',
      async (timestamp) => {
        const roundId = await place.putRound();
        const carl = await place.connect(gateway, CARL);
        for (const [event, message] of [
          ['audio-chunk', { chunk: Buffer.alloc(2) }],
          ['video-frame', { frame: Buffer.from([0xff, 0xd8, 0xff]) }],
          ['tab-visibility', { visible: true }],
        ] as const) {
          expect(await carl.ask(event, { roundId, timestamp, ...message })).toMatchObject({
            error: { code: 'VALIDATION_FAILED', details: [{ path: 'timestamp' }] },
          });
        }
      },
    );

    it.each([
      ...['chat-message', 'error', '__proto__', 'constructor', ''].map((event) => [`"${event}"`, event]),
      ['of a long name', 'x'.repeat(10_000)],
    ])('the unknown event %s by VALIDATION_FAILED', async (_what, event = '') => {
      const carl = await place.connect(gateway, CARL);
      const told = carl.next('error');
      expect(await carl.ask(event, {})).toMatchObject({
        error: { code: 'VALIDATION_FAILED', details: [{ path: 'event' }] },
      });
      expect(JSON.stringify(await told).length).toBeLessThan(500);
    });

    it('only so many messages at a time', async () => {
      const carl = await place.connect(gateway, CARL);
      const roundId = randomUUID();
      const answers = await Promise.all(
        Array.from({ length: 300 }, () =>
          carl.ask('tab-visibility', { roundId, visible: true, timestamp: Date.now() }),
        ),
      );
      const codes = answers.map((answer) => (answer as { error: { code: string } }).error.code);
      expect(new Set(codes)).toEqual(new Set(['NOT_FOUND', 'RATE_LIMITED']));
      await works(carl);
    });
  });

  describe('that breaks the protocol is closed, and the others go on', () => {
    it.each<[string, (string | Buffer)[]]>([
      ['an event of a reserved name', ['42["disconnect"]']],
      ['JSON that is none', ['42["join-interview",{"roundId"]']],
      ['an unknown packet type', ['49["join-interview"]']],
      ['more than a megabyte', [`42["join-interview","${'x'.repeat(1024 * 1024)}"]`]],
      ['more attachments than there may be', ['4511-["audio-chunk"]']],
      ['binary nested too deep', [`451-["audio-chunk",${'['.repeat(100_000)}${']'.repeat(100_000)}]`, Buffer.alloc(2)]],
      ['binary that nobody announced', [Buffer.alloc(2)]],
    ])('%s', async (_what, frames) => {
      const helen = await place.connect(gateway, HELEN);
      const wild = await raw(CARL);
      wild.send(...frames);
      await wild.closed;
      await works(helen);
    });

    it('text nested too deep is answered', async () => {
      const wild = await raw(CARL);
      const told = wild.packet('42["error"');
      wild.send(`42["join-interview",{"roundId":${'['.repeat(100_000)}${']'.repeat(100_000)}}]`);
      expect(await told).toContain('VALIDATION_FAILED');
    });
  });

  it('of a reader who does not keep up is closed, and the others get everything', async () => {
    const roundId = randomUUID();
    const ines = await place.connect(gateway, INES);
    const slow = await raw(HELEN);
    slow.send(`42["join-interview",{"roundId":"${roundId}"}]`);
    await slow.packet('42["joined-interview"');
    await place.untilFed(roundId);
    await ines.ask('join-interview', { roundId });
    await place.world.insights.until(() => place.world.log.followed.filter((id) => id === roundId).length >= 4);
    slow.socket.pause();
    let received = 0;
    let wanted = Number.POSITIVE_INFINITY;
    let arrived = () => {};
    ines.socket.on('insight', () => {
      received += 1;
      if (received === wanted) arrived();
    });
    // In handfuls: the reader that keeps up shares its process with the gateway and must get its turn to read.
    for (wanted = 5; wanted <= 400; wanted += 5) {
      const handful = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      for (let i = 0; i < 5; i++) place.world.log.append(roundId, 'x'.repeat(64 * 1024));
      await handful;
    }
    // What had been handed to the network still comes, and then the end.
    slow.socket.resume();
    await slow.closed;
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toMatch(/^socket_io_slow_readers_total(\{[^}]*\})? 1$/m);
  });

  it('is closed by a gateway that stops in a way that lets the client return', async () => {
    const stopping = await place.startGateway();
    const client = await place.connect(stopping, HELEN);
    const reason = client.next('disconnect');
    await stopping.stop();
    expect(await reason).toBe('transport close');
  });
});
