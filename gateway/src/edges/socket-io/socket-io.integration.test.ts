import { randomUUID } from 'node:crypto';
import { createLog } from '@interview/runtime/log';
import { connectRedis, type RedisConnection, redisReady } from '@interview/runtime/redis';
import { channels, keys } from '@interview/schema/keys';
import type { RoundState } from '@interview/schema/messages';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connectInterview, type InterviewClient } from '../../testing/interview-client.js';
import { createInterviewWorld, type InterviewWorld } from '../../testing/interview-world.js';
import { startTestGateway, type TestGateway, tokenFor } from '../../testing/test-gateway.js';

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10]);
const PCM = Buffer.alloc(3200, 1);

describe('Socket.IO', () => {
  let world: InterviewWorld;
  let gateway: TestGateway;
  let redis: RedisConnection;
  const clients: InterviewClient[] = [];

  beforeAll(async () => {
    world = createInterviewWorld();
    await world.start();
    gateway = await startTestGateway(world, { LEAVE_AFTER_MS: '20' });
    redis = connectRedis(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379', 'commands', createLog('test', 'silent'));
    await redisReady(redis);
  });
  afterEach(() => {
    for (const { socket } of clients.splice(0)) socket.close();
  });
  afterAll(async () => {
    redis.disconnect();
    await gateway.stop();
    await world.stop();
  });

  async function connect(person: Parameters<typeof tokenFor>[0]): Promise<InterviewClient> {
    const client = await connectInterview(gateway.url, await tokenFor(person));
    clients.push(client);
    return client;
  }
  const candidate = () => connect({ id: 'carl', role: 'CANDIDATE' });

  /** Writes a round's state as the rounds subgraph does. */
  async function putRound(change: Partial<RoundState> = {}): Promise<string> {
    const state: RoundState = {
      id: randomUUID(),
      version: 1,
      companyId: 'acme',
      candidateId: 'carl',
      interviewerId: 'ines',
      status: 'IN_PROGRESS',
      mode: 'HUMAN_AI_ASSISTED',
      consentGiven: true,
      startedAtMs: Date.now(),
      questions: [],
      ...change,
    };
    await redis.set(keys.round(state.id), JSON.stringify(state), 'EX', 60);
    await redis.publish(channels.roundChanged, JSON.stringify(state));
    return state.id;
  }

  const entriesOf = async (key: string) => {
    const entries = await redis.xrangeBuffer(key, '-', '+');
    return entries.map(([, fields]) => {
      const pairs = Array.from({ length: fields.length / 2 }, (_, i) => [String(fields[2 * i]), fields[2 * i + 1]]);
      return Object.fromEntries(pairs) as Record<string, Buffer>;
    });
  };

  describe('media', () => {
    it('of the candidate is appended before it is acknowledged, binary or base64', async () => {
      const roundId = await putRound();
      const carl = await candidate();
      const at = Date.now();
      expect(await carl.ask('audio-chunk', { roundId, chunk: PCM, timestamp: at })).toEqual({ ok: true });
      const base64 = PCM.toString('base64');
      expect(await carl.ask('audio-chunk', { roundId, chunk: base64, timestamp: at + 100 })).toEqual({ ok: true });
      expect(await carl.ask('video-frame', { roundId, frame: JPEG, timestamp: at })).toEqual({ ok: true });

      const audio = await entriesOf(keys.audio(roundId));
      expect(audio.map((e) => [String(e['speaker']), String(e['capturedAtMs']), e['data']?.equals(PCM)])).toEqual([
        ['CANDIDATE', String(at), true],
        ['CANDIDATE', String(at + 100), true],
      ]);
      const [frame] = await entriesOf(keys.video(roundId));
      expect(frame?.['data']?.equals(JPEG)).toBe(true);
    });

    it('of the assigned interviewer is audio only', async () => {
      const roundId = await putRound();
      const ines = await connect({ id: 'ines', role: 'EMPLOYEE' });
      const timestamp = Date.now();
      expect(await ines.ask('audio-chunk', { roundId, chunk: PCM, timestamp })).toEqual({ ok: true });
      expect(await ines.ask('video-frame', { roundId, frame: JPEG, timestamp })).toMatchObject({
        error: { code: 'ACCESS_DENIED' },
      });
      const [entry] = await entriesOf(keys.audio(roundId));
      expect(String(entry?.['speaker'])).toBe('INTERVIEWER');
      expect(await entriesOf(keys.video(roundId))).toEqual([]);
    });

    it('that is sent again is appended once, also after a later one', async () => {
      const roundId = await putRound();
      const carl = await candidate();
      const at = Date.now();
      for (const timestamp of [at + 100, at, at + 100, at]) {
        expect(await carl.ask('audio-chunk', { roundId, chunk: PCM, timestamp })).toEqual({ ok: true });
      }
      const entries = await entriesOf(keys.audio(roundId));
      expect(entries.map((e) => Number(e['capturedAtMs']))).toEqual([at + 100, at]);
    });

    it('keeps its order', async () => {
      const roundId = await putRound();
      const carl = await candidate();
      const at = Date.now();
      const times = Array.from({ length: 100 }, (_, i) => at + i);
      await Promise.all(times.map((timestamp) => carl.ask('audio-chunk', { roundId, chunk: PCM, timestamp })));
      const entries = await entriesOf(keys.audio(roundId));
      expect(entries.map((e) => Number(e['capturedAtMs']))).toEqual(times);
    });

    it.each<[string, Partial<RoundState>, Parameters<typeof tokenFor>[0], string]>([
      ['without consent', { consentGiven: false }, { id: 'carl', role: 'CANDIDATE' }, 'ACCESS_DENIED'],
      ['of a HUMAN_ONLY round', { mode: 'HUMAN_ONLY' }, { id: 'carl', role: 'CANDIDATE' }, 'ACCESS_DENIED'],
      ['of a round that has not begun', { status: 'SCHEDULED' }, { id: 'carl', role: 'CANDIDATE' }, 'ACCESS_DENIED'],
      ['of a round that has ended', { status: 'COMPLETED' }, { id: 'carl', role: 'CANDIDATE' }, 'ACCESS_DENIED'],
      ['of another candidate', {}, { id: 'cora', role: 'CANDIDATE' }, 'ACCESS_DENIED'],
      ['of another interviewer', {}, { id: 'ivan', role: 'EMPLOYEE' }, 'ACCESS_DENIED'],
      ['of an employee who is called as the candidate', {}, { id: 'carl', role: 'EMPLOYEE' }, 'ACCESS_DENIED'],
      ['of HR', {}, { id: 'helen', role: 'HR' }, 'ACCESS_DENIED'],
      ['of the same name in another company', {}, { id: 'carl', role: 'CANDIDATE', companyId: 'globex' }, 'NOT_FOUND'],
    ])('%s is refused by an error event, and nothing reaches Redis', async (_what, round, person, code) => {
      const roundId = await putRound(round);
      const client = await connect(person);
      for (const [event, message] of [
        ['audio-chunk', { roundId, chunk: PCM, timestamp: Date.now() }],
        ['video-frame', { roundId, frame: JPEG, timestamp: Date.now() }],
        ['tab-visibility', { roundId, visible: false, timestamp: Date.now() }],
      ] as const) {
        const error = client.next('error');
        expect(await client.ask(event, message)).toMatchObject({ error: { code } });
        expect(await error).toMatchObject({ code });
      }
      expect(await redis.exists(keys.audio(roundId), keys.video(roundId), keys.mediaSeen(roundId))).toBe(0);
      expect(world.moves.filter((m) => m.includes(roundId))).toEqual([]);
    });

    it('stops as soon as consent is withdrawn', async () => {
      const roundId = await putRound();
      const carl = await candidate();
      expect(await carl.ask('audio-chunk', { roundId, chunk: PCM, timestamp: Date.now() })).toEqual({ ok: true });
      await putRound({ id: roundId, version: 2, consentGiven: false });
      const withdrawnAt = Date.now();
      let taken = true;
      while (taken) {
        const answer = await carl.ask('audio-chunk', { roundId, chunk: PCM, timestamp: Date.now() });
        taken = JSON.stringify(answer) === '{"ok":true}';
      }
      expect(Date.now() - withdrawnAt).toBeLessThan(1000);
    });

    it.each<[string, string, Record<string, unknown>, string[]]>([
      ['an odd number of bytes', 'audio-chunk', { chunk: Buffer.alloc(3) }, ['chunk']],
      ['more than a second', 'audio-chunk', { chunk: Buffer.alloc(32_002) }, ['chunk']],
      ['nothing', 'audio-chunk', { chunk: Buffer.alloc(0) }, ['chunk']],
      ['no base64', 'audio-chunk', { chunk: '***!' }, ['chunk']],
      ['no JPEG', 'video-frame', { frame: Buffer.from('GIF89a') }, ['frame']],
      ['a JPEG over 512 KB', 'video-frame', { frame: Buffer.concat([JPEG, Buffer.alloc(512 * 1024)]) }, ['frame']],
      ['seconds for milliseconds', 'audio-chunk', { chunk: PCM, timestamp: Date.now() / 1000 }, ['timestamp']],
      [
        'everything wrong',
        'video-frame',
        { frame: 5, timestamp: 'now', roundId: 7 },
        ['roundId', 'timestamp', 'frame'],
      ],
      ['no visibility', 'tab-visibility', { visible: 'no' }, ['visible']],
    ])('with %s is refused, each wrong field named', async (_what, event, change, fields) => {
      const roundId = await putRound();
      const carl = await candidate();
      const answer = await carl.ask(event, { roundId, timestamp: Date.now(), ...change });
      expect(answer).toMatchObject({ error: { code: 'VALIDATION_FAILED' } });
      const { details } = (answer as { error: { details: { path: string }[] } }).error;
      expect(details.map((d) => d.path)).toEqual(fields);
    });

    it('of a round that is no UUID is of no round', async () => {
      const carl = await candidate();
      const message = { roundId: 'r1}:*', chunk: PCM, timestamp: Date.now() };
      expect(await carl.ask('audio-chunk', message)).toMatchObject({ error: { code: 'NOT_FOUND' } });
    });
  });

  it('reports tab visibility through the graph', async () => {
    const roundId = await putRound();
    const carl = await candidate();
    expect(await carl.ask('tab-visibility', { roundId, visible: false, timestamp: Date.now() })).toEqual({ ok: true });
    expect(world.moves).toContain(`reportTabVisibility ${roundId} false carl`);
  });

  describe('joining', () => {
    it.each(['join-interview', 'interview:join'])('by %s joins the round in the graph', async (event) => {
      const carl = await candidate();
      const joined = carl.next('joined-interview');
      expect(await carl.ask(event, { roundId: event })).toEqual({ ok: true });
      expect(await joined).toEqual({ roundId: event });
      expect(world.moves).toContain(`joinRound ${event} carl`);
    });

    it('of HR joins nothing in the graph, and fails for a round that there is not', async () => {
      const helen = await connect({ id: 'helen', role: 'HR' });
      expect(await helen.ask('join-interview', { roundId: 'watched' })).toEqual({ ok: true });
      expect(world.moves).not.toContain('joinRound watched helen');
      expect(await helen.ask('join-interview', { roundId: 'elsewhere' })).toMatchObject({
        error: { code: 'NOT_FOUND' },
      });
    });

    it('is undone by leaving', async () => {
      const carl = await candidate();
      await carl.ask('join-interview', { roundId: 'left' });
      expect(await carl.ask('leave-interview')).toEqual({ ok: true });
      expect(world.moves).toContain('leaveRound left carl');
    });

    it('is undone by a lost connection after the time of grace', async () => {
      const carl = await candidate();
      await carl.ask('join-interview', { roundId: 'lost' });
      const left = new Promise((resolve) => world.onMove.once('move', () => resolve(world.moves.at(-1))));
      carl.socket.close();
      expect(await left).toBe('leaveRound lost carl');
    });

    it('lasts while another socket of the person is in the round', async () => {
      const [one, two] = [await candidate(), await candidate()];
      await one.ask('join-interview', { roundId: 'twice' });
      await two.ask('join-interview', { roundId: 'twice' });
      await one.ask('leave-interview');
      expect(world.moves).not.toContain('leaveRound twice carl');
      await two.ask('leave-interview');
      expect(world.moves).toContain('leaveRound twice carl');
    });
  });

  it('lets a connection into a limited number of rounds', async () => {
    const carl = await candidate();
    const answers: unknown[] = [];
    for (let i = 1; i <= 21; i++) answers.push(await carl.ask('join-interview', { roundId: `many-${i}` }));
    expect(answers.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => ({ ok: true })));
    expect(answers[20]).toMatchObject({ error: { code: 'RATE_LIMITED' } });
    expect(await carl.ask('join-interview', { roundId: 'many-1' })).toEqual({ ok: true });
  });

  describe('server events', () => {
    it('reach the interviewer in the guide’s form', async () => {
      const ines = await connect({ id: 'ines', role: 'EMPLOYEE' });
      const events = ['insight', 'fraud-alert', 'transcript', 'metrics-summary', 'insights-aggregated'];
      const arriving = Promise.all(events.map((event) => ines.next(event)));
      await ines.ask('join-interview', { roundId: 'live' });
      await world.insights.until(
        () => world.insights.opened.filter((o) => o.variables['roundId'] === 'live').length === 5,
      );
      await ines.ask('interview:join', { roundId: 'other' });
      world.log.append('live');
      const [insight, alert, transcript, metrics, aggregated] = await arriving;
      const insightSent = {
        roundId: 'live',
        timestampMs: expect.any(Number),
        insightType: 'HESITATION',
        severity: 'INFO',
        value: { kind: 'PAUSE', durationMs: 3200 },
        explanation: 'Pause of 3.2 s, threshold 2.0 s',
      };
      expect(insight).toEqual(insightSent);
      expect(alert).toEqual({
        type: 'TAB_SWITCH',
        severity: 'MEDIUM',
        timestamp: 5000,
        message: 'The interview page was hidden',
      });
      expect(transcript).toEqual({
        roundId: 'live',
        speaker: 'candidate',
        text: 'Hello',
        timestamp: 1200,
        confidence: 0.9,
        isFinal: true,
      });
      expect(metrics).toMatchObject({ roundId: 'live', hesitationsCount: 5, avgResponseTime: 2500 });
      expect(aggregated).toMatchObject({ roundId: 'live', recommendations: [{ question: 'Why?' }] });
    });

    it('do not reach the candidate', async () => {
      const before = world.insights.opened.length;
      const carl = await candidate();
      await carl.ask('join-interview', { roundId: 'quiet' });
      expect(world.insights.opened.length).toBe(before);
    });

    it('end when the connection does', async () => {
      const ines = await connect({ id: 'ines', role: 'EMPLOYEE' });
      const others = world.insights.open;
      await ines.ask('join-interview', { roundId: 'ending' });
      await world.insights.until(
        () => world.insights.opened.filter((o) => o.variables['roundId'] === 'ending').length === 5,
      );
      ines.socket.close();
      await world.insights.until(() => world.insights.open <= others);
    });
  });

  it('ends with the token', async () => {
    const client = await connectInterview(gateway.url, await tokenFor({}, 1));
    clients.push(client);
    const told = client.next('error');
    await client.next('disconnect');
    expect(await told).toMatchObject({ code: 'INVALID_TOKEN' });
  });

  it('refuses a page from elsewhere', async () => {
    const origin = 'http://evil.example';
    await expect(connectInterview(gateway.url, await tokenFor(), { origin })).rejects.toMatchObject({
      data: { code: 'ACCESS_DENIED' },
    });
  });
});
