import type { RunningWorker } from '@interview/ml-kit/service';
import { startWorker } from '@interview/ml-kit/worker';
import { eventually, log, WorkerWorld } from '@interview/ml-kit/worker.fixtures';
import { keys } from '@interview/schema/keys';
import { FaceObservation, type RoundState, type VoiceObservation } from '@interview/schema/messages';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { fraudAnalyser } from './fraud.analyser.js';

let world: WorkerWorld;
let worker: RunningWorker;
let aheadMs: number;

beforeEach(async () => {
  aheadMs = 0;
  world = await WorkerWorld.open(12, 'fraud');
  const clock = () => Date.now() + aheadMs;
  worker = await startWorker(fraudAnalyser, { redisUrl: world.redisUrl, host: '127.0.0.1', port: 0, log, clock });
});

afterEach(async () => {
  await worker.stop();
  world.close();
});

const addTab = (round: RoundState, visible: '0' | '1', capturedAtMs: number) =>
  world.redis.xadd(keys.tab(round.id), '*', 'visible', visible, 'capturedAtMs', String(capturedAtMs));

function addNoFace(round: RoundState, capturedAtMs: number) {
  const observation: FaceObservation = { capturedAtMs, faces: [], quality: 'OK', identity: null };
  return world.redis.xadd(keys.faces(round.id), '*', 'json', JSON.stringify(observation));
}

function addCompared(round: RoundState, capturedAtMs: number, distance: number) {
  const face = { box: [0, 0, 9, 9], score: 1, yawDeg: 0, pitchDeg: 0, rollDeg: 0, mouthOpen: null };
  const observation = { capturedAtMs, faces: [face], quality: 'OK', identity: { reference: 1, distance } };
  return world.redis.xadd(keys.faces(round.id), '*', 'json', JSON.stringify(FaceObservation.parse(observation)));
}

function addSpeech(round: RoundState, startMs: number) {
  const own = { reference: 1, timbre: 1.02, pitch: -7.6, level: -18 };
  const observation: VoiceObservation = { startMs, capturedAtMs: startMs + 2000, voicedMs: 1400, own };
  return world.redis.xadd(keys.voices(round.id), '*', 'json', JSON.stringify(observation));
}

/** How often anybody asked Redis whether a set holds something. */
async function timesAsked(): Promise<number> {
  const stats = await world.redis.info('commandstats');
  return Number(/cmdstat_sismember:calls=(\d+)/.exec(stats)?.[1] ?? 0);
}

/** In the order in which it happened: entries of two streams within one millisecond have no order of their own. */
const told = () =>
  world.published.all
    .flatMap((result) => (result.kind === 'insight' ? [result] : []))
    .toSorted((one, other) => one.timestampMs - other.timestampMs)
    .map(({ type, value, timestampMs }) => [type, value, timestampMs]);

it('tells alerts of tab and faces as they come, with the round’s time and the analyser’s name', async () => {
  const round = await world.putRound();
  await addTab(round, '0', 1_002_000);
  for (const ms of [1_003_000, 1_004_000]) await addNoFace(round, ms);
  await addTab(round, '1', 1_005_000);
  await world.published.until((all) => all.length === 3);

  expect(told()).toEqual([
    ['TAB_SWITCH', { phase: 'START' }, 2000],
    ['FACE_ABSENT', { phase: 'START', count: 0 }, 3000],
    ['TAB_SWITCH', { phase: 'END', durationMs: 3000 }, 5000],
  ]);
  expect(world.published.all).toContainEqual(
    expect.objectContaining({ source: 'fraud/2', service: 'fraud', capturedAtMs: 1_002_000 }),
  );
});

it('tells another face and another voice, and goes on with both in the worker that takes over', async () => {
  const round = await world.putRound();
  await world.redis.sadd(keys.unfinishedRounds('speech'), round.id);
  for (const [i, distance] of [0.4, 0.8].entries()) await addCompared(round, 1_002_000 + i * 1000, distance);
  await addSpeech(round, 1_004_000);
  const checkpoint = keys.checkpoint('fraud', round.id);
  await eventually(async () => Boolean((await world.redis.get(checkpoint))?.includes('"heardMs":1006000')));
  expect(await world.redis.get(checkpoint)).not.toMatch(/descriptor|embedding|mfcc/);
  await worker.stop();
  worker = await startWorker(fraudAnalyser, { redisUrl: world.redisUrl, host: '127.0.0.1', port: 0, log });
  for (const ms of [1_006_000, 1_007_000]) await addCompared(round, ms, 0.8);
  await addSpeech(round, 1_006_000);
  await world.published.until((all) => all.length === 2);
  await world.change(round, { status: 'COMPLETED' });
  await world.redis.srem(keys.unfinishedRounds('speech'), round.id);
  await world.published.until((all) => all.length === 3);

  const evidence = [
    "timbre 1.02 deviations from the candidate's own voice (threshold 0.5)",
    'pitch 7.6 semitones below it (threshold 4)',
    'level 18 dB below it (threshold 5)',
  ];
  const score = expect.closeTo(0.91, 2);
  expect(told()).toEqual([
    ['FACE_SWITCH', { distance: 0.8, threshold: 0.6, frames: 3 }, 3000],
    ['BACKGROUND_VOICE', { phase: 'START', score, evidence }, 4000],
    ['BACKGROUND_VOICE', { phase: 'END', durationMs: 4000, score, evidence }, 8000],
  ]);
});

it('waits at the end of a round for what video still sees in its last pictures', async () => {
  const round = await world.putRound();
  await world.redis.sadd(keys.unfinishedRounds('video'), round.id);
  await addNoFace(round, 1_001_000);
  await world.change(round, { status: 'COMPLETED' });
  await addNoFace(round, 1_002_000);
  await world.published.until((all) => all.length === 1);
  // Long after the grace for late media, the worker still asks whether video is done.
  aheadMs = 5000;
  const asked = await timesAsked();
  await eventually(async () => (await timesAsked()) >= asked + 3);
  expect(worker.roundIds()).toEqual([round.id]);
  await addNoFace(round, 1_004_500);
  await world.redis.srem(keys.unfinishedRounds('video'), round.id);
  await world.published.until((all) => all.length === 2);
  expect(told()[1]).toEqual(['FACE_ABSENT', { phase: 'END', durationMs: 3500, count: 0 }, 4500]);
});
