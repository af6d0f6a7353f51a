/** The product with its analysers, as `npm start` runs it but for the page, on two cores and with databases of its own. */
import type { ServiceName } from '@interview/local/services';
import { keepOnCores } from '../machine.js';
import { type OwnStack, ownStack } from '../stack.js';

/** The machine that the targets are for. */
const CORES = 2;

const SERVICES: readonly ServiceName[] = [
  'rounds',
  'resumes',
  'insights',
  'verdicts',
  'gateway',
  'speech',
  'video',
  'fraud',
  'nlp',
  'aggregator',
];

/** `STT_PROVIDER`: who transcribes. */
export type SttProvider = 'none' | 'pocketsphinx' | 'whisper';

/**
 * Starts it, runs the work and stops it. On a machine with more cores, product and load generator share the first two.
 * @param more environment of each process
 */
export async function withProduct<T>(
  provider: SttProvider,
  report: (line: string) => void,
  work: (stack: OwnStack) => Promise<T>,
  more: Record<string, string> = {},
): Promise<T> {
  // Inherited by every process that is started from here.
  keepOnCores(process.pid, CORES);
  try {
    // Whatever databases the caller's shell names: what they need is measured too.
    const env = { STT_PROVIDER: provider, DATABASE_URL: '', REDIS_URL: '', ...more };
    const stack = await ownStack({ only: SERVICES, env, report });
    try {
      return await work(stack);
    } finally {
      await stack.stop();
    }
  } finally {
    keepOnCores(process.pid);
  }
}

/** The processes of it that are Node's, by service. */
export const nodeProcesses = (stack: OwnStack): [ServiceName, number][] =>
  SERVICES.flatMap((service) => {
    const pid = stack.pids()[service];
    return pid === undefined ? [] : [[service, pid]];
  });
