/** The whole gateway on a free port, before an interview world, with tokens to come in by. */
import { createLog } from '@interview/runtime/log';
import { createStopper } from '@interview/runtime/stop';
import { signToken } from '@interview/runtime/tokens';
import type { Viewer } from '@interview/runtime/viewer';
import { startGateway } from '../gateway.js';
import type { OfferSupergraph } from '../graph/supergraph-intake.js';
import { loadGatewaySettings } from '../settings.js';
import type { InterviewWorld } from './interview-world.js';
import { TEST_INTERNAL_KEY } from './test-subgraph.js';

export const TEST_JWT_SECRET = 'test-jwt-secret-0123456789abcdef-0123456789';

/** What a test does is not counted, unless the limits are what it is about. */
const NO_LIMITS = {
  RATE_LIMIT_MAX_REQUESTS: '1000000',
  RATE_LIMIT_UPLOADS_PER_HOUR: '1000000',
  RATE_LIMIT_SOCKETS_PER_MINUTE: '1000000',
};

export interface TestGateway {
  port: number;
  url: string;
  offerSupergraph: OfferSupergraph;
  stop(): Promise<void>;
}

/** What the gateway needs of a world. */
type World = Pick<InterviewWorld, 'rounds' | 'resumes' | 'insights' | 'supergraphSdl'>;

export async function startTestGateway(
  world: World,
  env: Record<string, string> = {},
  parts: { graphiqlFolder?: string; registeredDocuments?: ReadonlyMap<string, string> } = {},
): Promise<TestGateway> {
  const log = createLog('gateway', process.env['LOG_LEVEL'] ?? 'silent');
  const stopper = createStopper(log);
  const settings = loadGatewaySettings({
    NODE_ENV: 'test',
    PORT: '0',
    REDIS_URL: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
    JWT_SECRET: TEST_JWT_SECRET,
    INTERNAL_API_KEY: TEST_INTERNAL_KEY,
    ROUNDS_URL: world.rounds.url,
    RESUMES_URL: world.resumes.url,
    INSIGHTS_URL: world.insights.url,
    SUBGRAPH_TIMEOUT_MS: '1000',
    ...NO_LIMITS,
    ...env,
  });
  const { port, offerSupergraph } = await startGateway({
    settings,
    supergraphSdl: world.supergraphSdl,
    registeredDocuments: new Map(),
    graphiqlFolder: '/nowhere',
    ...parts,
    log,
    stopper,
  });
  return { port, url: `http://127.0.0.1:${port}`, offerSupergraph, stop: () => stopper.stop() };
}

type Person = Partial<Pick<Viewer, 'id' | 'role' | 'companyId'>>;

/** An HR person of acme, unless something else is asked for. */
export function tokenFor({ id = 'helen', role = 'HR', companyId = 'acme' }: Person = {}, ttlSeconds = 3600) {
  return signToken({ id, role, companyId }, { JWT_SECRET: TEST_JWT_SECRET }, ttlSeconds);
}

export interface GraphqlAnswer {
  status: number;
  headers: Headers;
  body: {
    data?: Record<string, unknown> | null;
    errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
  };
}

/** Sends an operation as an HTTP client does. */
export async function askGraph(
  gateway: TestGateway,
  query: string,
  options: {
    variables?: Record<string, unknown>;
    authorization?: string | null;
    headers?: Record<string, string>;
  } = {},
): Promise<GraphqlAnswer> {
  const authorization = options.authorization === undefined ? `Bearer ${await tokenFor()}` : options.authorization;
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(authorization === null ? {} : { authorization }),
      ...options.headers,
    },
    body: JSON.stringify({ query, variables: options.variables }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as GraphqlAnswer['body'] };
}
