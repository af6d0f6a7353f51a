import type { HealthReport } from '@interview/runtime/health';
import { channels, keys } from '@interview/schema/keys';
import type { StoredInsight } from '@interview/schema/messages';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DeadEntry } from './dead-letter.js';
import type { FeedAnalyser } from './feed-analyser.js';
import { startFeedWorker } from './feed-worker.js';
import type { RunningWorker } from './service.js';
import { INTERNAL_KEY, InsightsRoute } from './testing/insights-route.js';
import { Arrivals, eventually, log, WorkerWorld } from './worker.fixtures.js';

let world: WorkerWorld;
let route: InsightsRoute;
let insightsUrl: string;
const workers: RunningWorker[] = [];

/** Tells an aggregate whose count of alerts is that of the insights it was given. */
function countingAnalyser(
  readings = new Arrivals<number>(),
  fails: { add?: (insight: StoredInsight) => boolean; findings?: (alerts: number) => boolean } = {},
): FeedAnalyser & { readings: Arrivals<number> } {
  return {
    service: 'aggregator',
    source: 'aggregator/test',
    after: ['fraud'],
    intervalMs: 20,
    readings,
    open() {
      let alertsCount = 0;
      let told = -1;
      return {
        add({ insights }) {
          if (fails.add && insights.some(fails.add)) throw new Error('cannot be counted');
          alertsCount += insights.filter(({ disposition }) => disposition !== 'DISMISSED').length;
          readings.add(insights.length);
        },
        findings({ position, ended }) {
          if (fails.findings?.(alertsCount)) throw new Error('cannot be told');
          if (told === alertsCount && !ended) return [];
          told = alertsCount;
          return [
            {
              kind: 'aggregate',
              key: `aggregate:${JSON.stringify(position)}`,
              upTo: position,
              speech: {
                averageConfidence: null,
                totalHesitations: 0,
                averageResponseTimeMs: null,
                talkRatio: null,
                wordsPerMinute: null,
              },
              video: { engagementScore: null, eyeContactPercentage: null, headMovement: null },
              fraud: {
                alertsCount,
                tabSwitches: 0,
                multipleFacesDetected: false,
                faceSwitches: 0,
                backgroundVoices: 0,
              },
              recommendations: [],
            },
          ];
        },
      };
    },
  };
}

async function start(analyser: FeedAnalyser): Promise<RunningWorker> {
  const options = { redisUrl: world.redisUrl, host: '127.0.0.1', port: 0, log, insightsUrl, internalKey: INTERNAL_KEY };
  const worker = await startFeedWorker(analyser, options);
  workers.push(worker);
  return worker;
}

const counts = () =>
  world.published.all.map((result) => (result.kind === 'aggregate' ? result.fraud.alertsCount : result.kind));
const wake = (roundId: string, insight: StoredInsight) =>
  world.redis.publish(channels.feed(roundId), JSON.stringify({ insights: [insight] }));

beforeEach(async () => {
  world = await WorkerWorld.open(10, 'aggregator');
  route = new InsightsRoute();
  insightsUrl = await route.open();
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  route.close();
  world.close();
});

describe('a worker that reads what is stored', () => {
  it('reads all pages from the first sequence on, then what a wake announces', async () => {
    const round = await world.putRound();
    for (let i = 0; i < 5; i++) route.store(round.id);
    await start(countingAnalyser());
    await world.published.until((all) => all.length === 1);
    await wake(round.id, route.store(round.id));
    await world.published.until((all) => all.length === 2);

    expect(counts()).toEqual([5, 6]);
    expect(world.published.all[1]).toMatchObject({
      service: 'aggregator',
      roundId: round.id,
      upTo: { insight: 6, segment: 0, revision: 0 },
    });
    expect(await world.results()).toEqual(world.published.all);
  });

  it('finds what no wake announced', async () => {
    const round = await world.putRound();
    await start(countingAnalyser());
    await world.published.until((all) => all.length === 1);
    route.store(round.id);
    await world.published.until((all) => all.length === 2);
    expect(counts()).toEqual([0, 1]);
  });

  it('reads anew when a person reviewed an insight', async () => {
    const round = await world.putRound();
    const [first] = [route.store(round.id), route.store(round.id), route.store(round.id)];
    await start(countingAnalyser());
    await world.published.until((all) => all.length === 1);
    first.disposition = 'DISMISSED';
    route.revision = 1;
    await world.redis.publish(channels.feed(round.id), JSON.stringify({ reviewed: first }));
    await world.published.until((all) => all.length === 2);
    expect(counts()).toEqual([3, 2]);
  });

  it('goes on once the insights subgraph answers again, and says in its health that it does not', async () => {
    const round = await world.putRound();
    route.available = false;
    route.store(round.id);
    const worker = await start(countingAnalyser());
    // Our own report, in our own form.
    const health = async () => (await (await fetch(`http://127.0.0.1:${worker.port}/health`)).json()) as HealthReport;
    await eventually(async () => (await health()).services.insights === 'down');
    expect(world.published.all).toEqual([]);
    route.available = true;
    await world.published.until((all) => all.length === 1);
    expect(counts()).toEqual([1]);
    expect((await health()).status).toBe('healthy');
  });

  it('finishes an ended round only when the other services are done and their results are stored', async () => {
    const round = await world.putRound();
    const analyser = countingAnalyser();
    const worker = await start(analyser);
    await world.published.until((all) => all.length === 1);
    await world.redis.sadd(keys.unfinishedRounds('fraud'), round.id);
    await world.redis.xgroup('CREATE', keys.results, 'insights', '0', 'MKSTREAM');
    await world.change(round, { status: 'COMPLETED' });
    // The round's last alert: published by fraud, which then leaves the round; not stored yet.
    await world.redis.xadd(keys.results, '*', 'json', 'the last alert');
    await world.redis.srem(keys.unfinishedRounds('fraud'), round.id);
    const readSoFar = analyser.readings.all.length;
    await analyser.readings.until((all) => all.length >= readSoFar + 2);
    expect(worker.roundIds()).toEqual([round.id]);
    expect(counts()).toEqual([0]);

    route.store(round.id);
    await world.redis.xreadgroup('GROUP', 'insights', 'one', 'STREAMS', keys.results, '>');
    const ids = (await world.redis.xrange(keys.results, '-', '+')).map(([id]) => id);
    await world.redis.xack(keys.results, 'insights', ...ids);
    await eventually(async () => worker.roundIds().length === 0);
    expect(counts().at(-1)).toBe(1);
    expect(await world.redis.exists(keys.lease('aggregator', round.id))).toBe(0);
    expect(await world.redis.scard(keys.unfinishedRounds('aggregator'))).toBe(0);
  });

  it('leaves a round that its analyser cannot open, as one that lives, and takes the others', async () => {
    const [bad, good] = [await world.putRound(), await world.putRound()];
    const analyser = countingAnalyser();
    const { open } = analyser;
    let opened = 0;
    analyser.open = (state) => {
      if (state.id === good.id) return open(state);
      opened += 1;
      throw new Error('cannot be opened');
    };
    const worker = await start(analyser);
    await eventually(async () => opened === 2);
    expect(worker.roundIds()).toEqual([good.id]);
    const fields = await world.redis.hkeys(keys.holders('aggregator', bad.id));
    expect(fields.filter((field) => field.startsWith('vanished:'))).toEqual([]);
  });

  it('stops within 1 s when consent is withdrawn', async () => {
    const round = await world.putRound();
    const worker = await start(countingAnalyser());
    await world.published.until((all) => all.length === 1);
    const withdrawnAtMs = Date.now();
    await world.change(round, { consentGiven: false });
    await eventually(async () => worker.roundIds().length === 0);
    expect(Date.now() - withdrawnAtMs).toBeLessThan(1000);
  });
});

describe('an analyser that fails', () => {
  const deadLetters = async () =>
    (await world.redis.xrange(keys.deadEntries('aggregator'), '-', '+')).map(([, fields]) =>
      DeadEntry.parse(JSON.parse(fields[1] ?? '')),
    );

  it.each(['add', 'findings'] as const)(
    'in %s over one insight, goes on without it after five failures, and tells it',
    async (where) => {
      const round = await world.putRound();
      const [, , , bad] = Array.from({ length: 7 }, () => route.store(round.id));
      let failures = 0;
      let seesBad = false;
      const analyser = countingAnalyser(undefined, {
        add: (insight) => {
          seesBad ||= insight.id === bad?.id;
          if (where !== 'add' || insight.id !== bad?.id) return false;
          failures += 1;
          return true;
        },
      });
      const { open } = analyser;
      analyser.open = (state) => {
        seesBad = false;
        const analysis = open(state);
        return {
          add: (news) => analysis.add(news),
          findings(now) {
            if (where === 'findings' && seesBad) {
              failures += 1;
              throw new Error('cannot be told');
            }
            return analysis.findings(now);
          },
        };
      };
      const worker = await start(analyser);
      await world.published.until((all) => all.length === 1);
      expect(counts()).toEqual([6]);
      expect(failures).toBeGreaterThanOrEqual(5);
      expect(await deadLetters()).toEqual([
        expect.objectContaining({
          roundId: round.id,
          stream: 'insights',
          entryId: bad?.id,
          attempts: 5,
          reason: `Error: cannot be ${where === 'add' ? 'counted' : 'told'}`,
        }),
      ]);
      const text = await (await fetch(`http://127.0.0.1:${worker.port}/metrics`)).text();
      expect(text).toContain('ml_entries_dead_total{stream="insights",service="aggregator"} 1');

      await wake(round.id, route.store(round.id));
      await world.published.until((all) => all.length === 2);
      expect(counts()).toEqual([6, 7]);
      expect(await deadLetters()).toHaveLength(1);
    },
  );

  it('only once it was asked again, goes on without what it fails over all the same', async () => {
    const round = await world.putRound();
    const [, , , bad] = Array.from({ length: 7 }, () => route.store(round.id));
    const analyser = countingAnalyser();
    const { open } = analyser;
    // As one that fails over what it looked up elsewhere, which is there the second time.
    analyser.open = (state) => {
      const analysis = open(state);
      let [asked, seesBad] = [0, false];
      return {
        add(news) {
          seesBad ||= news.insights.some(({ id }) => id === bad?.id);
          analysis.add(news);
        },
        findings(now) {
          asked += 1;
          if (seesBad && asked > 1) throw new Error('cannot be compared');
          return analysis.findings(now);
        },
      };
    };
    await start(analyser);
    await world.published.until(() => counts().includes(6));
    expect(await deadLetters()).toEqual([
      expect.objectContaining({
        stream: 'insights',
        entryId: bad?.id,
        attempts: 5,
        reason: 'Error: cannot be compared',
      }),
    ]);
    await wake(round.id, route.store(round.id));
    await world.published.until(() => counts().lastIndexOf(7) > counts().indexOf(6));
    expect(await deadLetters()).toHaveLength(1);
  });

  it('over nothing at all is told once, and the round still ends', async () => {
    const round = await world.putRound();
    const worker = await start(countingAnalyser(undefined, { findings: () => true }));
    await eventually(async () => (await deadLetters()).length > 0);
    await world.change(round, { status: 'COMPLETED' });
    await eventually(async () => worker.roundIds().length === 0);
    expect(await deadLetters()).toEqual([expect.objectContaining({ stream: 'findings', entryId: null, attempts: 5 })]);
    expect(await world.redis.scard(keys.unfinishedRounds('aggregator'))).toBe(0);
  });
});
