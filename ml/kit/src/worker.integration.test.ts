import { randomUUID } from 'node:crypto';
import { keys } from '@interview/schema/keys';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Analyser, SegmentFinding } from './analyser.js';
import { DeadEntry } from './dead-letter.js';
import { receivedAtMs } from './entries.js';
import { LEASE_TTL_MS } from './lease.js';
import { resultId } from './result-id.js';
import type { RunningWorker } from './service.js';
import { createGate, entryTellingAnalyser, eventually, log, segmentOf, WorkerWorld } from './worker.fixtures.js';
import { startWorker } from './worker.js';

let world: WorkerWorld;
const workers: RunningWorker[] = [];

async function start(analyser: Analyser, clock = Date.now): Promise<RunningWorker> {
  const worker = await startWorker(analyser, { redisUrl: world.redisUrl, host: '127.0.0.1', port: 0, log, clock });
  workers.push(worker);
  return worker;
}

const texts = () => world.published.all.map((result) => (result.kind === 'segment' ? result.text : result.kind));
const metrics = async (worker: RunningWorker) => (await fetch(`http://127.0.0.1:${worker.port}/metrics`)).text();

beforeEach(async () => {
  world = await WorkerWorld.open(9, 'speech');
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  world.close();
});

describe('publishing', () => {
  it('appends each result to the durable stream and publishes it, in the order of the entries', async () => {
    const round = await world.putRound();
    const ids: string[] = [];
    for (let i = 0; i < 150; i++) ids.push(await world.addAudio(round, 1_000_000 + i));
    await start(entryTellingAnalyser());
    await world.published.until((all) => all.length === ids.length);

    expect(texts()).toEqual(ids);
    expect(await world.results()).toEqual(world.published.all);
    expect(world.published.all[7]).toMatchObject({
      id: resultId(round.id, 'speech', `audio:${ids[7]}`),
      roundId: round.id,
      service: 'speech',
      timestampMs: 7,
    });
  });

  it('only publishes an interim segment', async () => {
    const round = await world.putRound();
    const id = await world.addAudio(round, 1_000_000);
    await start(
      entryTellingAnalyser({
        handle: (entry) =>
          [
            { ...segmentOf(entry), isFinal: false },
            { ...segmentOf(entry), isFinal: true },
          ] as never,
      }),
    );
    await world.published.until((all) => all.length === 2);

    const stored = await world.results();
    expect(stored).toEqual([expect.objectContaining({ isFinal: true, text: id })]);
    expect(new Set(world.published.all.map((result) => result.id)).size).toBe(1);
  });

  it('saves after what is stored, not after each interim text', async () => {
    const round = await world.putRound();
    let saves = 0;
    const savesBefore: number[] = [];
    const analyser = entryTellingAnalyser({
      handle(entry) {
        savesBefore.push(saves);
        return [{ ...segmentOf(entry), isFinal: entry.entry.capturedAtMs > 1_000_000 } as SegmentFinding];
      },
      snapshot() {
        saves += 1;
        return 0;
      },
    });
    // No time goes by, so that nothing is saved because it is time.
    await start(analyser, () => 1_000_000);
    for (const [n, capturedAtMs] of [1_000_000, 1_000_100, 1_000_200].entries()) {
      await world.addAudio(round, capturedAtMs);
      await world.published.until((all) => all.length === n + 1);
    }
    await eventually(async () => saves === 2);
    expect(savesBefore).toEqual([0, 0, 1]);
  });

  it('drops pictures that are stale, keeps all audio, and counts both', async () => {
    const round = await world.putRound();
    for (let i = 0; i < 20; i++) {
      await world.addVideo(round, 1_000_000 + i * 200);
      await world.addAudio(round, 1_000_000 + i * 200);
    }
    const worker = await start(entryTellingAnalyser());
    // The newest picture is of 3.8 s: those of 2.8 s and later are fresh.
    await world.published.until((all) => all.length === 20 + 6);

    const text = await metrics(worker);
    expect(text).toMatch(/ml_entries_dropped_total\{stream="video",reason="stale",service="speech"\} 14\n/);
    expect(text).toMatch(/ml_entries_total\{stream="audio",service="speech"\} 20\n/);
    expect(text).not.toContain('ml_entries_dropped_total{stream="audio"');
  });

  it('leaves out the pictures that its analyser does without, undecoded, and counts them', async () => {
    const round = await world.putRound();
    const asked: number[] = [];
    const worker = await start(
      entryTellingAnalyser({
        skips({ capturedAtMs }) {
          asked.push(capturedAtMs);
          return capturedAtMs < 1_000_600;
        },
      }),
    );
    for (let i = 0; i < 4; i++) await world.addVideo(round, 1_000_000 + i * 200);
    await world.addAudio(round, 1_000_000);
    await world.published.until((all) => all.length === 2);

    expect(asked).toEqual([1_000_000, 1_000_200, 1_000_400, 1_000_600]);
    const text = await metrics(worker);
    expect(text).toMatch(/ml_entries_dropped_total\{stream="video",reason="busy",service="speech"\} 3\n/);
    expect(text).toMatch(/ml_entries_total\{stream="video",service="speech"\} 1\n/);
  });

  it('is repeated until Redis is back', async () => {
    const round = await world.putRound();
    const [measuring, gate] = [createGate(), createGate()];
    const worker = await start(
      entryTellingAnalyser({
        async handle(entry) {
          measuring.open();
          await gate.opened;
          return [segmentOf(entry)];
        },
      }),
    );
    const id = await world.addAudio(round, 1_000_000);
    await measuring.opened;
    await world.cutConnections();
    gate.open();
    await world.published.until((all) => all.length === 1);

    expect(texts()).toEqual([id]);
    expect(await metrics(worker)).toMatch(/ml_redis_retries_total\{service="speech"\} [1-9]/);
  });
});

describe('what an operator sees', () => {
  it('is how long it took from capture to publication, by insight type, and to handling, by stream', async () => {
    const round = await world.putRound();
    const worker = await start(
      entryTellingAnalyser({
        handle: (entry) => [
          {
            kind: 'insight',
            key: entry.id,
            type: 'TAB_SWITCH',
            severity: 'LOW',
            value: { phase: 'START' },
            explanation: 'measured',
            atMs: entry.entry.capturedAtMs,
            capturedAtMs: entry.entry.capturedAtMs,
          },
        ],
      }),
    );
    await world.addAudio(round, Date.now() - 400);
    await world.published.until((all) => all.length === 1);

    const text = await metrics(worker);
    const bucket = (le: string) =>
      new RegExp(`ml_capture_to_publish_seconds_bucket{le="${le}",[^}]*} (\\d)`).exec(text)?.[1];
    expect([bucket('0.3'), bucket('300')]).toEqual(['0', '1']);
    expect(text).toContain('ml_capture_to_publish_seconds_count{service="speech",type="TAB_SWITCH"} 1');
    expect(text).toContain('ml_capture_to_handled_seconds_count{service="speech",stream="audio"} 1');
  });

  it('is the age of what waits, by stream, and nothing when nothing waits', async () => {
    const round = await world.putRound();
    const [measuring, gate] = [createGate(), createGate()];
    const worker = await start(
      entryTellingAnalyser({
        async handle(entry) {
          measuring.open();
          await gate.opened;
          return [segmentOf(entry)];
        },
      }),
    );
    const id = await world.addAudio(round, 1_000_000);
    await measuring.opened;
    // Our own report, in our own form.
    const lag = async () =>
      ((await (await fetch(`http://127.0.0.1:${worker.port}/health`)).json()) as { lagMs: Record<string, number> })
        .lagMs;
    await eventually(async () => ((await lag())['audio'] ?? 0) >= 50);
    expect((await lag())['audio']).toBeLessThanOrEqual(Date.now() - receivedAtMs(id));
    expect(await metrics(worker)).toMatch(/ml_lag_seconds\{stream="audio",service="speech"\} 0\.\d/);
    gate.open();
    await world.published.until((all) => all.length === 1);
    await eventually(async () => Object.keys(await lag()).length === 0);
    expect(await metrics(worker)).not.toMatch(/ml_lag_seconds\{/);
  });
});

describe('a worker that vanishes', () => {
  it('is replaced within 5 s, from its checkpoint on', async () => {
    const round = await world.putRound();
    const first = await world.addAudio(round, 1_000_000);
    const second = await world.addAudio(round, 1_000_100);
    await world.redis.set(keys.lease('speech', round.id), randomUUID(), 'PX', LEASE_TTL_MS);
    const checkpoint = { snapshot: 41, lastIds: { audio: first }, epoch: 0 };
    await world.redis.set(keys.checkpoint('speech', round.id), JSON.stringify(checkpoint));
    const vanishedAtMs = Date.now();
    const analyser = entryTellingAnalyser();
    await start(analyser);
    await world.published.until((all) => all.length === 1);

    expect(Date.now() - vanishedAtMs).toBeLessThan(5000);
    expect(analyser.snapshots).toEqual([41]);
    expect(texts()).toEqual([second]);
  });

  it('leaves a round that ended meanwhile to its successor, which finishes it', async () => {
    const round = await world.putRound({ status: 'COMPLETED' });
    await world.redis.sadd(keys.unfinishedRounds('speech'), round.id);
    const id = await world.addAudio(round, 1_000_000);
    await start(entryTellingAnalyser({ finish: () => [{ kind: 'status', key: 'end', state: 'OK', detail: null }] }));
    await world.published.until((all) => all.length === 2);

    expect(texts()).toEqual([id, 'status']);
    await eventually(async () => (await world.redis.scard(keys.unfinishedRounds('speech'))) === 0);
  });

  it('between publishing and its checkpoint: the work is repeated with the same ids', async () => {
    const round = await world.putRound();
    await world.addAudio(round, 1_000_000);
    let crashed = false;
    await start(
      entryTellingAnalyser({
        snapshot() {
          if (crashed) return null;
          crashed = true;
          throw new Error('vanished before the checkpoint');
        },
      }),
    );
    await world.published.until((all) => all.length === 2);

    const [before, after] = world.published.all;
    expect(after?.id).toBe(before?.id);
    await eventually(async () => (await world.redis.xlen(keys.audio(round.id))) === 0);
  });
});

describe('a worker that lost its lease', () => {
  it('publishes nothing more and leaves the checkpoint alone', async () => {
    const round = await world.putRound();
    const [measuring, gate, left] = [createGate(), createGate(), createGate()];
    await start(
      entryTellingAnalyser({
        async handle(entry) {
          measuring.open();
          await gate.opened;
          return [segmentOf(entry)];
        },
        close: left.open,
      }),
    );
    await world.addAudio(round, 1_000_000);
    await measuring.opened;
    await world.redis.set(keys.lease('speech', round.id), 'another', 'PX', 60_000);
    gate.open();
    await left.opened;

    expect(await world.results()).toEqual([]);
    expect(await world.redis.exists(keys.checkpoint('speech', round.id))).toBe(0);
    expect(await world.redis.get(keys.lease('speech', round.id))).toBe('another');
    expect(await world.redis.xlen(keys.audio(round.id))).toBe(1);
  });

  it('tells nothing as dead: its successor tries that itself', async () => {
    const round = await world.putRound();
    const left = createGate();
    await start(
      entryTellingAnalyser({
        async handle() {
          await world.redis.set(keys.lease('speech', round.id), 'another', 'PX', 60_000);
          throw new Error('cannot be decoded');
        },
        close: left.open,
      }),
    );
    await world.addAudio(round, 1_000_000);
    await left.opened;

    expect(await world.redis.exists(keys.deadEntries('speech'))).toBe(0);
  });

  it('is the only one of two that writes', async () => {
    const round = await world.putRound();
    await Promise.all([start(entryTellingAnalyser()), start(entryTellingAnalyser())]);
    const ids: string[] = [];
    for (let i = 0; i < 20; i++) ids.push(await world.addAudio(round, 1_000_000 + i));
    await world.published.until((all) => all.length >= ids.length);

    expect(texts()).toEqual(ids);
    expect(workers.flatMap((worker) => worker.roundIds())).toEqual([round.id]);
  });
});

describe('two workers', () => {
  it('share the rounds, each held by one', async () => {
    const pair = await Promise.all([start(entryTellingAnalyser()), start(entryTellingAnalyser())]);
    const rounds = await Promise.all(Array.from({ length: 12 }, () => world.putRound()));
    const held = () => pair.flatMap((worker) => worker.roundIds());
    await eventually(async () => held().length === rounds.length);

    expect(held().toSorted()).toEqual(rounds.map(({ id }) => id).toSorted());
    for (const worker of pair) expect(worker.roundIds().length).toBeGreaterThanOrEqual(3);
  });
});

describe('rounds that save at once', () => {
  it('make their snapshots in turns of the event loop of their own, so that none holds it for all', async () => {
    const rounds = await Promise.all(Array.from({ length: 10 }, () => world.putRound()));
    let busy = false;
    let together = 0;
    const worker = await start(
      entryTellingAnalyser({
        snapshot() {
          if (busy) together += 1;
          busy = true;
          setImmediate(() => {
            busy = false;
          });
          return 0;
        },
      }),
    );
    await eventually(async () => worker.roundIds().length === rounds.length);
    const entries = world.redis.multi();
    for (const { id } of rounds) {
      entries.xadd(keys.audio(id), '*', 'speaker', 'CANDIDATE', 'capturedAtMs', '1000000', 'data', 'audio');
    }
    await entries.exec();
    await eventually(async () =>
      (await Promise.all(rounds.map(({ id }) => world.redis.xlen(keys.audio(id))))).every((n) => n === 0),
    );
    expect(together).toBe(0);
  });
});

describe('rounds with a backlog', () => {
  it('let the event loop go round between their entries', async () => {
    const rounds = await Promise.all(Array.from({ length: 10 }, () => world.putRound()));
    for (const round of rounds) for (let i = 0; i < 60; i++) await world.addAudio(round, 1_000_000 + i);
    let [handled, inTurn, most] = [0, 0, 0];
    await start(
      entryTellingAnalyser({
        handle() {
          // A millisecond's work that waits for nothing.
          for (const since = performance.now(); performance.now() - since < 1; );
          if (inTurn === 0) {
            setImmediate(() => {
              inTurn = 0;
            });
          }
          inTurn += 1;
          most = Math.max(most, inTurn);
          handled += 1;
          return [];
        },
      }),
    );
    await eventually(async () => handled === 600);
    // Two or three of each round; without a pause it is all that one answer of Redis brings, 90 and more.
    expect(most).toBeLessThan(45);
  });
});

describe('withdrawn consent', () => {
  it('stops the analysis within 1 s, drops unread media, and frees the round', async () => {
    const round = await world.putRound();
    const [measuring, gate] = [createGate(), createGate()];
    const worker = await start(
      entryTellingAnalyser({
        async handle(entry) {
          measuring.open();
          await gate.opened;
          return [segmentOf(entry)];
        },
        // The worker has heard of the withdrawal while it measures.
        roundChanged: gate.open,
        finish: () => [{ kind: 'status', key: 'end', state: 'OK', detail: null }],
      }),
    );
    for (let i = 0; i < 10; i++) await world.addAudio(round, 1_000_000 + i);
    await measuring.opened;
    const withdrawnAtMs = Date.now();
    await world.change(round, { consentGiven: false });
    await eventually(async () => worker.roundIds().length === 0);

    expect(Date.now() - withdrawnAtMs).toBeLessThan(1000);
    expect(await world.redis.exists(keys.lease('speech', round.id))).toBe(0);
    expect(await world.redis.xlen(keys.audio(round.id))).toBe(0);
    expect(await world.results()).toEqual([]);
  });

  it('given again, begins a new analysis, whose ids are not those of the first', async () => {
    const round = await world.putRound();
    const analyser = entryTellingAnalyser({
      handle: (entry) => [{ ...segmentOf(entry), key: 'the first segment' } as SegmentFinding],
      snapshot: () => 'voice of the candidate',
    });
    await start(analyser);
    await world.addAudio(round, 1_000_000);
    const checkpoint = () => world.redis.get(keys.checkpoint('speech', round.id));
    await eventually(async () => (await checkpoint())?.includes('voice') ?? false);
    const withdrawn = await world.change(round, { consentGiven: false });
    await eventually(async () => (await world.redis.scard(keys.unfinishedRounds('speech'))) === 0);
    expect(await checkpoint()).not.toContain('voice');

    await world.change(withdrawn, { consentGiven: true });
    const id = await world.addAudio(round, 1_000_500);
    await world.published.until((all) => all.length === 2);
    expect(texts()[1]).toBe(id);
    expect(analyser.snapshots).toEqual([null, null]);
    expect(world.published.all[1]?.id).not.toBe(world.published.all[0]?.id);
    expect(await world.redis.ttl(keys.audio(round.id))).toBe(-1);
  });

  it('given again before an entry is done, ends the analysis all the same', async () => {
    const round = await world.putRound();
    const [measuring, gate] = [createGate(), createGate()];
    const analyser = entryTellingAnalyser({
      async handle(entry) {
        measuring.open();
        await gate.opened;
        return [segmentOf(entry)];
      },
      roundChanged({ consentGiven }) {
        if (consentGiven) gate.open();
      },
    });
    await start(analyser);
    await world.addAudio(round, 1_000_000);
    await measuring.opened;
    const withdrawn = await world.change(round, { consentGiven: false });
    await world.change(withdrawn, { consentGiven: true });
    await eventually(async () => analyser.snapshots.length === 2);
    const id = await world.addAudio(round, 1_000_500);
    await world.published.until((all) => all.length === 1);

    expect(texts()).toEqual([id]);
    expect(analyser.snapshots).toEqual([null, null]);
  });
});

describe('an entry that cannot be handled', () => {
  it('goes to the dead letters after five attempts, without its media, and the round goes on', async () => {
    const round = await world.putRound();
    let attempts = 0;
    const worker = await start(
      entryTellingAnalyser({
        handle(entry) {
          if (entry.entry.capturedAtMs !== 1_000_000) return [segmentOf(entry)];
          attempts += 1;
          throw new Error('cannot be decoded');
        },
      }),
    );
    const bad = await world.addAudio(round, 1_000_000, Buffer.from('secret voice'));
    const good = await world.addAudio(round, 1_000_100);
    await world.published.until((all) => all.length === 1);

    expect(attempts).toBe(5);
    expect(texts()).toEqual([good]);
    const [dead] = await world.redis.xrange(keys.deadEntries('speech'), '-', '+');
    expect(JSON.stringify(dead)).not.toContain('secret');
    expect(DeadEntry.parse(JSON.parse(dead?.[1][1] ?? ''))).toMatchObject({
      roundId: round.id,
      stream: 'audio',
      entryId: bad,
      attempts: 5,
      reason: 'Error: cannot be decoded',
    });
    expect(await metrics(worker)).toMatch(/ml_entries_dead_total\{stream="audio",service="speech"\} 1\n/);
  });
});

describe('the end of a round', () => {
  it('reads what is left, finishes, removes what is kept of it and frees it', async () => {
    const round = await world.putRound();
    const [measuring, gate] = [createGate(), createGate()];
    await start(
      entryTellingAnalyser({
        async handle(entry) {
          measuring.open();
          await gate.opened;
          return [segmentOf(entry)];
        },
        finish: () => [{ kind: 'status', key: 'end', state: 'OK', detail: null }],
      }),
    );
    const ids: string[] = [];
    for (let i = 0; i < 100; i++) ids.push(await world.addAudio(round, 1_000_000 + i));
    await measuring.opened;
    await world.change(round, { status: 'COMPLETED' });
    gate.open();
    await world.published.until((all) => all.length === ids.length + 1);

    expect(texts()).toEqual([...ids, 'status']);
    await eventually(async () => (await world.redis.exists(keys.lease('speech', round.id))) === 0);
    expect(await world.redis.xlen(keys.audio(round.id))).toBe(0);
    expect(await world.redis.ttl(keys.audio(round.id))).toBeGreaterThan(0);
    expect(await world.redis.exists(keys.checkpoint('speech', round.id))).toBe(0);
    expect(await world.redis.scard(keys.unfinishedRounds('speech'))).toBe(0);
  });
});

describe('an orderly stop', () => {
  it('hands the round over at once: the successor neither loses nor repeats an entry', async () => {
    const round = await world.putRound();
    const worker = await start(entryTellingAnalyser());
    const first = await world.addAudio(round, 1_000_000);
    await world.published.until((all) => all.length === 1);
    await worker.stop();
    expect(await world.redis.exists(keys.lease('speech', round.id))).toBe(0);
    const second = await world.addAudio(round, 1_000_100);
    await start(entryTellingAnalyser());
    await world.published.until((all) => all.length === 2);

    expect(texts()).toEqual([first, second]);
  });

  it('does not wait for a finish that takes its time: the successor finishes the round', async () => {
    const round = await world.putRound({ status: 'COMPLETED' });
    await world.redis.sadd(keys.unfinishedRounds('speech'), round.id);
    const id = await world.addAudio(round, 1_000_000);
    const finishing = createGate();
    const worker = await start(
      entryTellingAnalyser({
        finish() {
          finishing.open();
          return new Promise(() => undefined);
        },
      }),
    );
    await finishing.opened;
    await worker.stop();
    expect(await world.redis.exists(keys.lease('speech', round.id), keys.holders('speech', round.id))).toBe(0);
    await start(entryTellingAnalyser({ finish: () => [{ kind: 'status', key: 'end', state: 'OK', detail: null }] }));
    await eventually(async () => (await world.redis.scard(keys.unfinishedRounds('speech'))) === 0);
    expect(new Set(texts())).toEqual(new Set([id, 'status']));
  });

  it('keeps the lease of a round for as long as its last entry takes', async () => {
    const round = await world.putRound();
    const [measuring, gate] = [createGate(), createGate()];
    const worker = await start(
      entryTellingAnalyser({
        async handle(entry) {
          measuring.open();
          await gate.opened;
          return [segmentOf(entry)];
        },
      }),
    );
    const id = await world.addAudio(round, 1_000_000);
    await measuring.opened;
    const stopped = worker.stop();
    const lease = keys.lease('speech', round.id);
    // Each time that the renewal comes round, while the worker already stops.
    for (let n = 0; n < 2; n++) {
      await world.redis.pexpire(lease, LEASE_TTL_MS / 2);
      await eventually(async () => (await world.redis.pttl(lease)) > LEASE_TTL_MS / 2);
    }
    gate.open();
    await stopped;
    expect(texts()).toEqual([id]);
  });
});

describe('health', () => {
  it('says that the models are not loaded while they load', async () => {
    const gate = createGate();
    const loading = createGate();
    const analyser: Analyser = {
      ...entryTellingAnalyser(),
      start: () => {
        loading.open();
        return gate.opened;
      },
    };
    const port = 20_000 + Math.floor(Math.random() * 20_000);
    const starting = startWorker(analyser, { redisUrl: world.redisUrl, host: '127.0.0.1', port, log });
    await loading.opened;
    const report = async (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    expect(await (await report('/health')).json()).toMatchObject({
      status: 'degraded',
      services: { redis: 'up', models: 'down' },
    });
    expect((await report('/health/ready')).status).toBe(503);
    gate.open();
    workers.push(await starting);
    expect(await (await report('/health')).json()).toMatchObject({ status: 'healthy' });
  });
});
