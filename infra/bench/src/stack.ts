/**
 * The running product that benchmarks measure: one that the settings name, else one of their own, started
 * without the browser's page and the analysers, whose work is measured by itself.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceName } from '@interview/local/services';
import { startStack } from '@interview/local/stack';
import { loadSettings, SettingsError } from '@interview/runtime/settings';
import { z } from 'zod';

/** Where a product is, and what signs for its people. */
export interface Place {
  /** `http://host:port/graphql`, and the same for WebSockets. */
  graphUrl: string;
  socketUrl: string;
  redisUrl: string;
  /** Where known: the ceiling of a commit is measured there. */
  databaseUrl: string | undefined;
  jwtSecret: string;
}

export interface Stack extends Place {
  /** Started by us: its processes are below this one. */
  own: boolean;
  /** Process numbers by service; empty for a product that we did not start. */
  pids(): Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

/** One that was started here. */
export interface OwnStack extends Stack {
  /** The address of each service by name. */
  urls: Readonly<Record<string, string>>;
}

/** What a result passes through on its way to a subscriber, and what a query reaches. */
const SERVERS: readonly ServiceName[] = ['rounds', 'resumes', 'insights', 'verdicts', 'gateway'];

/** Everything is asked and opened by one user from one address. */
const NO_LIMITS = {
  RATE_LIMIT_MAX_REQUESTS: '1000000000',
  RATE_LIMIT_SOCKETS_PER_MINUTE: '1000000',
};

const Given = z.object({
  GATEWAY_URL: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }).optional(),
  REDIS_URL: z.string().optional(),
  DATABASE_URL: z.string().optional(),
});

/**
 * `GATEWAY_URL` with `REDIS_URL` (and `DATABASE_URL`) name a running product; without `GATEWAY_URL` one is
 * started on free ports and leaves nothing behind.
 * @throws SettingsError when only a part of them is set.
 */
export async function benchStack(report: (line: string) => void): Promise<Stack> {
  const given = Given.safeParse(Object.fromEntries(Object.entries(process.env).filter(([, value]) => value)));
  if (!given.success) throw new SettingsError('Wrong settings: GATEWAY_URL must be an http:// or https:// address.');
  const { GATEWAY_URL, REDIS_URL, DATABASE_URL } = given.data;
  if (GATEWAY_URL) {
    if (!REDIS_URL) throw new SettingsError('Wrong settings: REDIS_URL is required beside GATEWAY_URL.');
    const { JWT_SECRET } = loadSettings(['JWT_SECRET']);
    return {
      ...placeOf(GATEWAY_URL, { REDIS_URL, DATABASE_URL, JWT_SECRET }),
      own: false,
      pids: () => ({}),
      stop: async () => undefined,
    };
  }
  return ownStack({ only: SERVERS, report });
}

export interface OwnStackOptions {
  only: readonly ServiceName[];
  /** Settings beside those that lift the limits. */
  env?: Readonly<Record<string, string>>;
  report: (line: string) => void;
}

/** A product of the benchmark's own, on free ports; stopping it leaves nothing behind. */
export async function ownStack({ only, env, report }: OwnStackOptions): Promise<OwnStack> {
  const dataDir = await mkdtemp(join(tmpdir(), 'interview-bench-'));
  const remove = () => rm(dataDir, { recursive: true, force: true });
  try {
    const settings = { LOG_LEVEL: 'warn', ...NO_LIMITS, ...env };
    const own = await startStack({ dataDir, ports: 'free', only, env: settings, report });
    const { REDIS_URL: redis = '', DATABASE_URL: database, JWT_SECRET = '' } = own.env;
    return {
      ...placeOf(`${own.urls['gateway']}`, { REDIS_URL: redis, DATABASE_URL: database, JWT_SECRET }),
      own: true,
      urls: own.urls,
      pids: () => own.pids(),
      stop: async () => {
        await own.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

interface Env {
  REDIS_URL: string;
  DATABASE_URL: string | undefined;
  JWT_SECRET: string;
}

function placeOf(gatewayUrl: string, env: Env): Place {
  const graph = new URL('/graphql', gatewayUrl);
  const socket = new URL(graph);
  socket.protocol = graph.protocol === 'https:' ? 'wss:' : 'ws:';
  return {
    graphUrl: graph.href,
    socketUrl: socket.href,
    redisUrl: env.REDIS_URL,
    databaseUrl: env.DATABASE_URL,
    jwtSecret: env.JWT_SECRET,
  };
}
