/**
 * `soak`: ten candidates without a recogniser, then five with one, for minutes: whether memory or lag grow, whether
 * anything is lost, and whether the last minute is as the first.
 */
import { freePort } from '@interview/local/ports';
import type { Bench, BenchContext, BenchResult } from '../bench.js';
import { inspectedInTurn, keptMb } from '../feeds/garbage.js';
import type { OwnStack } from '../stack.js';
import { nodeProcesses, type SttProvider, withProduct } from './analysed-product.js';
import { type CandidateScript, loadScript } from './candidate-script.js';
import { holdInterviews } from './interview-load.js';
import { cpuShares, worstLag } from './load-verdict.js';
import {
  type Kept,
  lagCurve,
  memoryCurve,
  type Soaked,
  soakFaults,
  soakFigures,
  soakNotes,
  soakRows,
  soakTables,
} from './soak-tables.js';
import { metricsOf } from './worker-figures.js';

const MINUTES = 5;
const SAMPLE_MS = 5000;
/** Compilers and heaps settle; in a short run a third of it. */
const WARM_UP_MS = 60_000;
const LOADS: readonly { provider: SttProvider; candidates: number }[] = [
  { provider: 'none', candidates: 10 },
  { provider: 'pocketsphinx', candidates: 5 },
];
const PICTURES_PER_SECOND = 1;

export const soak: Bench = {
  name: 'soak',
  summary: 'ten candidates without a recogniser, then five with one: memory, lag and delays over minutes',
  onlyWhenNamed: true,

  async run(context: BenchContext): Promise<BenchResult> {
    const lengthMs = (context.minutes ?? MINUTES) * 60_000;
    const warmUpMs = Math.min(WARM_UP_MS, lengthMs / 3);
    const script = await loadScript();
    const soaked: Soaked[] = [];
    const broken: string[] = [];
    for (const of of LOADS) {
      const { provider, candidates } = of;
      context.progress(`soak: ${candidates} candidates, recogniser: ${provider}, ${lengthMs / 60_000} minutes`);
      try {
        soaked.push(await soakOne(context, { ...of, script, warmUpMs, measureMs: lengthMs - warmUpMs }));
      } catch (error) {
        // The other load is worth its figures all the same.
        broken.push(`${candidates} candidates, ${provider}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return summarise(soaked, broken);
  },
};

interface Soaking {
  provider: SttProvider;
  candidates: number;
  script: CandidateScript;
  warmUpMs: number;
  measureMs: number;
}

async function soakOne({ progress }: BenchContext, { provider, ...load }: Soaking): Promise<Soaked> {
  const inspector = await freePort();
  const soaking = async (stack: OwnStack): Promise<Soaked> => {
    const kept: Kept[] = [];
    const held = await holdInterviews({
      ...load,
      stack,
      picturesPerSecond: PICTURES_PER_SECOND,
      sampleEveryMs: SAMPLE_MS,
      onSample: (sample, sinceMs) => {
        if (Math.round(sinceMs / SAMPLE_MS) % 6 !== 0) return;
        const memory = Object.values(sample.memoryMb).reduce((sum, mb) => sum + mb, 0);
        const lag = worstLag(sample);
        progress(`  ${Math.round(sinceMs / 1000)} s: ${Math.round(memory)} MB, oldest medium ${lag} ms`);
      },
      atEdge: async () => void kept.push(await keptBy(stack, inspector)),
    });
    const [first, last] = kept;
    return {
      provider,
      load: held,
      cpu: cpuShares(held),
      kept: first && last ? { first, last } : undefined,
      fraudMetrics: await metricsOf(stack, 'fraud'),
    };
  };
  return withProduct(provider, progress, soaking, inspectedInTurn(inspector));
}

/** One after the other: they share the inspector's port, and a collection holds each for a moment. */
async function keptBy(stack: OwnStack, inspector: number): Promise<Kept> {
  const mb: Record<string, number> = {};
  for (const [service, pid] of nodeProcesses(stack)) {
    // Most of video's memory is WebAssembly's, in threads, and pictures that wait for a collection are left out.
    if (service !== 'video') mb[service] = await keptMb(inspector, pid);
  }
  return { atMs: Date.now(), mb };
}

function summarise(soaked: readonly Soaked[], broken: readonly string[]): BenchResult {
  return {
    runs: 1,
    figures: soakFigures(soaked),
    ratios: {},
    rows: soakRows(soaked),
    tables: soakTables(soaked),
    notes: soakNotes(soaked),
    curves: soaked.flatMap((one) => [memoryCurve(one), lagCurve(one)]),
    pinned: false,
    faults: [...broken, ...soaked.flatMap(soakFaults)],
  };
}
