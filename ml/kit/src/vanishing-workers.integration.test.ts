/** Real worker processes, ended in every way a process ends: nothing is lost, nothing told twice, innocents live on. */
import { randomInt } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { AnalyserService } from '@interview/schema/enums';
import { channels, keys } from '@interview/schema/keys';
import type { InsightResult, Result, RoundState } from '@interview/schema/messages';
import { afterEach, describe, expect, it } from '@jest/globals';
import { DeadEntry } from './dead-letter.js';
import { resultId } from './result-id.js';
import { findingOf, nextDigest } from './testing/chain.analysis.js';
import { INTERNAL_KEY, InsightsRoute } from './testing/insights-route.js';
import { Fleet } from './testing/worker-process.js';
import { eventually, WorkerWorld } from './worker.fixtures.js';

/** Of each kind of worker. `KILLS=100 npm test -- vanishing` is fault 4 of docs/reliability.md. */
const KILLS = Number(process.env['KILLS'] ?? 10);
const TAKEOVER_MS = 5000;
/** Where this process, which only waits, was so late itself, a takeover's time tells of the machine. */
const STARVED_MS = 100;
const BURST = 40;

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function openWorld(database: number, service: AnalyserService): Promise<WorkerWorld> {
  const world = await WorkerWorld.open(database, service);
  cleanUp.push(() => world.close());
  return world;
}

async function openFleet(count: number, env: Record<string, string>): Promise<Fleet> {
  const fleet = new Fleet(env);
  cleanUp.push(() => fleet.stop());
  await fleet.start(count);
  return fleet;
}

const isInsight = (result: Result): result is InsightResult => result.kind === 'insight';
const insightsOf = (all: readonly Result[]) => all.filter(isInsight);
const digestOf = ({ value }: InsightResult) => ('text' in value ? value.text : undefined);

/** What an undisturbed run tells of a round: the digest by the insight's id. */
function undisturbed(service: AnalyserService, roundId: string, texts: readonly string[]): Map<string, string> {
  const told = new Map<string, string>();
  let digest = '';
  for (const [n, text] of texts.entries()) {
    digest = nextDigest(digest, Buffer.from(text));
    for (const { key } of findingOf({ count: n + 1, digest }, 0)) told.set(resultId(roundId, service, key), digest);
  }
  return told;
}

/** What was told, each id once. @throws when a repeated id says something else than before. */
function once(insights: readonly InsightResult[]): Map<string, string | undefined> {
  const told = new Map<string, string | undefined>();
  for (const insight of insights) {
    const digest = digestOf(insight);
    if (told.has(insight.id) && told.get(insight.id) !== digest)
      throw new Error(`${insight.id} was told anew, otherwise`);
    told.set(insight.id, digest);
  }
  return told;
}

/** Rounds that are fed while the workers that hold them are killed, always in the middle of a batch. */
class KillRun {
  readonly texts = new Map<string, string[]>();
  readonly takeovers: { ms: number; latenessMs: number }[] = [];
  private readonly lateness = monitorEventLoopDelay({ resolution: 10 });

  constructor(
    private readonly service: AnalyserService,
    private readonly world: WorkerWorld,
    private readonly fleet: Fleet,
    private readonly rounds: readonly RoundState[],
    private readonly append: (round: RoundState, texts: string[]) => Promise<void>,
  ) {}

  async run(): Promise<void> {
    this.lateness.enable();
    await this.feed();
    for (let n = 0; n < KILLS; n++) {
      await this.killOne();
      // Half of the kills meet workers that have forgotten the one before, half meet careful ones.
      if (n % 2 === 1) await this.world.redis.del(...this.rounds.map(({ id }) => keys.holders(this.service, id)));
    }
    for (const { id } of this.rounds) {
      const expected = undisturbed(this.service, id, this.texts.get(id) ?? []);
      const mine = (all: readonly Result[]) => insightsOf(all).filter(({ roundId }) => roundId === id);
      await this.world.published.until((all) => once(mine(all)).size >= expected.size);
      expect(once(mine(this.world.published.all))).toEqual(expected);
    }
    // What was published is what is kept to be stored.
    const kept = insightsOf(await this.world.results());
    expect(kept.map(({ id }) => id)).toEqual(insightsOf(this.world.published.all).map(({ id }) => id));
    expect(await this.world.redis.exists(keys.deadEntries(this.service))).toBe(0);
    const judged = this.takeovers.filter(({ latenessMs }) => latenessMs < STARVED_MS);
    process.stderr.write(
      `${this.service}: ${judged.length} of ${KILLS} takeovers judged by their time, ` +
        `the slowest took ${Math.max(...judged.map(({ ms }) => ms))} ms\n`,
    );
    expect(judged.filter(({ ms }) => ms >= TAKEOVER_MS)).toEqual([]);
  }

  private async feed(): Promise<void> {
    for (const round of this.rounds) {
      const texts = this.texts.get(round.id) ?? [];
      const burst = Array.from({ length: BURST }, (_, i) => `${round.id} ${texts.length + i}`);
      this.texts.set(round.id, [...texts, ...burst]);
      await this.append(round, burst);
    }
  }

  private async killOne(): Promise<void> {
    const { worker, roundIds } = await this.fleet.busiest();
    const before = this.world.published.all.length;
    const some = randomInt(1, 10);
    await this.feed();
    await this.world.published.until((all) => all.length >= before + some);
    const killedAtMs = Date.now();
    this.lateness.reset();
    await worker.end('SIGKILL');
    await this.feed();
    const heldOn = new Set<string>();
    await this.world.published.until((all) => {
      for (const { roundId, source } of insightsOf(all.slice(before)))
        if (source !== worker.source) heldOn.add(roundId);
      return roundIds.every((id) => heldOn.has(id));
    });
    // The histogram counts in nanoseconds.
    this.takeovers.push({ ms: Date.now() - killedAtMs, latenessMs: this.lateness.max / 1e6 });
  }
}

describe(`workers killed ${KILLS} times in the middle of a batch`, () => {
  it(
    'are replaced within 5 s, and what reads media loses and repeats nothing',
    async () => {
      const world = await openWorld(13, 'speech');
      const rounds = await Promise.all(Array.from({ length: 3 }, () => world.putRound()));
      const fleet = await openFleet(2, { REDIS_URL: world.redisUrl });
      const append = async (round: RoundState, texts: string[]) => {
        for (const text of texts) await world.addAudio(round, 1_000_000, Buffer.from(text));
      };
      await new KillRun('speech', world, fleet, rounds, append).run();
      await eventually(async () =>
        (await Promise.all(rounds.map(({ id }) => world.redis.xlen(keys.audio(id))))).every((n) => n === 0),
      );
    },
    60_000 + KILLS * 10_000,
  );

  it(
    'are replaced within 5 s, and what reads the stored feed loses and repeats nothing',
    async () => {
      const world = await openWorld(14, 'nlp');
      const route = new InsightsRoute(500);
      const insightsUrl = await route.open();
      cleanUp.push(() => route.close());
      const rounds = await Promise.all(Array.from({ length: 3 }, () => world.putRound()));
      const fleet = await openFleet(2, {
        REDIS_URL: world.redisUrl,
        INSIGHTS_URL: insightsUrl,
        INTERNAL_API_KEY: INTERNAL_KEY,
      });
      const append = async (round: RoundState, texts: string[]) => {
        // What was published is stored by now, and not published again after a takeover.
        const stored = new Set(route.insights.map(({ id }) => id));
        for (const { id, roundId } of insightsOf(world.published.all)) {
          if (stored.has(id)) continue;
          stored.add(id);
          route.store(roundId, { id });
        }
        const segments = texts.map((text) => route.storeSegment(round.id, text));
        await world.redis.publish(channels.feed(round.id), JSON.stringify({ segments }));
      };
      await new KillRun('nlp', world, fleet, rounds, append).run();
    },
    60_000 + KILLS * 10_000,
  );
});

describe('a worker told to stop', () => {
  it('hands its rounds over within a second, and nothing is told twice', async () => {
    const world = await openWorld(13, 'speech');
    const rounds = await Promise.all(Array.from({ length: 3 }, () => world.putRound()));
    const fleet = await openFleet(2, { REDIS_URL: world.redisUrl });
    const texts = Array.from({ length: 300 }, (_, i) => `text ${i}`);
    const { worker, roundIds } = await fleet.busiest();
    for (const text of texts) for (const round of rounds) await world.addAudio(round, 1_000_000, Buffer.from(text));
    await world.published.until((all) => insightsOf(all).filter(({ source }) => source === worker.source).length >= 5);
    const toldAtMs = Date.now();
    expect(await worker.end('SIGTERM')).toBe('0');
    const taken = async () => (await fleet.held()).flatMap((held) => held.roundIds);
    await eventually(async () => {
      const ids = await taken();
      return roundIds.every((id) => ids.includes(id));
    });
    expect(Date.now() - toldAtMs).toBeLessThan(1000);

    const all = rounds.flatMap(({ id }) => [...undisturbed('speech', id, texts).keys()]);
    await world.published.until((published) => published.length >= all.length);
    expect(
      insightsOf(world.published.all)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(all.toSorted());
    expect(new Set(insightsOf(world.published.all).map(({ source }) => source)).size).toBeGreaterThan(1);
    expect(await Promise.all(rounds.map(({ id }) => world.redis.hkeys(keys.holders('speech', id))))).toEqual(
      rounds.map(() => ['holder']),
    );
  });
});

describe('an entry that ends the process', () => {
  it('is given up after five workers, told in the dead letters, and no other entry is', async () => {
    const world = await openWorld(13, 'speech');
    const rounds = await Promise.all(Array.from({ length: 3 }, () => world.putRound()));
    const texts = Array.from({ length: 30 }, (_, i) => `text ${i}`);
    const [poisoned] = rounds;
    let bad = '';
    for (const [n, text] of texts.entries()) {
      for (const round of rounds) {
        await world.addAudio(round, 1_000_000, Buffer.from(text));
        if (round === poisoned && n === 13) bad = await world.addAudio(round, 1_000_000, Buffer.from('abort'));
      }
    }
    const fleet = await openFleet(1, { REDIS_URL: world.redisUrl });
    const expected = new Map(rounds.flatMap(({ id }) => [...undisturbed('speech', id, texts)]));
    const told = () => once(insightsOf(world.published.all));
    // Five takeovers of 4 s each, and on a busy machine as long again for each new process to start.
    await world.published.until(() => told().size >= expected.size, 120_000);

    expect(told()).toEqual(expected);
    expect(fleet.endings).toEqual(Array.from({ length: 5 }, () => 'SIGABRT'));
    const dead = await world.redis.xrange(keys.deadEntries('speech'), '-', '+');
    expect(dead.map(([, fields]) => DeadEntry.parse(JSON.parse(fields[1] ?? '')))).toEqual([
      {
        roundId: poisoned?.id,
        stream: 'audio',
        entryId: bad,
        bytes: expect.any(Number),
        attempts: 5,
        reason: 'Workers vanished while they handled it.',
        atMs: expect.any(Number),
      },
    ]);
  }, 150_000);
});
