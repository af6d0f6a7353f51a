/**
 * So many interviews at once through a whole product, for so long: what was sent, what came of it and when, and how the
 * product was meanwhile. What is too much or too slow is for the caller to judge.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { AnalyserService } from '@interview/schema/enums';
import { keys } from '@interview/schema/keys';
import { Redis } from 'ioredis';
import type { OwnStack } from '../stack.js';
import type { CandidateScript } from './candidate-script.js';
import { fewAtOnce } from './few-at-once.js';
import { type Delivered, followResults, InsightDelays, measuredBetween, type Published } from './insight-delays.js';
import { type Expected, SimulatedInterview } from './simulated-interview.js';
import { deadLetters, entriesAdded, readVitals, type Vitals } from './vitals.js';
import { metricsOf, sumOf } from './worker-figures.js';

/** What is on its way when the sending ends may take this long. */
const DRAIN_LIMIT_MS = 10_000;
/** And the workers' last work on rounds that have ended. */
const FINISH_LIMIT_MS = 30_000;
/** A feed that lost a message looks at the store within this. */
const DELIVERY_LIMIT_MS = 5_000;
const LOOK_MS = 200;

export interface LoadOptions {
  stack: OwnStack;
  script: CandidateScript;
  candidates: number;
  picturesPerSecond: number;
  /** Sent but not measured. */
  warmUpMs: number;
  measureMs: number;
  sampleEveryMs: number;
  onSample?: (sample: Vitals, sinceMs: number) => void;
  /** In the middle of warming up, and when what is measured is over; the load goes on meanwhile. */
  atEdge?: () => Promise<void>;
}

export interface LoadFigures {
  candidates: number;
  picturesPerSecond: number;
  /** What is measured lies between, epoch ms. */
  fromMs: number;
  toMs: number;
  /** Results whose capture lies there, without those that only the rounds' end brought. */
  delivered: Delivered[];
  /** Results that were published and never reached their interviewer. */
  undelivered: Published[];
  /** Over the whole load, warming up included. */
  pictures: { sent: number; measured: number };
  audio: { sent: number; handled: number };
  expected: Expected[];
  missed: Expected[];
  /** Samples from the first medium to the last. */
  vitals: Vitals[];
  /** How late media left this process, ms. */
  lateMs: number[];
  dead: number;
  /** What ended an interview early, or was not answered; empty when all is well. */
  failures: string[];
}

export async function holdInterviews(options: LoadOptions): Promise<LoadFigures> {
  const redis = new Redis(options.stack.redisUrl);
  const delays = new InsightDelays();
  const results = await followResults(options.stack.redisUrl, delays);
  const interviews: SimulatedInterview[] = [];
  try {
    const handledBefore = await audioHandled(options.stack);
    interviews.push(...(await openAll(options, delays)));
    const played = await play(options, redis, interviews);
    const [fromMs, toMs] = [played.fromMs, played.toMs];
    const pictures = { sent: 0, measured: 0 };
    const audio = { sent: 0, handled: (await audioHandled(options.stack)) - handledBefore };
    for (const { round, sent } of interviews) {
      pictures.sent += sent.pictures;
      pictures.measured += await entriesAdded(redis, 'faces', round.id);
      audio.sent += sent.chunks;
    }
    const unanswered = interviews.reduce((sum, { sent }) => sum + sent.unanswered, 0);
    await finishAll(redis, interviews);
    // The last results are stored by now and may still be on their way.
    const roundIds = new Set(interviews.map(({ round }) => round.id));
    await until(DELIVERY_LIMIT_MS, async () => delays.missing(toMs, roundIds).length === 0);
    const delivered = measuredBetween(delays.delivered, played);
    const expected = interviews.map((interview) => ({
      interview,
      happened: interview.expectedBetween(fromMs, toMs),
    }));
    return {
      candidates: options.candidates,
      picturesPerSecond: options.picturesPerSecond,
      fromMs,
      toMs,
      delivered,
      undelivered: delays.missing(toMs, roundIds),
      pictures,
      audio,
      expected: expected.flatMap(({ happened }) => happened),
      missed: expected.flatMap(({ interview, happened }) => happened.filter((e) => !wasTold(e, interview, delays))),
      vitals: played.vitals,
      lateMs: interviews.flatMap(({ sent }) => sent.lateMs),
      dead: await deadLetters(redis),
      failures: [...played.failures, ...(unanswered > 0 ? [`${unanswered} media were never acknowledged`] : [])],
    };
  } finally {
    await Promise.allSettled(interviews.map((interview) => interview.close()));
    results.close();
    redis.disconnect();
  }
}

/** All or none: when one cannot be opened, the others are closed again. */
async function openAll(options: LoadOptions, delays: InsightDelays): Promise<SimulatedInterview[]> {
  const { stack, script, candidates, picturesPerSecond } = options;
  const { made: interviews, failure } = await fewAtOnce(candidates, (n) =>
    SimulatedInterview.open({
      stack,
      script,
      phase: phaseOf(n),
      picturesPerSecond,
      onEvent: (event) => {
        if (event.feed === 'insight') delays.arrived(event.data.id, event.arrivedAtMs);
        else if (event.feed === 'segment' && event.data.isFinal) delays.arrived(event.data.id, event.arrivedAtMs);
      },
    }),
  );
  if (!failure) return interviews;
  await Promise.allSettled(interviews.map((interview) => interview.close()));
  throw failure;
}

/** Spread without a pattern, the same in each run: multiples of the square root of two. */
const phaseOf = (n: number) => ((n + 1) * Math.SQRT2) % 1;

async function play(options: LoadOptions, redis: Redis, interviews: readonly SimulatedInterview[]) {
  const { stack, warmUpMs, measureMs, sampleEveryMs, onSample, atEdge } = options;
  const roundIds = interviews.map(({ round }) => round.id);
  const failures: string[] = [];
  const failed = new AbortController();
  const playing = interviews.map((interview) =>
    interview.play().catch((error: unknown) => {
      failures.push(error instanceof Error ? error.message : String(error));
      failed.abort();
    }),
  );
  const startMs = Date.now();
  const endMs = startMs + warmUpMs + measureMs;
  const vitals: Vitals[] = [];
  let begun = false;
  for (let n = 0; Date.now() < endMs && !failed.signal.aborted; n++) {
    if (!begun && Date.now() >= startMs + warmUpMs / 2) {
      begun = true;
      await atEdge?.();
    }
    const sample = await readVitals(stack, redis, roundIds);
    vitals.push(sample);
    onSample?.(sample, sample.atMs - startMs);
    const nextMs = Math.min(startMs + (n + 1) * sampleEveryMs, endMs);
    await sleep(Math.max(0, nextMs - Date.now()), undefined, { signal: failed.signal }).catch(() => undefined);
  }
  vitals.push(await readVitals(stack, redis, roundIds));
  const toMs = Date.now();
  if (begun && !failed.signal.aborted) await atEdge?.();
  for (const interview of interviews) interview.stop();
  await Promise.all(playing);
  await until(DRAIN_LIMIT_MS, async () => {
    const { lagMs, unstored } = await readVitals(stack, redis, roundIds);
    const unanswered = interviews.some(({ sent }) => sent.unanswered > 0);
    return unstored === 0 && !unanswered && Object.values(lagMs).every((lag) => lag === 0);
  });
  return { fromMs: startMs + warmUpMs, toMs, drainedMs: Date.now(), vitals, failures };
}

async function finishAll(redis: Redis, interviews: readonly SimulatedInterview[]): Promise<void> {
  await Promise.all(interviews.map((interview) => interview.end()));
  const sets = AnalyserService.options.map((service) => keys.unfinishedRounds(service));
  await until(FINISH_LIMIT_MS, async () => {
    const counts = await Promise.all(sets.map((set) => redis.scard(set)));
    return counts.every((count) => count === 0);
  });
}

/** Resolves when it holds, or the limit is over. */
async function until(limitMs: number, holds: () => Promise<boolean>): Promise<void> {
  const giveUpAtMs = Date.now() + limitMs;
  while (!(await holds()) && Date.now() < giveUpAtMs) await sleep(LOOK_MS);
}

async function audioHandled(stack: OwnStack): Promise<number> {
  return sumOf(await metricsOf(stack, 'speech'), 'ml_entries_total', ['stream="audio"']);
}

/** Around the moments of the script: a picture is taken up to a second after what it shows began. */
const SLACK_MS = 1500;

function wasTold(expected: Expected, interview: SimulatedInterview, { delivered }: InsightDelays): boolean {
  return delivered.some(({ type, phase, roundId, timestampMs }) => {
    const atMs = interview.round.startedAtMs + timestampMs;
    const inTime = atMs >= expected.fromMs - SLACK_MS && atMs <= expected.toMs + SLACK_MS;
    return roundId === interview.round.id && type === expected.kind && phase === 'START' && inTime;
  });
}
