/**
 * What one analyser does by itself with media that are always there: put straight into its rounds' streams, as many as
 * it takes. Measured at the real process, on cores that it has for itself.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { AnalyserService } from '@interview/schema/enums';
import { channels, keys } from '@interview/schema/keys';
import { Result } from '@interview/schema/messages';
import { Redis } from 'ioredis';
import { benchEntry, nextMessage, startProcess } from '../feeds/server-process.js';
import { descendants, keepOffFirstCore, keepOnCores } from '../machine.js';
import { completeRound, type RoundInProgress, roundInProgress } from '../round-in-progress.js';
import type { OwnStack } from '../stack.js';
import type { CandidateScript } from './candidate-script.js';
import type { FaceCeilings, Rate } from './face-ceilings.js';
import { fewAtOnce } from './few-at-once.js';
import { entriesAdded, processCpuMs } from './vitals.js';
import { metricsOf, sumOf } from './worker-figures.js';

/**
 * As many candidates as one worker may hold. So few of them have a picture on its way that the worker, which takes fewer
 * pictures where they wait for long, has no reason to; and one more than there are threads on two cores.
 */
const ROUNDS = 15;
const ON_THEIR_WAY = 3;
const WARM_UP_MS = 2000;
const MEASURE_MS = 6000;
/** A picture that was not measured by then was left out. */
const PICTURE_LIMIT_MS = 1000;
const AUDIO_LIMIT_MS = 60_000;
const LOOK_MS = 25;
const CHUNK_MS = 1000;
const BYTES_PER_MS = 32;

/** Runs with one service alone on the first `count` cores and everything else on the others, where there are others. */
async function alone<T>(stack: OwnStack, service: string, count: number, run: () => Promise<T>): Promise<T> {
  const servicePid = pidOf(stack, service);
  const measured = new Set([servicePid, ...descendants(servicePid)]);
  const all = [process.pid, ...descendants(process.pid)];
  for (const pid of measured) keepOnCores(pid, count);
  if (count === 1) for (const pid of all) if (!measured.has(pid)) keepOffFirstCore(pid);
  try {
    return await run();
  } finally {
    for (const pid of all) keepOnCores(pid, 2);
  }
}

function pidOf(stack: OwnStack, service: string): number {
  const pid = stack.pids()[service];
  if (pid === undefined) throw new Error(`${service} does not run.`);
  return pid;
}

const cpuOf = (stack: OwnStack, service: string): number => processCpuMs(service, pidOf(stack, service));

/** Pictures that `video` measures in a second on so many cores, and its CPU time for each. */
export async function rawPictures(stack: OwnStack, script: CandidateScript, cores: number): Promise<Rate> {
  return withRounds(stack, ROUNDS, (redis, rounds) =>
    alone(stack, 'video', cores, async () => {
      const measured = async () =>
        (await Promise.all(rounds.map(({ id }) => entriesAdded(redis, 'faces', id)))).reduce((sum, n) => sum + n, 0);
      const stop = new AbortController();
      const feeding = Array.from({ length: ON_THEIR_WAY }, (_, n) => {
        const own = rounds.filter((_round, index) => index % ON_THEIR_WAY === n);
        return feedPictures(stack.redisUrl, script, own, stop.signal);
      });
      await sleep(WARM_UP_MS);
      const [before, cpuBefore, startMs] = [await measured(), cpuOf(stack, 'video'), performance.now()];
      await sleep(MEASURE_MS);
      const count = (await measured()) - before;
      const [spanMs, cpuMs] = [performance.now() - startMs, cpuOf(stack, 'video') - cpuBefore];
      stop.abort();
      await Promise.all(feeding);
      if (count === 0) throw new Error('Not one picture was measured.');
      return { perSecond: (count * 1000) / spanMs, cpuMs: cpuMs / count };
    }),
  );
}

/** One picture after the other, of each round in turn, the next when the one before was seen. */
async function feedPictures(
  redisUrl: string,
  script: CandidateScript,
  rounds: readonly RoundInProgress[],
  signal: AbortSignal,
): Promise<void> {
  const redis = new Redis(redisUrl);
  try {
    for (let n = 0; !signal.aborted; n++) {
      const round = rounds[n % rounds.length];
      if (!round) return;
      const [newest] = await redis.xrevrange(keys.faces(round.id), '+', '-', 'COUNT', 1);
      // The first scene: one face that moves, which is the most there is to do.
      const picture = script.pictureAt((n * 200) % 5000);
      await redis.xadd(keys.video(round.id), '*', 'capturedAtMs', Date.now(), 'data', picture);
      await redis.xread('BLOCK', PICTURE_LIMIT_MS, 'STREAMS', keys.faces(round.id), newest?.[0] ?? '0');
    }
  } finally {
    redis.disconnect();
  }
}

/** Decoding and inference alone, on one core. */
export async function faceCeilings(): Promise<FaceCeilings> {
  const name = 'the face ceilings';
  const server = startProcess({ name, args: [benchEntry('ml/face-ceilings.js')], env: {} });
  keepOnCores(server.pid, 1);
  try {
    // Written by face-ceilings.ts, which sends nothing else.
    return (await nextMessage(name, server)) as FaceCeilings;
  } finally {
    await server.stop();
  }
}

/** CPU seconds of `speech` for a second of one person's microphone. */
export async function rawSound(stack: OwnStack, script: CandidateScript): Promise<number> {
  const handled = async () => sumOf(await metricsOf(stack, 'speech'), 'ml_entries_total', ['stream="audio"']);
  return withRounds(stack, 4, (redis, rounds) =>
    alone(stack, 'speech', 1, async () => {
      const [before, cpuBefore] = [await handled(), cpuOf(stack, 'speech')];
      let chunks = 0;
      for (const round of rounds) chunks += await putSound(redis, script, round.id);
      await until(async () => (await handled()) - before >= chunks);
      return (cpuOf(stack, 'speech') - cpuBefore) / (chunks * CHUNK_MS);
    }),
  );
}

export interface RecogniserRate {
  /** Seconds until the last word was known, and CPU seconds, for each second of speech; on one core. */
  realTimeFactor: number;
  cpuFactor: number;
  speechSeconds: number;
}

/** What the recogniser takes for the speech of one interview; undefined where nothing is transcribed. */
export async function rawRecogniser(stack: OwnStack, script: CandidateScript): Promise<RecogniserRate | undefined> {
  const listener = new Redis(stack.redisUrl);
  let [speechMs, lastMs] = [0, 0];
  try {
    listener.on('message', (_channel, json) => {
      const result = Result.parse(JSON.parse(json));
      if (result.kind !== 'segment' || !result.isFinal) return;
      speechMs += result.durationMs;
      lastMs = performance.now();
    });
    await listener.subscribe(channels.insights('speech'));
    return await withRounds(stack, 1, (redis, rounds) =>
      alone(stack, 'speech', 1, async () => {
        const [cpuBefore, startMs] = [cpuOf(stack, 'speech'), performance.now()];
        for (const round of rounds) await putSound(redis, script, round.id);
        // The round's end waits for every segment.
        await endRounds(stack, redis, rounds);
        const cpuMs = cpuOf(stack, 'speech') - cpuBefore;
        if (speechMs === 0) return undefined;
        const realTimeFactor = (lastMs - startMs) / speechMs;
        return { realTimeFactor, cpuFactor: cpuMs / speechMs, speechSeconds: speechMs / 1000 };
      }),
    );
  } finally {
    listener.disconnect();
  }
}

/** Both microphones of the whole interview at once. @returns how many pieces */
async function putSound(redis: Redis, script: CandidateScript, roundId: string): Promise<number> {
  const { candidateAudio, interviewerAudio, durationMs } = script.sound;
  const startMs = Date.now() - durationMs;
  const pipeline = redis.pipeline();
  for (let atMs = 0; atMs < durationMs; atMs += CHUNK_MS) {
    for (const [speaker, pcm] of [
      ['INTERVIEWER', interviewerAudio],
      ['CANDIDATE', candidateAudio],
    ] as const) {
      const data = pcm.subarray(atMs * BYTES_PER_MS, (atMs + CHUNK_MS) * BYTES_PER_MS);
      pipeline.xadd(keys.audio(roundId), '*', 'speaker', speaker, 'capturedAtMs', startMs + atMs, 'data', data);
    }
  }
  await pipeline.exec();
  return pipeline.length;
}

/** Opens rounds, runs, and ends them; resolves when every worker is done with them: what comes next has the cores. */
async function withRounds<T>(
  stack: OwnStack,
  count: number,
  run: (redis: Redis, rounds: readonly RoundInProgress[]) => Promise<T>,
): Promise<T> {
  const redis = new Redis(stack.redisUrl);
  try {
    const { made: rounds, failure } = await fewAtOnce(count, () => roundInProgress(stack));
    if (failure) throw failure;
    const result = await run(redis, rounds);
    await endRounds(stack, redis, rounds);
    return result;
  } finally {
    redis.disconnect();
  }
}

/** A round that was ended already stays as it is. */
async function endRounds(stack: OwnStack, redis: Redis, rounds: readonly RoundInProgress[]): Promise<void> {
  await Promise.all(rounds.map((round) => completeRound(stack, round)));
  const sets = AnalyserService.options.map((service) => keys.unfinishedRounds(service));
  await until(async () => (await Promise.all(sets.map((set) => redis.scard(set)))).every((count) => count === 0));
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const giveUpAtMs = Date.now() + AUDIO_LIMIT_MS;
  while (!(await holds())) {
    if (Date.now() > giveUpAtMs) throw new Error('The analysers did not get through what they were given.');
    await sleep(LOOK_MS);
  }
}
