/** Whose queries are measured: our gateway as its real process, its peers, and the ceiling; all ask the same subgraphs. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { CHECKOUT } from '@interview/local/checkout';
import { freePort } from '@interview/local/ports';
import { signToken } from '@interview/runtime/tokens';
import { benchEntry, type ServerProcess, startProcess, untilHealthy } from '../feeds/server-process.js';
import { installPeers, PEERS_FOLDER } from '../peer-packages.js';
import { SUBGRAPHS, type SubgraphName } from './invented-answers.js';

export const SUBJECTS = {
  gateway: 'the whole gateway',
  apollo: '@apollo/gateway + Apollo Server',
  hive: '@graphql-hive/gateway',
  hiveJit: '@graphql-hive/gateway --jit',
  hiveRouter: '@graphql-hive/gateway --hive-router-runtime',
  hiveBoth: '@graphql-hive/gateway --jit --hive-router-runtime',
  raw: 'four raw fetches, nothing merged (ceiling)',
} as const;
export type SubjectName = keyof typeof SUBJECTS;

const HIVE_FLAGS: Partial<Record<SubjectName, readonly string[]>> = {
  hive: [],
  hiveJit: ['--jit'],
  hiveRouter: ['--hive-router-runtime'],
  hiveBoth: ['--jit', '--hive-router-runtime'],
};

export interface QueryServer {
  name: SubjectName;
  label: string;
  process: ServerProcess;
  url: string;
  /** The headers of the n-th request; people take turns. */
  headers(place: number): Readonly<Record<string, string>>;
}

export interface Surroundings {
  /** Of the simulated subgraphs: each is below its name. */
  subgraphsUrl: string;
  redisUrl: string;
  /** The product's supergraph with the addresses of the simulated subgraphs. */
  supergraph: string;
  progress: (line: string) => void;
}

/** Everything is asked from one address; how much may be is not what is measured. */
const NO_LIMITS = { RATE_LIMIT_MAX_REQUESTS: '1000000000', MAX_OPERATION_COST: '1000000' };
const PEOPLE = 50;

/** @param args of Node, for a profile */
export async function startGateway(around: Surroundings, args: readonly string[] = []): Promise<QueryServer> {
  const port = await freePort();
  const jwtSecret = randomUUID() + randomUUID();
  const server = startProcess({
    name: 'gateway',
    args: ['--enable-source-maps', ...args, join(CHECKOUT, 'gateway/dist/main.js')],
    env: {
      HOST: '127.0.0.1',
      PORT: String(port),
      REDIS_URL: around.redisUrl,
      JWT_SECRET: jwtSecret,
      INTERNAL_API_KEY: randomUUID() + randomUUID(),
      LOG_LEVEL: 'warn',
      ...addresses(around),
      ...NO_LIMITS,
    },
  });
  const url = `http://127.0.0.1:${port}`;
  await untilHealthy('gateway', server, `${url}/health/live`);
  const tokens = await Promise.all(
    Array.from({ length: PEOPLE }, (_, n) =>
      signToken({ id: `bench-${n}`, role: 'HR', companyId: 'bench' }, { JWT_SECRET: jwtSecret }),
    ),
  );
  return subject('gateway', server, `${url}/graphql`, tokens);
}

const addresses = ({ subgraphsUrl }: Surroundings): Record<string, string> =>
  Object.fromEntries(SUBGRAPHS.map((name: SubgraphName) => [`${name.toUpperCase()}_URL`, `${subgraphsUrl}/${name}`]));

export async function startApollo(around: Surroundings): Promise<QueryServer> {
  const port = await freePort();
  const server = startProcess({
    name: SUBJECTS.apollo,
    args: [benchEntry('query/plain-apollo.js')],
    env: { PORT: String(port), SUPERGRAPH: around.supergraph, APOLLO_TELEMETRY_DISABLED: '1' },
  });
  const url = `http://127.0.0.1:${port}/`;
  await untilHealthy(SUBJECTS.apollo, server, `${url}?query={__typename}`, {
    'apollo-require-preflight': '1',
  });
  return subject('apollo', server, url);
}

export async function startHive(name: SubjectName, around: Surroundings): Promise<QueryServer> {
  await installPeers(around.progress);
  const port = await freePort();
  const server = startProcess({
    name: SUBJECTS[name],
    args: [
      join(PEERS_FOLDER, 'node_modules/.bin/hive-gateway'),
      'supergraph',
      around.supergraph,
      ...['--config-path', join(PEERS_FOLDER, 'hive-query.config.mjs')],
      ...['--host', '127.0.0.1', '--port', String(port)],
      ...(HIVE_FLAGS[name] ?? []),
    ],
    env: {},
  });
  const url = `http://127.0.0.1:${port}`;
  await untilHealthy(SUBJECTS[name], server, `${url}/healthcheck`);
  return subject(name, server, `${url}/graphql`);
}

/** @param bodies what each subgraph was asked, by path, the root's first */
export async function startRaw(around: Surroundings, bodies: Readonly<Record<string, string>>): Promise<QueryServer> {
  const port = await freePort();
  const server = startProcess({
    name: SUBJECTS.raw,
    args: [benchEntry('query/raw-fetches.js')],
    env: { PORT: String(port), SUBGRAPHS_URL: around.subgraphsUrl, BODIES: JSON.stringify(bodies) },
  });
  const url = `http://127.0.0.1:${port}/`;
  await untilHealthy(SUBJECTS.raw, server, url);
  return subject('raw', server, url);
}

function subject(
  name: SubjectName,
  server: ServerProcess,
  url: string,
  tokens: readonly string[] = ['of-nobody'],
): QueryServer {
  const headers = tokens.map((token) => ({
    'content-type': 'application/json',
    accept: 'application/json',
    authorization: `Bearer ${token}`,
  }));
  return {
    name,
    label: SUBJECTS[name],
    process: server,
    url,
    headers: (place) => headers[place % headers.length] ?? {},
  };
}
