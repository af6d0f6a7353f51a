import { startWorker } from '@interview/ml-kit/worker';
import { log, WorkerWorld } from '@interview/ml-kit/worker.fixtures';
import { keys } from '@interview/schema/keys';
import { FaceObservation } from '@interview/schema/messages';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readPicture } from '../fixtures/fixtures.js';
import { FramePace } from './frame-pace.js';
import { HumanFaceFinder } from './human-face-finder.js';
import { createVideoAnalyser } from './video.analyser.js';

let world: WorkerWorld;
beforeAll(async () => {
  world = await WorkerWorld.open(11, 'video');
});
afterAll(() => world.close());

describe('the video service', () => {
  it('reads the frames of a round, tells fraud the faces and the feed the quality of the picture', async () => {
    const analyser = createVideoAnalyser(new HumanFaceFinder(), new FramePace(Date.now));
    const worker = await startWorker(analyser, { redisUrl: world.redisUrl, host: '127.0.0.1', port: 0, log });
    try {
      const round = await world.putRound();
      const shown = ['two_faces', 'no_face', 'face_a', 'dark', 'dark'];
      for (const [i, name] of shown.entries()) {
        // Newer than the one before by less than what counts as stale.
        const fields = ['capturedAtMs', String(1_000_000 + i * 900), 'data', Buffer.from(readPicture(name))];
        await world.redis.xadd(keys.video(round.id), '*', ...fields);
        await nextObservation(round.id, i + 1);
      }
      const observations = await readObservations(round.id);
      expect(observations.map(({ faces }) => faces.length)).toEqual([2, 0, 1, 1, 1]);
      expect(observations.map(({ quality }) => quality)).toEqual(['OK', 'OK', 'OK', 'DARK', 'DARK']);
      await world.published.until((all) => all.length > 0);
      expect(await world.results()).toEqual([
        expect.objectContaining({ type: 'VIDEO_QUALITY', roundId: round.id, source: 'video/2', timestampMs: 2700 }),
      ]);
    } finally {
      await worker.stop();
    }
  });
});

async function readObservations(roundId: string): Promise<FaceObservation[]> {
  const entries = await world.redis.xrange(keys.faces(roundId), '-', '+');
  return entries.map(([, fields]) => FaceObservation.parse(JSON.parse(fields[1] ?? '')));
}

/** Resolves when so many frames were observed; the test's own limit ends it. */
async function nextObservation(roundId: string, count: number): Promise<void> {
  while ((await world.redis.xlen(keys.faces(roundId))) < count) await new Promise((resolve) => setImmediate(resolve));
}
