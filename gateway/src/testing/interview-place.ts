/** The test world with gateways before it, Redis, and people who connect to them over Socket.IO. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createLog } from '@interview/runtime/log';
import { connectRedis, type RedisConnection, redisReady } from '@interview/runtime/redis';
import { channels, keys } from '@interview/schema/keys';
import type { RoundState } from '@interview/schema/messages';
import { connectInterview, type InterviewClient } from './interview-client.js';
import { createInterviewWorld, type InterviewWorld } from './interview-world.js';
import { startTestGateway, type TestGateway, tokenFor } from './test-gateway.js';

export const TEST_REDIS_URL = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';

export type Someone = Parameters<typeof tokenFor>[0];
export const CARL = { id: 'carl', role: 'CANDIDATE' } as const;
export const INES = { id: 'ines', role: 'EMPLOYEE' } as const;
export const HELEN = { id: 'helen', role: 'HR' } as const;

export class InterviewPlace {
  readonly #clients: InterviewClient[] = [];
  readonly #gateways: TestGateway[] = [];

  private constructor(
    readonly world: InterviewWorld,
    readonly redis: RedisConnection,
  ) {}

  static async open(): Promise<InterviewPlace> {
    const world = createInterviewWorld();
    await world.start();
    const redis = connectRedis(TEST_REDIS_URL, 'commands', createLog('test', 'silent'));
    await redisReady(redis);
    return new InterviewPlace(world, redis);
  }

  async startGateway(env: Record<string, string> = {}): Promise<TestGateway> {
    const gateway = await startTestGateway(this.world, env);
    this.#gateways.push(gateway);
    return gateway;
  }

  async connect(gateway: TestGateway, person: Someone, ttlSeconds?: number): Promise<InterviewClient> {
    const client = await connectInterview(gateway.url, await tokenFor(person, ttlSeconds));
    this.#clients.push(client);
    return client;
  }

  /** Writes a round's state as the rounds subgraph does: in progress, with consent, of Carl and Ines of acme. */
  async putRound(change: Partial<RoundState> = {}): Promise<string> {
    const state: RoundState = {
      id: randomUUID(),
      version: 1,
      companyId: 'acme',
      candidateId: CARL.id,
      interviewerId: INES.id,
      status: 'IN_PROGRESS',
      mode: 'HUMAN_AI_ASSISTED',
      consentGiven: true,
      startedAtMs: Date.now(),
      questions: [],
      ...change,
    };
    await this.redis.set(keys.round(state.id), JSON.stringify(state), 'EX', 60);
    await this.redis.publish(channels.roundChanged, JSON.stringify(state));
    return state.id;
  }

  /** What people did to a round in the graph, in order: `joinRound carl`. */
  movesOf(roundId: string): string[] {
    return this.world.moves.filter((m) => m.includes(roundId)).map((m) => m.replace(` ${roundId}`, ''));
  }

  /** Resolves as soon as `condition` holds; looked at whenever somebody has moved in the graph. */
  async untilMoved(condition: () => boolean): Promise<void> {
    while (!condition()) await once(this.world.onMove, 'move');
  }

  /** Resolves when the feeds of a round are open in the insights subgraph. */
  untilFed(roundId: string): Promise<void> {
    const { insights, log } = this.world;
    return insights.until(
      () =>
        insights.opened.filter((o) => o.variables['roundId'] === roundId).length >= 5 && log.followed.includes(roundId),
    );
  }

  leaveAll(): void {
    for (const { socket } of this.#clients.splice(0)) socket.close();
  }

  async close(): Promise<void> {
    this.leaveAll();
    await Promise.all(this.#gateways.splice(0).map((gateway) => gateway.stop()));
    this.redis.disconnect();
    await this.world.stop();
  }
}
