import type { Logger } from '@interview/runtime/log';
import { jest } from '@jest/globals';
import { RETRY_AFTER_MS } from './circuit.js';
import { DeepgramRecogniser } from './deepgram.recogniser.js';
import { DeepgramServer, KEY } from './deepgram-server.fixtures.js';
import { HeldRecogniser } from './held-recogniser.fixtures.js';
import { RecogniserBusyError, RecogniserFailure } from './recogniser.js';
import { describeRecogniser } from './recogniser.suite.fixtures.js';
import { RecogniserChain } from './recogniser-chain.js';
import { hesitantAnswer } from './spoken-words.fixtures.js';

const log = () => ({ info: jest.fn<Logger['info']>(), warn: jest.fn<Logger['warn']>() });

{
  const servers: DeepgramServer[] = [];
  describeRecogniser('a chain whose first recogniser is never there, as every recogniser', {
    open: async () => {
      const [away, there] = [await DeepgramServer.listen(), await DeepgramServer.listen({ known: [hesitantAnswer()] })];
      servers.push(away, there);
      const refused = new DeepgramRecogniser({ key: 'a-wrong-key', url: away.url });
      const clock = () => 0;
      return new RecogniserChain([refused, new DeepgramRecogniser({ key: KEY, url: there.url })], {
        clock,
        log: log(),
      });
    },
    close: async () => {
      for (const server of servers) await server.close();
    },
    recogniser: 'deepgram',
    wordErrors: 0,
    interim: true,
    times: true,
    confidences: true,
  });
}

describe('a chain', () => {
  let nowMs = 0;
  const speech = Int16Array.from({ length: 4_000 }, (_, i) => i);
  const failure = () => new RecogniserFailure('ECONNREFUSED 10.0.0.1:443', 'could not be reached');
  const setUp = async () => {
    nowMs = 0;
    const [first, second] = [new HeldRecogniser('first'), new HeldRecogniser('second')];
    const parts = { clock: () => nowMs, log: log() };
    const chain = new RecogniserChain([first, second], parts);
    await chain.start();
    return { first, second, chain, line: chain.openLine(), log: parts.log };
  };
  /** Lets what was settled reach those who wait for it. */
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
  const say = (line: ReturnType<RecogniserChain['openLine']>) => {
    const listener = line.listen(() => undefined);
    listener.hear(speech.subarray(0, 1_000));
    listener.hear(speech.subarray(1_000));
    return listener.end(3_000);
  };

  test('asks the first while it works, and does not start the others', async () => {
    const { first, second, chain, line } = await setUp();
    const said = say(line);
    first.say(0, 'all is well');
    expect(await said).toMatchObject({ text: 'all is well', recogniser: 'first' });
    expect([first.started, second.started]).toEqual([1, 0]);
    expect(chain.health).toEqual({ transcribing: 'first', failing: [] });
  });

  test('lets the next transcribe the very segment on which one failed, and says so', async () => {
    const { first, second, chain, line, log } = await setUp();
    const said = say(line);
    first.segments[0]?.settle.reject(failure());
    await settled();
    expect([...(second.segments[0]?.audio ?? [])]).toEqual([...speech]);
    expect(second.segments[0]?.ended).toBe(3_000);
    second.say(0, 'nothing is lost');
    expect(await said).toMatchObject({ text: 'nothing is lost', recogniser: 'second' });
    expect(chain.health).toEqual({
      transcribing: 'second',
      failing: [{ recogniser: 'first', reason: 'could not be reached' }],
    });
    expect(JSON.stringify(chain.health)).not.toContain('10.0.0.1');
    expect(log.warn).toHaveBeenCalledTimes(1);
  });

  test('leaves the one that failed alone, then probes it with one segment, and tells when it is back', async () => {
    const { first, second, chain, line } = await setUp();
    const lost = say(line);
    first.segments[0]?.settle.reject(failure());
    await settled();
    second.say(0, 'second');
    await lost;
    nowMs = RETRY_AFTER_MS - 1;
    void say(line);
    expect([first.segments.length, second.segments.length]).toEqual([1, 2]);
    nowMs = RETRY_AFTER_MS;
    const probe = say(line);
    void say(line);
    expect([first.segments.length, second.segments.length]).toEqual([2, 3]);
    first.say(1, 'back again');
    expect(await probe).toMatchObject({ recogniser: 'first' });
    expect(chain.health).toEqual({ transcribing: 'first', failing: [] });
  });

  test('is probed by one segment at a time, also when another one that it heard is taken back or fails', async () => {
    const { first, second, line } = await setUp();
    const heard = [1, 2].map(() => line.listen(() => undefined));
    for (const listener of heard) listener.hear(speech);
    const lost = say(line);
    first.segments[2]?.settle.reject(failure());
    await settled();
    second.say(0, 'second');
    await lost;
    nowMs = RETRY_AFTER_MS;
    const probe = say(line);
    expect(first.segments).toHaveLength(4);
    heard[0]?.cancel();
    void heard[1]?.end(3_000);
    first.segments[1]?.settle.reject(failure());
    await settled();
    void say(line);
    expect([first.segments.length, second.segments.length]).toEqual([4, 3]);
    // The probe itself still decides.
    first.say(3, 'back again');
    expect(await probe).toMatchObject({ recogniser: 'first' });
    void say(line);
    expect(first.segments).toHaveLength(5);
  });

  test('waits longer each time that the probe fails', async () => {
    const { first, second, line } = await setUp();
    const failing = async (count: number) => {
      const said = say(line);
      first.segments.at(-1)?.settle.reject(failure());
      await settled();
      second.say(second.segments.length - 1, 'second');
      await said;
      expect(first.segments).toHaveLength(count);
    };
    await failing(1);
    nowMs = RETRY_AFTER_MS;
    await failing(2);
    nowMs += 2 * RETRY_AFTER_MS - 1;
    await failing(2);
    nowMs += 1;
    await failing(3);
  });

  test('passes by one that has too much to do, but asks it again at once', async () => {
    const { first, second, chain, line } = await setUp();
    const said = say(line);
    first.segments[0]?.settle.reject(new RecogniserBusyError('120 s wait'));
    await settled();
    second.say(0, 'second');
    await said;
    expect(chain.health.failing).toEqual([{ recogniser: 'first', reason: 'has more to transcribe than it works off' }]);
    const next = say(line);
    first.say(1, 'first again');
    expect(await next).toMatchObject({ recogniser: 'first' });
    expect(chain.health.failing).toEqual([]);
  });

  test('asks also those that are to be left alone when nobody else is left, and tells that all fail', async () => {
    const { first, second, chain, line } = await setUp();
    const both = async () => {
      const said = expect(say(line)).rejects.toThrow('ECONNREFUSED');
      const [before, after] = [first.segments, second.segments];
      for (let i = 0; i < 4; i++) {
        before.at(-1)?.settle.reject(failure());
        after.at(-1)?.settle.reject(failure());
        await settled();
      }
      await said;
    };
    await both();
    expect(chain.health.transcribing).toBeNull();
    await both();
    expect([first.segments.length, second.segments.length]).toEqual([2, 2]);
    const said = say(line);
    await settled();
    first.say(2, 'one is back');
    expect(await said).toMatchObject({ recogniser: 'first' });
  });

  test('begins with the next when the first cannot be started, and says so', async () => {
    const [first, second] = [new HeldRecogniser('first'), new HeldRecogniser('second')];
    first.start = () => Promise.reject(new RecogniserFailure('no encoder in /models', 'has no complete model'));
    const chain = new RecogniserChain([first, second], { clock: () => nowMs, log: log() });
    await chain.start();
    expect(chain.health).toEqual({
      transcribing: 'second',
      failing: [{ recogniser: 'first', reason: 'has no complete model' }],
    });
    second.start = () => Promise.reject(new Error('neither'));
    const neither = new RecogniserChain([first, second], { clock: () => nowMs, log: log() });
    await expect(neither.start()).rejects.toThrow('first has no complete model, second failed');
  });

  test('asks nobody else for a segment that was cancelled', async () => {
    const { first, second, line } = await setUp();
    const listener = line.listen(() => undefined);
    listener.hear(speech);
    const ended = expect(listener.end(speech.length)).rejects.toThrow();
    listener.cancel();
    expect(first.segments[0]?.cancelled).toBe(true);
    first.segments[0]?.settle.reject(new Error('cancelled'));
    await ended;
    expect(second.segments).toHaveLength(0);
  });
});
