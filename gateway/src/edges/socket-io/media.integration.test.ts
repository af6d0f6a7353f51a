/** What is taken of media, and what is not. */
import { keys } from '@interview/schema/keys';
import type { RoundState } from '@interview/schema/messages';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { cuttableProxy } from '../../testing/cuttable-proxy.js';
import { connectInterview } from '../../testing/interview-client.js';
import { CARL, INES, InterviewPlace, type Someone, TEST_REDIS_URL } from '../../testing/interview-place.js';
import { type TestGateway, tokenFor } from '../../testing/test-gateway.js';
import { MEDIA_BUDGETS } from './media-budget.js';

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10]);
const PCM = Buffer.alloc(3200, 1);

describe('media', () => {
  let place: InterviewPlace;
  let gateway: TestGateway;

  beforeAll(async () => {
    place = await InterviewPlace.open();
    gateway = await place.startGateway();
  });
  afterEach(() => place.leaveAll());
  afterAll(() => place.close());

  const connect = (person: Someone) => place.connect(gateway, person);
  const candidate = () => connect(CARL);

  const entriesOf = async (key: string) => {
    const entries = await place.redis.xrangeBuffer(key, '-', '+');
    return entries.map(([, fields]) => {
      const pairs = Array.from({ length: fields.length / 2 }, (_, i) => [String(fields[2 * i]), fields[2 * i + 1]]);
      return Object.fromEntries(pairs) as Record<string, Buffer>;
    });
  };

  it('of the candidate is appended before it is acknowledged, binary or base64', async () => {
    const roundId = await place.putRound();
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

  // In a buffer made here: the test runner's own ArrayBuffer is not that of its typed arrays.
  const SAMPLES = new Int16Array(new ArrayBuffer(8));
  SAMPLES.set([1, -2, 300, -400]);
  it.each<[string, unknown]>([
    ['a Buffer', Buffer.from(SAMPLES.buffer)],
    ['an ArrayBuffer', SAMPLES.buffer.slice(0)],
    ['an Int16Array', SAMPLES],
    ['a Uint8Array', new Uint8Array(SAMPLES.buffer)],
    ['a view of a part', new Uint8Array(Uint8Array.from([9, ...new Uint8Array(SAMPLES.buffer), 9]).buffer, 1, 8)],
    ['base64', Buffer.from(SAMPLES.buffer).toString('base64')],
  ])('as %s arrives byte for byte', async (_what, chunk) => {
    const roundId = await place.putRound();
    for (const transports of [['websocket'], ['polling']] as ('websocket' | 'polling')[][]) {
      const carl = await connectInterview(gateway.url, await tokenFor(CARL), {}, transports);
      expect(await carl.ask('audio-chunk', { roundId, chunk, timestamp: Date.now() })).toEqual({ ok: true });
      carl.socket.close();
    }
    const entries = await entriesOf(keys.audio(roundId));
    expect(entries.map((e) => e['data'])).toEqual([Buffer.from(SAMPLES.buffer), Buffer.from(SAMPLES.buffer)]);
  });

  it('of the largest size is taken', async () => {
    const roundId = await place.putRound();
    const carl = await candidate();
    const second = Buffer.alloc(32_000, 1);
    const frame = Buffer.concat([JPEG, Buffer.alloc(512 * 1024 - JPEG.length)]);
    const timestamp = Date.now();
    expect(await carl.ask('audio-chunk', { roundId, chunk: second, timestamp })).toEqual({ ok: true });
    expect(await carl.ask('video-frame', { roundId, frame, timestamp })).toEqual({ ok: true });
    const base64 = frame.toString('base64');
    expect(await carl.ask('video-frame', { roundId, frame: base64, timestamp: timestamp + 1 })).toEqual({ ok: true });
    expect((await entriesOf(keys.video(roundId))).map((e) => e['data']?.length)).toEqual([frame.length, frame.length]);
  });

  it('of the assigned interviewer is audio only', async () => {
    const roundId = await place.putRound();
    const ines = await connect(INES);
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
    const roundId = await place.putRound();
    const carl = await candidate();
    const at = Date.now();
    for (const timestamp of [at + 100, at, at + 100, at]) {
      expect(await carl.ask('audio-chunk', { roundId, chunk: PCM, timestamp })).toEqual({ ok: true });
    }
    const entries = await entriesOf(keys.audio(roundId));
    expect(entries.map((e) => Number(e['capturedAtMs']))).toEqual([at + 100, at]);
  });

  it('keeps its order', async () => {
    const roundId = await place.putRound();
    const carl = await candidate();
    const at = Date.now();
    const times = Array.from({ length: 100 }, (_, i) => at + i);
    await Promise.all(times.map((timestamp) => carl.ask('audio-chunk', { roundId, chunk: PCM, timestamp })));
    const entries = await entriesOf(keys.audio(roundId));
    expect(entries.map((e) => Number(e['capturedAtMs']))).toEqual(times);
  });

  it.each<[string, Partial<RoundState>, Someone, string]>([
    ['without consent', { consentGiven: false }, CARL, 'ACCESS_DENIED'],
    ['of a HUMAN_ONLY round', { mode: 'HUMAN_ONLY' }, CARL, 'ACCESS_DENIED'],
    ['of a round that has not begun', { status: 'SCHEDULED' }, CARL, 'ACCESS_DENIED'],
    ['of a round that has ended', { status: 'COMPLETED' }, CARL, 'ACCESS_DENIED'],
    ['of another candidate', {}, { id: 'cora', role: 'CANDIDATE' }, 'ACCESS_DENIED'],
    ['of another interviewer', {}, { id: 'ivan', role: 'EMPLOYEE' }, 'ACCESS_DENIED'],
    ['of an employee who is called as the candidate', {}, { id: 'carl', role: 'EMPLOYEE' }, 'ACCESS_DENIED'],
    ['of HR', {}, { id: 'helen', role: 'HR' }, 'ACCESS_DENIED'],
    ['of the same name in another company', {}, { id: 'carl', role: 'CANDIDATE', companyId: 'globex' }, 'NOT_FOUND'],
  ])('%s is refused by an error event, and nothing reaches Redis', async (_what, round, person, code) => {
    const roundId = await place.putRound(round);
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
    expect(await place.redis.exists(keys.audio(roundId), keys.video(roundId), keys.mediaSeen(roundId))).toBe(0);
    expect(place.movesOf(roundId)).toEqual([]);
  });

  it('stops as soon as consent is withdrawn', async () => {
    const roundId = await place.putRound();
    const carl = await candidate();
    expect(await carl.ask('audio-chunk', { roundId, chunk: PCM, timestamp: Date.now() })).toEqual({ ok: true });
    await place.putRound({ id: roundId, version: 2, consentGiven: false });
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
    ['a day and more ahead', 'audio-chunk', { chunk: PCM, timestamp: Date.now() + 86_500_000 }, ['timestamp']],
    ['seconds for milliseconds', 'audio-chunk', { chunk: PCM, timestamp: Date.now() / 1000 }, ['timestamp']],
    ['everything wrong', 'video-frame', { frame: 5, timestamp: 'now', roundId: 7 }, ['roundId', 'timestamp', 'frame']],
    ['no visibility', 'tab-visibility', { visible: 'no' }, ['visible']],
  ])('with %s is refused, each wrong field named', async (_what, event, change, fields) => {
    const roundId = await place.putRound();
    const carl = await candidate();
    const answer = await carl.ask(event, { roundId, timestamp: Date.now(), ...change });
    expect(answer).toMatchObject({ error: { code: 'VALIDATION_FAILED' } });
    const { details } = (answer as { error: { details: { path: string }[] } }).error;
    expect(details.map((d) => d.path)).toEqual(fields);
  });

  it('is refused while Redis is away, and taken when it is sent again', async () => {
    const proxy = await cuttableProxy(TEST_REDIS_URL);
    const cut = await place.startGateway({ REDIS_URL: proxy.url });
    const roundId = await place.putRound();
    const carl = await place.connect(cut, CARL);
    const chunk = { roundId, chunk: PCM, timestamp: Date.now() };
    proxy.cut();
    expect(await carl.ask('audio-chunk', chunk)).toMatchObject({ error: { code: 'SERVICE_UNAVAILABLE' } });
    proxy.mend();
    let answer: unknown;
    do answer = await carl.ask('audio-chunk', chunk);
    while (JSON.stringify(answer).includes('SERVICE_UNAVAILABLE'));
    expect(answer).toEqual({ ok: true });
    expect(await entriesOf(keys.audio(roundId))).toHaveLength(1);
    await proxy.close();
  });

  it('is joined by tab visibility, which the graph takes', async () => {
    const roundId = await place.putRound();
    const carl = await candidate();
    for (const visible of [false, true]) {
      expect(await carl.ask('tab-visibility', { roundId, visible, timestamp: Date.now() })).toEqual({ ok: true });
    }
    expect(place.movesOf(roundId)).toEqual(['reportTabVisibility false carl', 'reportTabVisibility true carl']);
  });

  it('is refused where the page reports its visibility without end; the graph gets no more than the budget', async () => {
    const roundId = await place.putRound();
    const carl = await candidate();
    const { burst } = MEDIA_BUDGETS.visibility;
    const codes: string[] = [];
    while (codes.length < burst * 2) {
      const timestamp = Date.now() + codes.length;
      const answer = await carl.ask('tab-visibility', { roundId, visible: codes.length % 2 === 1, timestamp });
      codes.push((answer as { error?: { code: string } }).error?.code ?? 'taken');
    }
    expect(codes.slice(0, burst)).toEqual(Array.from({ length: burst }, () => 'taken'));
    expect(new Set(codes.slice(burst))).toContain('RATE_LIMITED');
    expect(place.movesOf(roundId)).toHaveLength(codes.filter((code) => code === 'taken').length);
    // Neither another round's reports nor this one's sound pay for it.
    const other = await place.putRound();
    const timestamp = Date.now();
    expect(await carl.ask('tab-visibility', { roundId: other, visible: true, timestamp })).toEqual({ ok: true });
    expect(await carl.ask('audio-chunk', { roundId, chunk: PCM, timestamp })).toEqual({ ok: true });
  });

  it('of a round that is no UUID is of no round', async () => {
    const carl = await candidate();
    const message = { roundId: 'r1}:*', chunk: PCM, timestamp: Date.now() };
    expect(await carl.ask('audio-chunk', message)).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });
});
