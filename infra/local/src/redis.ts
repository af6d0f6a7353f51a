/**
 * The Redis that runs beside the product on one machine, as a supervised program: the first that this machine has of
 * redis-server or valkey-server on PATH, a Docker engine, and the system's package archive. Always with the
 * append-only file, so that a kill loses nothing that was acknowledged a second before.
 */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type DebianOptions, hasApt, install, isRoot, unpack } from './debian.js';
import { clearLeftover, type Leftover } from './leftover.js';
import { MissingError } from './missing.js';
import { onPath, run } from './run-command.js';
import type { Program } from './supervisor.js';

export interface LocalRedis {
  program: Program;
  url: string;
}

const SERVERS = ['redis-server', 'valkey-server'] as const;
const IMAGE = 'redis:7.4-alpine';

/** How a server is run: a program of this machine, or a container. */
type Server = { binary: string; libraryPath?: string } | { docker: string };

/** @throws MissingError with what to install, when no Redis can be had. */
export async function prepareRedis(folder: string, port: number, options: DebianOptions): Promise<LocalRedis> {
  mkdirSync(folder, { recursive: true });
  const server = await findServer(options);
  const url = `redis://127.0.0.1:${port}`;
  const durable = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''];
  const base = {
    name: 'redis',
    cwd: folder,
    channel: false,
    stopSignal: 'SIGTERM',
    stopTurn: 2,
    healthy: () => answers(url),
  } as const;
  if ('docker' in server) {
    // One name for each data folder: what a killed run left is found again.
    const container = `interview-redis-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`;
    const owner = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
    const publish = `127.0.0.1:${port}:6379`;
    const flags = ['--rm', '--name', container, '--user', owner, '--publish', publish, '--volume', `${folder}:/data`];
    return {
      url,
      program: {
        ...base,
        command: server.docker,
        args: ['run', ...flags, IMAGE, 'redis-server', ...durable],
        env: process.env,
        prepare: () => removeContainer(server.docker, container),
      },
    };
  }
  const pidFile = join(folder, 'redis.pid');
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--pidfile', pidFile];
  const leftover: Leftover = { dataFolder: folder, pidFile, programs: SERVERS, stopSignal: 'SIGTERM' };
  await clearLeftover(leftover);
  return {
    url,
    program: {
      ...base,
      command: server.binary,
      args: [...place, ...durable, '--daemonize', 'no', '--logfile', ''],
      env: server.libraryPath ? { ...process.env, LD_LIBRARY_PATH: server.libraryPath } : process.env,
      prepare: () => clearLeftover(leftover),
    },
  };
}

/** @returns whether PING is answered within a second; a Redis that still loads its file is not up yet. */
export function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || 6379) });
    const settle = (up: boolean) => {
      socket.destroy();
      resolve(up);
    };
    socket.setTimeout(1000, () => settle(false));
    socket.once('connect', () => socket.write('PING\r\n'));
    // A Redis that wants a password answers too; whether ours is right is for those who use it.
    socket.once('data', (answer) => settle(/^(\+PONG|-NOAUTH)/.test(answer.toString())));
    socket.once('error', () => settle(false));
    socket.once('close', () => settle(false));
  });
}

async function findServer(options: DebianOptions): Promise<Server> {
  const installed = SERVERS.map((name) => onPath(name)).find((path) => path !== undefined);
  if (installed) return { binary: installed };
  const docker = await workingDocker(options);
  if (docker) return { docker };
  if (hasApt()) {
    const tried = await fromArchive(options);
    if (tried) return tried;
  }
  throw new MissingError(
    'There is no Redis: install redis-server (Debian, Ubuntu: "apt-get install redis-server") or start Docker, or set REDIS_URL.',
  );
}

async function fromArchive(options: DebianOptions): Promise<Server | undefined> {
  try {
    const { root, libraryPath } = await unpack(['redis-server'], options);
    return { binary: join(root, 'usr/bin/redis-server'), libraryPath };
  } catch (error) {
    options.signal?.throwIfAborted();
    options.report(`redis-server could not be fetched: ${(error as Error).message}`);
  }
  if (!isRoot()) return undefined;
  try {
    await install(['redis-server'], options);
  } catch (error) {
    options.signal?.throwIfAborted();
    options.report(`redis-server could not be installed: ${(error as Error).message}`);
  }
  const binary = onPath('redis-server');
  return binary ? { binary } : undefined;
}

/** Docker counts when its engine answers and has the image or can get it. */
async function workingDocker(options: DebianOptions): Promise<string | undefined> {
  const docker = onPath('docker');
  if (!docker) return undefined;
  try {
    await run(docker, ['info'], { limitMs: 5000, signal: options.signal });
    await run(docker, ['image', 'inspect', IMAGE], { limitMs: 5000, signal: options.signal }).catch(async () => {
      options.report(`Fetching the Docker image ${IMAGE}`);
      await run(docker, ['pull', '--quiet', IMAGE], { limitMs: 120_000, signal: options.signal });
    });
    return docker;
  } catch {
    // No engine, or no image: the package archive is next.
    options.signal?.throwIfAborted();
    return undefined;
  }
}

async function removeContainer(docker: string, container: string): Promise<void> {
  await run(docker, ['rm', '--force', container], { limitMs: 20_000 });
}
