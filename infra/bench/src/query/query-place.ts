/** What the benchmark of queries runs in: a Redis, the simulated subgraphs, and the servers, each side on its core. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHECKOUT, cacheFolder } from '@interview/local/checkout';
import { createGuard, type Guard } from '@interview/local/guard';
import { MissingError } from '@interview/local/missing';
import { freePort } from '@interview/local/ports';
import { identify } from '@interview/local/process-identity';
import { prepareRedis } from '@interview/local/redis';
import { createSupervisor, type Supervisor } from '@interview/local/supervisor';
import type { BenchContext } from '../bench.js';
import { benchEntry, nextMessage, type ServerProcess, startProcess } from '../feeds/server-process.js';
import { pinTo } from '../machine.js';
import type { QueryServer, Surroundings } from './query-subjects.js';
import { Listening, SimulationReport } from './simulation-report.js';

const SIMULATION = 'the simulated subgraphs';

export class QueryPlace {
  /** Whether servers and client have cores of their own. */
  pinned: boolean;
  readonly #servers: QueryServer[] = [];

  private constructor(
    context: BenchContext,
    private readonly guard: Guard,
    supervisor: Supervisor,
    private readonly simulation: ServerProcess,
    readonly around: Surroundings,
  ) {
    this.pinned = context.pin;
    this.#pin('client', process.pid);
    this.#pin('client', simulation.pid);
    for (const pid of Object.values(supervisor.pids())) this.#pin('client', pid);
  }

  /** Runs `work` in a place that is gone afterwards. @throws MissingError where the system does not tell CPU times */
  static async use<T>(context: BenchContext, work: (place: QueryPlace) => Promise<T>): Promise<T> {
    if (process.platform !== 'linux') throw new MissingError('This benchmark reads /proc: it needs Linux.');
    const { progress } = context;
    const folder = await mkdtemp(join(tmpdir(), 'interview-bench-'));
    // Ends Redis and removes the folder when this process is ended by force.
    const guard = createGuard([folder]);
    const supervisor = createSupervisor({ logFolder: join(folder, 'logs'), guard, report: progress });
    let place: QueryPlace | undefined;
    try {
      const redis = await prepareRedis(join(folder, 'redis'), await freePort(), {
        cache: cacheFolder(process.env),
        report: progress,
        signal: undefined,
      });
      await supervisor.start(redis.program);
      const simulation = startProcess({
        name: SIMULATION,
        args: [benchEntry('query/simulated-product.js')],
        env: {},
      });
      const { port } = Listening.parse(await nextMessage(SIMULATION, simulation));
      const subgraphsUrl = `http://127.0.0.1:${port}`;
      const supergraph = await supergraphFor(folder, subgraphsUrl);
      const around = { subgraphsUrl, redisUrl: redis.url, supergraph, progress };
      place = new QueryPlace(context, guard, supervisor, simulation, around);
      return await work(place);
    } finally {
      await place?.stop();
      await supervisor.stop();
      await guard.release();
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Takes a server in: it gets its core, and is stopped with the place. */
  async add(starting: Promise<QueryServer>): Promise<QueryServer> {
    const server = await starting;
    this.#servers.push(server);
    const identity = identify(server.process.pid);
    if (identity) this.guard.watch({ name: server.name, identity, channel: false, stopSignal: 'SIGTERM' });
    this.#pin('servers', server.process.pid);
    return server;
  }

  /** What the subgraphs were asked since the last time. */
  async report(): Promise<SimulationReport> {
    const report = nextMessage(SIMULATION, this.simulation);
    this.simulation.child.send('report');
    return SimulationReport.parse(await report);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.process.stop()));
    for (const { name } of this.#servers) this.guard.forget(name);
    await this.simulation.stop();
  }

  #pin(side: 'servers' | 'client', pid: number): void {
    this.pinned &&= pinTo(side, pid);
  }
}

async function supergraphFor(folder: string, subgraphsUrl: string): Promise<string> {
  const sdl = await readFile(join(CHECKOUT, 'schema/supergraph.graphql'), 'utf8');
  const path = join(folder, 'supergraph.graphql');
  await writeFile(
    path,
    sdl.replace(
      /@join__graph\(name: "(\w+)", url: "[^"]*"\)/g,
      (_, name) => `@join__graph(name: "${name}", url: "${subgraphsUrl}/${name}/graphql")`,
    ),
  );
  return path;
}
