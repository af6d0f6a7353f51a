/** The real client code against a local server that speaks Deepgram's protocol. */
import { DeepgramRecogniser } from './deepgram.recogniser.js';
import { DeepgramServer, KEY } from './deepgram-server.fixtures.js';
import { joinSamples } from './pcm.js';
import type { RecogniserLine } from './recogniser.js';
import { describeRecogniser, transcribe } from './recogniser.suite.fixtures.js';
import { FIRST_WORDS, firstUtterance, hesitantAnswer, SECOND_WORDS, secondUtterance } from './spoken-words.fixtures.js';

const open = (server: DeepgramServer, times: { keepAliveMs?: number; answerWithinMs?: number } = {}) =>
  new DeepgramRecogniser({ key: KEY, url: server.url, ...times });

{
  let server: DeepgramServer;
  const servers: DeepgramServer[] = [];
  describeRecogniser('deepgram, as every recogniser', {
    open: async () => {
      server = await DeepgramServer.listen({ known: [hesitantAnswer()] });
      servers.push(server);
      return open(server);
    },
    close: async () => {
      for (const one of servers) await one.close();
    },
    recogniser: 'deepgram',
    wordErrors: 0,
    interim: true,
    times: true,
    confidences: true,
  });
}

describe('deepgram', () => {
  let server: DeepgramServer;
  let recogniser: DeepgramRecogniser;
  let line: RecogniserLine;
  beforeEach(async () => {
    server = await DeepgramServer.listen({ known: [hesitantAnswer()] });
    recogniser = open(server);
    line = recogniser.openLine();
  });
  afterEach(async () => {
    line.close();
    await recogniser.stop();
    await server.close();
  });
  const plain = (words: readonly { text: string }[]) => words.map(({ text }) => text).join(' ');

  test('text is punctuated, words are plain, and each counts from its own segment on one connection', async () => {
    const first = await transcribe(line, firstUtterance());
    const second = await transcribe(line, secondUtterance());
    expect(first.text).toBe('We had a problem with high latency in our order service; so');
    expect(plain(first.words)).toBe(FIRST_WORDS);
    expect(plain(second.words)).toBe(SECOND_WORDS);
    // "i" begins 300 ms into the second utterance.
    expect(second.words[0]).toEqual({ text: 'i', startMs: 300, endMs: 410, confidence: 0.9 });
    expect(server.connections).toHaveLength(1);
    expect(server.connections[0]?.finalizes).toBe(2);
    expect([...(server.connections[0]?.samples ?? [])]).toEqual([
      ...joinSamples([firstUtterance(), secondUtterance()]),
    ]);
  });

  test('nothing is sent before somebody speaks', () => {
    expect(server.connections).toHaveLength(0);
  });

  test('a connection that drops within a segment is replaced, and the segment is sent again from its beginning', async () => {
    await transcribe(line, firstUtterance());
    server.faults.push({ dropAfterMs: 0 });
    // The first connection breaks off while the second segment is on its way.
    const listener = line.listen(() => undefined);
    listener.hear(secondUtterance().subarray(0, 30_000));
    await server.until(() => (server.connections[0]?.samples.length ?? 0) === firstUtterance().length + 30_000);
    server.connections[0]?.socket.terminate();
    listener.hear(secondUtterance().subarray(30_000));
    // The next one breaks off at once, the one after it holds.
    const { words } = await listener.end(secondUtterance().length);
    expect(plain(words)).toBe(SECOND_WORDS);
    expect(words[0]).toMatchObject({ startMs: 300, endMs: 410 });
    expect(server.connections).toHaveLength(3);
    expect([...(server.connections[2]?.samples ?? [])]).toEqual([...secondUtterance()]);
  });

  test('one that drops after the end, before the answer, is replaced too', async () => {
    server.faults.push({ dropAfterMs: 3_600 });
    expect(plain((await transcribe(line, firstUtterance())).words)).toBe(FIRST_WORDS);
    expect(server.connections).toHaveLength(2);
  });

  test('one that drops between two segments is replaced by the next', async () => {
    await transcribe(line, firstUtterance());
    server.connections[0]?.socket.terminate();
    await server.until(() => server.connections[0]?.closed !== undefined);
    expect(plain((await transcribe(line, secondUtterance())).words)).toBe(SECOND_WORDS);
    expect(server.connections).toHaveLength(2);
  });

  test('it gives a segment up when connection after connection breaks off', async () => {
    server.faults.push(...[0, 0, 0].map(() => ({ dropAfterMs: 100 })));
    await expect(transcribe(line, firstUtterance())).rejects.toMatchObject({ reason: 'broke off' });
    expect(server.connections).toHaveLength(3);
    expect(plain((await transcribe(line, secondUtterance())).words)).toBe(SECOND_WORDS);
  });

  test.each([
    [401, 'refused the API key'],
    [402, 'has no credit left'],
    [429, 'has too many requests'],
    [400, 'refused the request'],
  ])('a refusal with %d is told at once and not tried again', async (refuse, reason) => {
    server.faults.push({ refuse });
    await expect(transcribe(line, firstUtterance())).rejects.toMatchObject({ reason });
    expect(server.refused).toEqual([refuse]);
  });

  test('a wrong key is refused, and no message shows it', async () => {
    const wrong = new DeepgramRecogniser({ key: 'a-wrong-key', url: server.url });
    const failure = await transcribe(wrong.openLine(), firstUtterance()).catch((error: unknown) => error);
    expect(failure).toMatchObject({ reason: 'refused the API key' });
    expect(String(failure)).not.toContain('a-wrong-key');
    await wrong.stop();
  });

  test('a server that is out of order is tried again', async () => {
    server.faults.push({ refuse: 503 }, { refuse: 503 }, { refuse: 503 });
    await expect(transcribe(line, firstUtterance())).rejects.toMatchObject({ reason: 'is out of order' });
    expect(server.refused).toEqual([503, 503, 503]);
  });

  test('a server that is not there is told', async () => {
    const { url } = server;
    const nobody = new DeepgramRecogniser({ key: KEY, url });
    await server.close();
    await expect(transcribe(nobody.openLine(), firstUtterance())).rejects.toMatchObject({
      reason: 'could not be reached',
    });
    await nobody.stop();
    server = await DeepgramServer.listen();
  });

  test('a server that answers nothing is left when its time is up', async () => {
    server.faults.push({ stall: true });
    const impatient = open(server, { answerWithinMs: 50 });
    await expect(transcribe(impatient.openLine(), firstUtterance())).rejects.toMatchObject({
      reason: 'did not answer in time',
    });
    await server.until(() => server.connections[0]?.closed !== undefined);
    await impatient.stop();
  });

  test.each([
    'this is no JSON',
    '{"type":"Results","start":"soon"}',
    '[]',
    '{"type":"Error","description":"out of memory"}',
  ])('an answer that is none of the protocol is not believed: %s', async (answer) => {
    server.faults.push({ answer }, { answer }, { answer });
    await expect(transcribe(line, firstUtterance())).rejects.toMatchObject({
      reason: 'gave an answer that could not be read',
    });
    // Once is no reason to give up.
    server.faults.push({ answer });
    expect(plain((await transcribe(line, firstUtterance())).words)).toBe(FIRST_WORDS);
  });

  test('no message shows what was said, whatever the answer is', async () => {
    const answers = ['my salary is {}', '{"type":"Results","channel":"my salary is"}'];
    for (const answer of answers) {
      server.faults.push({ answer }, { answer }, { answer });
      const failure = await transcribe(line, firstUtterance()).catch((error: unknown) => error);
      expect(failure).toMatchObject({ reason: 'gave an answer that could not be read' });
      expect(String(failure)).not.toMatch(/salary/);
    }
  });

  test.each([
    ['a key that no header can carry', { key: 'a-key\u2026' }],
    ['an address that no connection can be opened to', { url: 'ws://127.0.0.1:1/#fragment' }],
  ])('%s fails the segment when it ends, and does not throw while it is heard', async (_, wrong) => {
    const misled = new DeepgramRecogniser({ key: KEY, url: server.url, ...wrong });
    const listener = misled.openLine().listen(() => undefined);
    const cancelled = misled.openLine().listen(() => undefined);
    for (const one of [listener, cancelled]) one.hear(firstUtterance());
    cancelled.cancel();
    await expect(listener.end(firstUtterance().length)).rejects.toMatchObject({ reason: 'could not be asked' });
    await misled.stop();
  });

  test('messages that are not known yet are passed over', async () => {
    server.faults.push({ answer: '{"type":"SomethingNew","description":"of next year"}' });
    expect(plain((await transcribe(line, firstUtterance())).words)).not.toBe('');
  });

  test('an end that nobody answers is taken when final words reach it', async () => {
    server.faults.push({ quietFinalize: true });
    const patient = open(server, { answerWithinMs: 100 });
    // Half a second of silence: the server ends the utterance by itself.
    const { words } = await transcribe(patient.openLine(), joinSamples([firstUtterance(), new Int16Array(8_000)]));
    expect(plain(words)).toBe(FIRST_WORDS);
    await patient.stop();
  });

  test('while nobody speaks the connection is kept alive, and a server that waits for that keeps it', async () => {
    await server.close();
    server = await DeepgramServer.listen({ known: [hesitantAnswer()], idleMs: 200 });
    const talkative = open(server, { keepAliveMs: 20 });
    const kept = talkative.openLine();
    await transcribe(kept, firstUtterance());
    await server.until(() => (server.connections[0]?.keepAlives ?? 0) >= 20);
    expect(plain((await transcribe(kept, secondUtterance())).words)).toBe(SECOND_WORDS);
    expect(server.connections).toHaveLength(1);
    await talkative.stop();
  });

  test('a line that closes tells the server so, which ends the connection', async () => {
    await transcribe(line, firstUtterance());
    line.close();
    await server.until(() => server.connections[0]?.closed !== undefined);
    expect(server.connections[0]).toMatchObject({ closeStream: true, closed: 1000 });
  });
});
