/** What a benchmark of feeds runs in: a Redis, the simulated subgraph, and the subjects, each on its core. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '@interview/local/checkout';
import { createGuard, type Guard } from '@interview/local/guard';
import { MissingError } from '@interview/local/missing';
import { freePort } from '@interview/local/ports';
import { identify } from '@interview/local/process-identity';
import { prepareRedis } from '@interview/local/redis';
import { createSupervisor, type Supervisor } from '@interview/local/supervisor';
import type { BenchContext } from '../bench.js';
import { openFilesLimit, pinTo } from '../machine.js';
import { SimulatedInsights } from './simulated-insights.js';
import { type FeedServer, type SubjectName, type SubjectSurroundings, startSubject } from './subjects.js';

/** Beside the connections that are counted: pipes, listeners, files of the process. */
const OTHER_FILES = 200;

export class FeedPlace {
  /** Whether servers and client have cores of their own. */
  pinned: boolean;
  readonly #subjects = new Set<FeedServer>();

  private constructor(
    context: BenchContext,
    private readonly folder: string,
    private readonly guard: Guard,
    private readonly supervisor: Supervisor,
    private readonly around: SubjectSurroundings,
    readonly source: SimulatedInsights,
  ) {
    this.pinned = context.pin;
    // The source is no part of what is measured.
    this.#pin('client', process.pid);
    this.#pin('client', source.process.pid);
  }

  /**
   * Runs `work` in a place that is gone afterwards.
   * @param connections how many the benchmark opens at a time in one process
   * @throws MissingError where they cannot be had, or the system does not tell what a process uses
   */
  static async use<T>(context: BenchContext, connections: number, work: (place: FeedPlace) => Promise<T>): Promise<T> {
    if (process.platform !== 'linux') throw new MissingError('This benchmark reads /proc: it needs Linux.');
    if (openFilesLimit() < connections + OTHER_FILES) {
      throw new MissingError(
        `This benchmark opens ${connections} connections, and a process may have no more than ${openFilesLimit()} files ` +
          `open: raise the hard limit (ulimit -Hn) to ${connections + OTHER_FILES}.`,
      );
    }
    const place = await FeedPlace.#start(context);
    try {
      return await work(place);
    } finally {
      await place.#stop();
    }
  }

  static async #start(context: BenchContext): Promise<FeedPlace> {
    const { progress } = context;
    const folder = await mkdtemp(join(tmpdir(), 'interview-bench-'));
    // Ends Redis and removes the folder when this process is ended by force.
    const guard = createGuard([folder]);
    const supervisor = createSupervisor({ logFolder: join(folder, 'logs'), guard, report: progress });
    const redis = await prepareRedis(join(folder, 'redis'), await freePort(), {
      cache: cacheFolder(process.env),
      report: progress,
      signal: undefined,
    });
    await supervisor.start(redis.program);
    const internalKey = randomUUID() + randomUUID();
    const source = await SimulatedInsights.start(internalKey);
    const around = { sourceUrl: source.url, redisUrl: redis.url, internalKey, progress };
    return new FeedPlace(context, folder, guard, supervisor, around, source);
  }

  /** @param env settings of the subject on top of the benchmark's own */
  async start(name: SubjectName, env: Readonly<Record<string, string>> = {}): Promise<FeedServer> {
    const server = await startSubject(name, this.around, env);
    this.#subjects.add(server);
    const identity = identify(server.pid);
    if (identity) this.guard.watch({ name, identity, channel: false, stopSignal: 'SIGTERM' });
    this.#pin('servers', server.pid);
    return server;
  }

  async stop(server: FeedServer): Promise<void> {
    await server.stop();
    this.#subjects.delete(server);
    this.guard.forget(server.name);
  }

  async #stop(): Promise<void> {
    await Promise.all([...this.#subjects].map((server) => this.stop(server)));
    await this.source.stop();
    await this.supervisor.stop();
    await this.guard.release();
    await rm(this.folder, { recursive: true, force: true });
  }

  #pin(side: 'servers' | 'client', pid: number): void {
    this.pinned &&= pinTo(side, pid);
  }
}
