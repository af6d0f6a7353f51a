/**
 * A product of the tests' own: databases, subgraphs, gateway, and whichever analysers a test asks for, on free
 * ports, below a temporary folder that goes with it. Beside it, whatever else runs on the machine goes on.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceName } from '@interview/local/services';
import { type Stack, startStack } from '@interview/local/stack';

export const SUBGRAPHS = ['rounds', 'resumes', 'insights', 'verdicts'] as const satisfies readonly ServiceName[];
export const ANALYSERS = ['speech', 'video', 'fraud', 'nlp', 'aggregator'] as const satisfies readonly ServiceName[];

export interface OwnStack extends Stack {
  gatewayUrl: string;
  jwtSecret: string;
  redisUrl: string;
  databaseUrl: string;
}

/** What starting it may take on a slow machine, milliseconds; for `beforeAll`. */
export const START_LIMIT_MS = 180_000;

/**
 * Starts it and resolves when everything in it is healthy. Its `stop` removes its folder too.
 * @param settings on top, e.g. the databases of another stack instead of its own
 */
export async function startOwnStack(
  only: readonly ServiceName[],
  settings: Readonly<Record<string, string>> = {},
): Promise<OwnStack> {
  // The servers that `npm test` sets up are shared; these tests kill theirs.
  for (const shared of ['DATABASE_URL', 'REDIS_URL']) delete process.env[shared];
  const dataDir = await mkdtemp(join(tmpdir(), 'interview-e2e-'));
  const remove = () => rm(dataDir, { recursive: true, force: true });
  try {
    const stack = await startStack({
      dataDir,
      ports: 'free',
      only,
      env: {
        LOG_LEVEL: 'warn',
        NODE_ENV: 'development',
        // The whole matrix is asked from one address within seconds.
        RATE_LIMIT_MAX_REQUESTS: '1000000',
        RATE_LIMIT_SOCKETS_PER_MINUTE: '100000',
        RATE_LIMIT_UPLOADS_PER_HOUR: '100000',
        ...settings,
      },
    });
    const setting = (name: string): string => {
      const value = stack.env[name];
      if (!value) throw new Error(`The stack does not say its ${name}.`);
      return value;
    };
    return {
      ...stack,
      gatewayUrl: `${stack.urls['gateway']}`,
      jwtSecret: setting('JWT_SECRET'),
      redisUrl: setting('REDIS_URL'),
      databaseUrl: setting('DATABASE_URL'),
      stop: async () => {
        await stack.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
