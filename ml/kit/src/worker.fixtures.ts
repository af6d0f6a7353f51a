/** The world of the workers' integration tests: a Redis database of their own, rounds, media, an analyser. */
import { randomUUID } from 'node:crypto';
import { createLog } from '@interview/runtime/log';
import { connectRedis, type RedisConnection, redisReady } from '@interview/runtime/redis';
import type { AnalyserService } from '@interview/schema/enums';
import { channels, keys } from '@interview/schema/keys';
import { Result, RoundState } from '@interview/schema/messages';
import type { Analyser, Finding, RoundAnalysis, StreamEntry } from './analyser.js';
import { Signal } from './signal.js';

export const log = createLog('test', 'silent');

/** A wait that is never fulfilled ends with what there was, before the test's own limit. */
const LIMIT_MS = 25_000;

/** Things that arrive, and a promise for when they are what is waited for. */
export class Arrivals<T> {
  readonly all: T[] = [];
  private readonly arrived = new Signal();

  add(item: T): void {
    this.all.push(item);
    this.arrived.notify();
  }

  /** Resolves when the condition holds. */
  async until(condition: (all: readonly T[]) => boolean, limitMs = LIMIT_MS): Promise<void> {
    const deadline = Date.now() + limitMs;
    while (!condition(this.all)) {
      if (Date.now() >= deadline) throw new Error(`Waited in vain; arrived: ${JSON.stringify(this.all)}`);
      await this.arrived.wait(deadline - Date.now());
    }
  }
}

/** A door that a test opens. */
export function createGate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Asks again and again until the condition holds. */
export async function eventually(condition: () => Promise<boolean>, limitMs = LIMIT_MS): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() >= deadline) throw new Error(`Asked in vain: ${condition}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export class WorkerWorld {
  readonly published = new Arrivals<Result>();

  private constructor(
    readonly redisUrl: string,
    readonly redis: RedisConnection,
    private readonly subscriber: RedisConnection,
    private readonly service: AnalyserService,
  ) {}

  /** `database`: one for each test file, so that files that run at once do not see each other's rounds. */
  static async open(database: number, service: AnalyserService): Promise<WorkerWorld> {
    const url = new URL(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379');
    url.pathname = `/${database}`;
    const redis = connectRedis(url.href, 'commands', log);
    const subscriber = connectRedis(url.href, 'subscriber', log);
    await redisReady(redis);
    await redis.flushdb();
    const world = new WorkerWorld(url.href, redis, subscriber, service);
    subscriber.on('message', (_channel, json) => world.published.add(Result.parse(JSON.parse(json)) as Result));
    await subscriber.subscribe(channels.insights(service));
    return world;
  }

  close(): void {
    this.redis.disconnect();
    this.subscriber.disconnect();
  }

  /** Writes a round's state as the rounds subgraph does, and tells it. */
  async putRound(changes: Partial<RoundState> = {}): Promise<RoundState> {
    const round = RoundState.parse({
      id: randomUUID(),
      version: 1,
      companyId: 'acme',
      candidateId: 'cora',
      interviewerId: 'ivan',
      status: 'IN_PROGRESS',
      mode: 'HUMAN_AI_ASSISTED',
      consentGiven: true,
      startedAtMs: 1_000_000,
      questions: [],
      ...changes,
    });
    const analysed = round.status === 'IN_PROGRESS' && round.consentGiven;
    await this.redis.set(keys.round(round.id), JSON.stringify(round));
    await this.redis[analysed ? 'sadd' : 'srem'](keys.analysedRounds, round.id);
    if (analysed) await this.redis.sadd(keys.unfinishedRounds(this.service), round.id);
    await this.redis.publish(channels.roundChanged, JSON.stringify(round));
    return round;
  }

  change(round: RoundState, changes: Partial<RoundState>): Promise<RoundState> {
    return this.putRound({ ...round, version: round.version + 1, ...changes });
  }

  async addAudio(round: RoundState, capturedAtMs: number, data = Buffer.from('audio')): Promise<string> {
    const fields = ['speaker', 'CANDIDATE', 'capturedAtMs', String(capturedAtMs), 'data', data];
    return String(await this.redis.xadd(keys.audio(round.id), '*', ...fields));
  }

  async addVideo(round: RoundState, capturedAtMs: number): Promise<string> {
    const fields = ['capturedAtMs', String(capturedAtMs), 'data', Buffer.from('picture')];
    return String(await this.redis.xadd(keys.video(round.id), '*', ...fields));
  }

  /** The durable stream. */
  async results(): Promise<Result[]> {
    const entries = await this.redis.xrange(keys.results, '-', '+');
    return entries.map(([, fields]) => Result.parse(JSON.parse(fields[1] ?? '')) as Result);
  }

  /** Cuts every connection to this world's database but its own. */
  async cutConnections(): Promise<void> {
    const own = await this.redis.client('ID');
    const database = new URL(this.redisUrl).pathname.slice(1);
    const clients = String(await this.redis.client('LIST')).split('\n');
    for (const client of clients) {
      const id = /^id=(\d+)/.exec(client)?.[1];
      const others = client.includes(` db=${database} `) && Number(id) !== own && client.includes(' sub=0 ');
      if (id && others) await this.redis.client('KILL', 'ID', id);
    }
  }
}

/** One finding for each entry: a segment that names it. */
export function segmentOf(entry: StreamEntry): Finding {
  return {
    kind: 'segment',
    key: `${entry.stream}:${entry.id}`,
    speaker: 'CANDIDATE',
    text: entry.id,
    atMs: entry.entry.capturedAtMs,
    durationMs: 100,
    confidence: null,
    isFinal: true,
    capturedAtMs: entry.entry.capturedAtMs,
  };
}

/** An analyser of audio and video that tells each entry it is given; a test replaces what matters to it. */
export function entryTellingAnalyser(changes: Partial<RoundAnalysis> = {}): Analyser & { snapshots: unknown[] } {
  const snapshots: unknown[] = [];
  return {
    service: 'speech',
    source: 'speech/test',
    streams: ['audio', 'video'],
    snapshots,
    open(_round, snapshot) {
      snapshots.push(snapshot);
      let handled = typeof snapshot === 'number' ? snapshot : 0;
      return {
        handle(entry) {
          handled += 1;
          return [segmentOf(entry)];
        },
        snapshot: () => handled,
        ...changes,
      };
    },
  };
}
