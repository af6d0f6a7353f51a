/** @jest-environment ./jest-environment.mjs */

import type { RunningWorker } from '@interview/ml-kit/service';
import { startWorker } from '@interview/ml-kit/worker';
import { log, WorkerWorld } from '@interview/ml-kit/worker.fixtures';
import type { SegmentResult } from '@interview/schema/messages';
import { DeepgramRecogniser } from './deepgram.recogniser.js';
import { DeepgramServer, KEY } from './deepgram-server.fixtures.js';
import { RecogniserChain } from './recogniser-chain.js';
import { recording } from './recordings.fixtures.js';
import { createSpeechAnalyser } from './speech.analyser.js';
import { hesitantAnswer } from './spoken-words.fixtures.js';

const STARTED_MS = 1_000_000;
/** 100 ms, as browsers send it. */
const CHUNK = 1_600;

let world: WorkerWorld;
let server: DeepgramServer;
const workers: RunningWorker[] = [];

async function start(): Promise<RunningWorker> {
  const recogniser = new DeepgramRecogniser({ key: KEY, url: server.url });
  const analyser = createSpeechAnalyser(new RecogniserChain([recogniser], { clock: Date.now, log }), log);
  const worker = await startWorker(analyser, { redisUrl: world.redisUrl, host: '127.0.0.1', port: 0, log });
  workers.push(worker);
  return worker;
}

const segments = (all: readonly { kind: string }[]) =>
  all.filter((result): result is SegmentResult => result.kind === 'segment');

beforeEach(async () => {
  server = await DeepgramServer.listen({ known: [hesitantAnswer()] });
  world = await WorkerWorld.open(11, 'speech');
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  world.close();
  await server.close();
});

test('a segment that was being said when its worker left is finished by the next, under the id of its interim text', async () => {
  const round = await world.putRound({ startedAtMs: STARTED_MS });
  const samples = recording('hesitant_answer');
  const say = async (fromMs: number, toMs: number) => {
    for (let at = fromMs * 16; at < Math.min(toMs * 16, samples.length); at += CHUNK) {
      const data = Buffer.from(samples.slice(at, at + CHUNK).buffer);
      await world.addAudio(round, STARTED_MS + at / 16, data);
    }
  };

  const first = await start();
  await say(0, 4_800);
  // What was understood is told with the audio that comes after it.
  let saidMs = 4_800;
  while (segments(world.published.all).length === 0 && saidMs < 6_000) {
    await say(saidMs, saidMs + 100);
    saidMs += 100;
    // The service hears 300 ms before the speech, whole frames of 32 ms, and answers.
    await server.until(() => (server.connections[0]?.samples.length ?? 0) >= (saidMs - 2_880 - 200) * 16);
  }
  await world.published.until((all) => segments(all).length > 0);
  await first.stop();
  expect(server.connections[0]?.closeStream).toBe(true);
  const [interim] = segments(world.published.all);
  expect(interim).toMatchObject({ isFinal: false, text: expect.stringMatching(/^We\b/) });

  await say(saidMs, 15_870);
  await start();
  await world.change(round, { status: 'COMPLETED' });
  await world.published.until((all) => segments(all).filter(({ isFinal }) => isFinal).length === 2);
  const final = segments(world.published.all).filter(({ isFinal }) => isFinal);
  expect(final[0]).toMatchObject({
    id: interim?.id,
    text: expect.stringMatching(/^We had a problem .* order service; so$/),
  });
  expect(final[1]?.text).toMatch(/^I profiled it .* by eighty percent\.$/);
  // Interim text is published, never stored.
  expect(segments(await world.results()).every(({ isFinal }) => isFinal)).toBe(true);
});
