/**
 * The whole product on one machine: databases, migrations, services, kept running until stopped. `npm start` and the
 * end-to-end tests stand on this; a change here is about what runs and in which order, not about how it is kept running
 * (`supervisor.ts`) or where programs come from (`postgres.ts`, `redis.ts`, `pocketsphinx.ts`).
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DEVELOPMENT_INTERNAL_KEY, DEVELOPMENT_JWT_SECRET } from '@interview/runtime/settings';
import { createBeside } from './beside.js';
import { CHECKOUT, cacheFolder } from './checkout.js';
import { startDatabases } from './databases.js';
import { createGuard } from './guard.js';
import { MissingError } from './missing.js';
import { preparePocketsphinx } from './pocketsphinx.js';
import { freePorts, requireFree } from './ports.js';
import { isHealthy, MIGRATION, SERVICES, type Service, type ServiceName } from './services.js';
import { claim, recordPath, release, update } from './stack-record.js';
import { createSupervisor, type Program } from './supervisor.js';

export interface StackOptions {
  /** Everything the stack writes is below this folder; one stack at a time. Absolute. */
  dataDir: string;
  /** Settings on top of this process's environment. */
  env?: Readonly<Record<string, string>>;
  /** `settings`: `PORT` and the like, or their defaults; a taken one is an error. `free`: any that are free. */
  ports?: 'settings' | 'free';
  /** Only these services (databases and migrations always run). All by default. */
  only?: readonly ServiceName[];
  /** Told a line for a person, on what takes time and on what crashed. */
  report?: (line: string) => void;
  /** Stops a start that is under way. */
  signal?: AbortSignal;
  /** Other services than the product's: for the tests of this module. */
  services?: readonly Service[];
  /** Another migration than the product's, `null` for none: for the tests of this module. */
  migration?: string | null;
}

export interface Stack {
  /** The address of each service by name, e.g. `urls.gateway` = `http://127.0.0.1:3000`. */
  urls: Readonly<Record<string, string>>;
  /** The settings that every process got: `DATABASE_URL`, `REDIS_URL`, `JWT_SECRET`, the ports … */
  env: Readonly<Record<string, string>>;
  /** Kills a process (`SIGKILL` unless told otherwise) by its service's name, `redis` or `postgres`. */
  kill(name: string, signal?: NodeJS.Signals): void;
  /** Resolves when that process is healthy; after `kill`, when its successor is. */
  whenHealthy(name: string): Promise<void>;
  /** The process numbers by name. */
  pids(): Record<string, number>;
  /** Runs another of our entries with the stack's settings, writing to our stdout. @returns its exit code. */
  run(name: string, entry: string, args?: readonly string[]): Promise<number>;
  /** Stops every process, the databases last; leaves no process, no lock and no pid file. */
  stop(): Promise<void>;
}

/**
 * Starts everything and resolves when every service answers healthy.
 * @throws MissingError, StartError with one line for a person; whatever was started by then is stopped again.
 * @example const stack = await startStack({ dataDir: await mkdtemp(join(tmpdir(), 'stack-')), ports: 'free' });
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dataDir, signal } = options;
  const report = options.report ?? (() => undefined);
  const services = (options.services ?? SERVICES)
    .filter((s) => !options.only || options.only.some((n) => n === s.name))
    // The gateway's report covers every service: in a part of the product it is degraded for ever.
    .map((s) => (options.only && s.name === 'gateway' ? { ...s, healthPath: '/health/live' } : s));
  for (const { name, entry } of services) {
    if (!existsSync(resolve(CHECKOUT, entry))) throw new MissingError(`${name} is not built: run "npm run build".`);
  }
  mkdirSync(dataDir, { recursive: true });
  await claim(dataDir);

  const guard = createGuard([recordPath(dataDir)]);
  const supervisor = createSupervisor({ logFolder: join(dataDir, 'logs'), guard, report });
  const beside = createBeside(guard);
  let stopped: Promise<void> | undefined;
  const stop = () =>
    (stopped ??= (async () => {
      await beside.stop();
      await supervisor.stop();
      await guard.release();
      release(dataDir);
    })());

  try {
    const given = { ...process.env, ...options.env };
    const ports = await choosePorts(services, given, options.ports ?? 'settings');
    const fetching = { cache: cacheFolder(given), report, signal };
    const [databases, recogniser] = await Promise.all([
      startDatabases({ ...fetching, dataDir, given, supervisor }),
      preparePocketsphinx(fetching),
    ]);
    signal?.throwIfAborted();
    const env: Record<string, string> = {
      ...options.env,
      DATA_DIR: dataDir,
      DATABASE_URL: databases.DATABASE_URL,
      REDIS_URL: databases.REDIS_URL,
      JWT_SECRET: given['JWT_SECRET'] || DEVELOPMENT_JWT_SECRET,
      INTERNAL_API_KEY: given['INTERNAL_API_KEY'] || DEVELOPMENT_INTERNAL_KEY,
      RATE_LIMIT_MAX_REQUESTS: given['RATE_LIMIT_MAX_REQUESTS'] || '1000',
      NODE_COMPILE_CACHE: given['NODE_COMPILE_CACHE'] || join(dataDir, 'compile-cache'),
      ...Object.fromEntries(services.map((s) => [s.portSetting, String(ports.get(s.name))])),
    };
    const urls = Object.fromEntries(services.map((s) => [s.name, `http://127.0.0.1:${ports.get(s.name)}`]));
    if (urls['gateway']) env['GATEWAY_URL'] = urls['gateway'];
    update(dataDir, { guardian: guard.identity(), env });

    const start = (service: Service) => {
      const own = service.name === 'speech' ? recogniser : undefined;
      return supervisor.start(programOf(service, `${urls[service.name]}`, { ...process.env, ...env, ...own }));
    };
    const migration = options.migration === undefined ? MIGRATION : options.migration;
    const migrated = migration
      ? supervisor.runToEnd('migrate', process.execPath, [resolve(CHECKOUT, migration)], { ...process.env, ...env })
      : Promise.resolve();
    await allOrFirstError(
      [
        migrated,
        ...services.map((service) => (service.afterMigration ? migrated.then(() => start(service)) : start(service))),
      ],
      signal,
    );
    return {
      urls,
      env,
      stop,
      kill: (name, by = 'SIGKILL') => supervisor.kill(name, by),
      whenHealthy: (name) => supervisor.whenHealthy(name),
      pids: () => supervisor.pids(),
      run: (name, entry, args = []) => beside.run(name, entry, args, env),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits for all, but not for the rest once one has failed. */
async function allOrFirstError(starts: Promise<void>[], signal: AbortSignal | undefined): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  aborted.promise.catch(() => undefined);
  const abort = () => aborted.reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  try {
    await Promise.race([Promise.all(starts), aborted.promise]);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

async function choosePorts(
  services: readonly Service[],
  given: NodeJS.ProcessEnv,
  how: 'settings' | 'free',
): Promise<ReadonlyMap<string, number>> {
  if (how === 'free') {
    const ports = await freePorts(services.length);
    return new Map(services.map((service, index) => [service.name, ports[index] ?? 0]));
  }
  const wanted = services.map(({ name, portSetting, defaultPort }) => {
    const port = Number(given[portSetting] || defaultPort);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new MissingError(`Wrong settings: ${portSetting} must be a port between 1 and 65535.`);
    }
    return { name, setting: portSetting, port };
  });
  await requireFree(wanted, given['HOST'] || undefined);
  return new Map(wanted.map(({ name, port }) => [name, port]));
}

function programOf(service: Service, url: string, env: NodeJS.ProcessEnv): Program {
  return {
    name: service.name,
    command: process.execPath,
    args: ['--enable-source-maps', resolve(CHECKOUT, service.entry)],
    env,
    cwd: CHECKOUT,
    channel: true,
    stopSignal: 'SIGTERM',
    stopTurn: service.edge ? 0 : 1,
    healthy: () => isHealthy(`${url}${service.healthPath}`),
  };
}
