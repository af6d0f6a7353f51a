/** Whose feeds are measured: our gateway as its real process, and its peers; all read from the same simulated subgraph. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { CHECKOUT } from '@interview/local/checkout';
import { freePort } from '@interview/local/ports';
import { signToken } from '@interview/runtime/tokens';
import { installPeers, PEERS_FOLDER } from '../peer-packages.js';
import { benchEntry, nextMessage, type ServerProcess, startProcess, untilHealthy } from './server-process.js';
import { Listening } from './simulation-messages.js';

/** `bytes` is no peer but the ceiling: no server can do less. */
export const SUBJECTS = ['gateway', 'ws', 'graphql-ws', 'hive', 'bytes'] as const;
export type SubjectName = (typeof SUBJECTS)[number];

export const LABELS: Readonly<Record<SubjectName, string>> = {
  gateway: 'the whole gateway',
  ws: 'ws, one stringify, send to each',
  'graphql-ws': 'graphql-ws, an execution for each',
  hive: '@graphql-hive/gateway',
  bytes: 'frames built once, written as bytes (ceiling)',
};

export interface FeedServer {
  name: SubjectName;
  label: string;
  pid: number;
  port: number;
  path: string;
  /** That of the n-th subscriber, each another person. */
  token(place: number): Promise<string>;
  stop(): Promise<void>;
}

export interface SubjectSurroundings {
  sourceUrl: string;
  redisUrl: string;
  internalKey: string;
  progress: (line: string) => void;
}

/** @param env on top of what the subject is started with */
export function startSubject(
  name: SubjectName,
  around: SubjectSurroundings,
  env: Readonly<Record<string, string>> = {},
): Promise<FeedServer> {
  if (name === 'gateway') return startGateway(around, env);
  if (name === 'hive') return startHive(around);
  if (name === 'graphql-ws') return startPeer(name, 'feeds/graphql-ws-server.js', around, env);
  return startPeer(name, 'feeds/plain-server.js', around, { ...env, WRITE: name === 'bytes' ? 'bytes' : 'each' });
}

/** Everything is opened from one address; how many may is not what is measured. */
const NO_LIMITS = {
  RATE_LIMIT_MAX_REQUESTS: '1000000000',
  RATE_LIMIT_SOCKETS_PER_MINUTE: '1000000',
  MAX_SUBSCRIPTIONS: '1000000',
};

/** Nothing but feeds is asked for, so the other subgraphs are not there. */
async function startGateway(around: SubjectSurroundings, env: Readonly<Record<string, string>>): Promise<FeedServer> {
  const port = await freePort();
  const jwtSecret = randomUUID() + randomUUID();
  const server = startProcess({
    name: 'gateway',
    args: ['--enable-source-maps', join(CHECKOUT, 'gateway/dist/main.js')],
    env: {
      HOST: '127.0.0.1',
      PORT: String(port),
      REDIS_URL: around.redisUrl,
      JWT_SECRET: jwtSecret,
      INTERNAL_API_KEY: around.internalKey,
      INSIGHTS_URL: around.sourceUrl,
      LOG_LEVEL: 'warn',
      ...NO_LIMITS,
      ...env,
    },
  });
  await untilHealthy('gateway', server, `http://127.0.0.1:${port}/health/live`);
  const tokens: Promise<string>[] = [];
  // HR people of one company read the same, so they share what is executed for them.
  const sign = (place: number) =>
    signToken({ id: `bench-${place}`, role: 'HR', companyId: 'bench' }, { JWT_SECRET: jwtSecret });
  return subject('gateway', server, port, (place) => (tokens[place] ??= sign(place)));
}

async function startPeer(
  name: SubjectName,
  entry: string,
  around: SubjectSurroundings,
  env: Readonly<Record<string, string>>,
): Promise<FeedServer> {
  const server = startProcess({
    name,
    args: [benchEntry(entry)],
    env: { SOURCE_URL: around.sourceUrl, INTERNAL_API_KEY: around.internalKey, ...env },
  });
  const { port } = Listening.parse(await nextMessage(name, server));
  return subject(name, server, port, noToken);
}

async function startHive(around: SubjectSurroundings): Promise<FeedServer> {
  await installPeers(around.progress);
  const port = await freePort();
  const server = startProcess({
    name: 'hive',
    args: [
      join(PEERS_FOLDER, 'node_modules/.bin/hive-gateway'),
      'supergraph',
      join(CHECKOUT, 'schema/supergraph.graphql'),
      ...['--config-path', join(PEERS_FOLDER, 'hive-feeds.config.mjs')],
      ...['--host', '127.0.0.1', '--port', String(port)],
    ],
    env: { INSIGHTS_URL: around.sourceUrl, INTERNAL_API_KEY: around.internalKey },
  });
  await untilHealthy('hive', server, `http://127.0.0.1:${port}/healthcheck`);
  return subject('hive', server, port, noToken);
}

const noToken = async () => '';

const subject = (name: SubjectName, server: ServerProcess, port: number, token: FeedServer['token']): FeedServer => ({
  name,
  label: LABELS[name],
  pid: server.pid,
  port,
  path: '/graphql',
  token,
  stop: () => server.stop(),
});
