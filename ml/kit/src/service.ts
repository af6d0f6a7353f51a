/**
 * The process around a worker: Redis connections, health, metrics, and the order in which they open and close.
 */
import type { AddressInfo } from 'node:net';
import { createMetrics, healthReport, serveHealth } from '@interview/runtime/health';
import type { Logger } from '@interview/runtime/log';
import { connectRedis, type RedisConnection, redisReady } from '@interview/runtime/redis';
import { createStopper } from '@interview/runtime/stop';
import type { AnalyserService } from '@interview/schema/enums';
import { createWorkerMetrics, type WorkerMetrics } from './worker-metrics.js';

export interface ServiceOptions {
  redisUrl: string;
  host: string;
  /** Of `/health` and `/metrics`; 0 takes a free one. */
  port: number;
  log: Logger;
  /** Epoch ms; the machine's clock by default. */
  clock?: () => number;
}

/** What a worker is built of. */
export interface ServiceParts {
  redis: RedisConnection;
  /** For blocking reads only. */
  reader: RedisConnection;
  subscriber: RedisConnection;
  clock: () => number;
  metrics: WorkerMetrics;
  log: Logger;
  /** Registers what is to be closed; the last registered is closed first. */
  onStop(name: string, run: () => unknown): void;
}

/** What a kind of worker adds to the service. */
export interface ServiceCore {
  /** Loads models and begins to take rounds; the service is healthy once it resolves. */
  start(): Promise<void>;
  roundIds(): string[];
  /** By stream: the age of the oldest entry that is not handled yet. Without one, nothing waits. */
  lagMs(): ReadonlyMap<string, number>;
  /** Probes beside Redis and the models. */
  probes?: Record<string, () => Promise<unknown>>;
}

export interface RunningWorker {
  port: number;
  /** The rounds held at this moment. */
  roundIds(): string[];
  /** Hands its rounds over and closes everything. */
  stop(): Promise<void>;
}

/** Starts a worker's service. Resolves when it takes rounds; `/health` answers before, with `models` down. */
export async function startService(
  service: AnalyserService,
  options: ServiceOptions,
  build: (parts: ServiceParts) => ServiceCore,
): Promise<RunningWorker> {
  const { log, redisUrl, host, port } = options;
  const stopper = createStopper(log);
  const connect = (kind: 'commands' | 'reader' | 'subscriber') => {
    const redis = connectRedis(redisUrl, kind, log);
    stopper.onStop(`redis ${kind}`, () => redis.disconnect());
    return redis;
  };
  const registry = createMetrics(service);
  const metrics = createWorkerMetrics(registry);
  const redis = connect('commands');
  const core = build({
    redis,
    reader: connect('reader'),
    subscriber: connect('subscriber'),
    clock: options.clock ?? Date.now,
    metrics,
    log,
    onStop: stopper.onStop,
  });
  metrics.observeLag(() => core.lagMs());
  let ready = false;
  const report = async () => ({
    ...(await healthReport({
      redis: () => redis.ping(),
      models: async () => {
        if (!ready) throw new Error('not loaded yet');
      },
      ...core.probes,
    })),
    rounds: core.roundIds().length,
    lagMs: Object.fromEntries(core.lagMs()),
    ...(await metrics.counts()),
  });
  try {
    const server = await serveHealth({ port, host, report, metrics: registry });
    stopper.onStop('health', () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    });
    await redisReady(redis);
    await core.start();
    ready = true;
    log.info({ port: portOf(server.address()) }, 'takes rounds');
    return { port: portOf(server.address()), roundIds: core.roundIds, stop: () => stopper.stop() };
  } catch (error) {
    await stopper.stop();
    throw error;
  }
}

const portOf = (address: AddressInfo | string | null) => (typeof address === 'object' && address ? address.port : 0);
