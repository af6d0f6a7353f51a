/**
 * Finds the largest number of candidates that a product carries: one load after the other up and down a ladder, within
 * a time.
 */
import type { OwnStack } from '../stack.js';
import type { CandidateScript } from './candidate-script.js';
import { holdInterviews, type LoadFigures } from './interview-load.js';
import { type Carried, Ladder } from './ladder.js';
import { type CpuShares, cpuShares, problemsOf } from './load-verdict.js';

export const RUNGS = [2, 4, 5, 6, 8, 10, 14, 20] as const;
const WARM_UP_MS = 4000;
/** One cycle of what candidates show. */
const MEASURE_MS = 24_000;
const SAMPLE_MS = 1000;
/** Opening, draining and finishing take some seconds more. */
const STEP_MS = 36_000;
/** Cores that others on the machine may use before a load that was not carried is tried once more. */
const OTHERS_AT_MOST = 0.2;

export interface Step {
  load: LoadFigures;
  cpu: CpuShares;
  problems: string[];
}

export interface Climb {
  picturesPerSecond: number;
  result: Carried;
  /** The largest load that was carried; undefined when none was. */
  carried: Step | undefined;
  /** The smallest one that was not. */
  failed: Step | undefined;
  /** Loads that could not be held at all, a sentence each: they count as not carried. */
  broken: string[];
}

export interface ClimbOptions {
  stack: OwnStack;
  script: CandidateScript;
  picturesPerSecond: number;
  /** A load that easier work did not pass. */
  atMost: number;
  guess: number;
  /** No load is begun that would not be over by then, epoch ms; one is tried in any case. */
  untilMs: number;
  progress: (text: string) => void;
}

export async function climb(options: ClimbOptions): Promise<Climb> {
  const { picturesPerSecond, guess, untilMs, progress } = options;
  const ladder = new Ladder(RUNGS, options.atMost);
  const steps: Step[] = [];
  const broken: string[] = [];
  const tried = new Set<number>();
  for (let candidates = ladder.next(guess); candidates !== undefined; candidates = ladder.next(guess)) {
    if (tried.size > 0 && Date.now() + STEP_MS > untilMs) break;
    const step = await tryLoad({ ...options, candidates }).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      broken.push(`${candidates} candidates: ${reason}`);
      progress(`  ${candidates} candidates: ${reason}`);
    });
    if (!step) {
      tried.add(candidates);
      ladder.record(candidates, false);
      continue;
    }
    progress(`  ${candidates} candidates: ${step.problems.length === 0 ? 'carried' : step.problems.join('; ')}`);
    steps.push(step);
    const disturbed = (step.cpu.others ?? 0) > OTHERS_AT_MOST && !tried.has(candidates);
    tried.add(candidates);
    if (step.problems.length > 0 && disturbed && Date.now() + STEP_MS < untilMs) {
      progress(`  others took ${step.cpu.others?.toFixed(2)} cores meanwhile: once more`);
      continue;
    }
    ladder.record(candidates, step.problems.length === 0);
  }
  const { result } = ladder;
  const of = (candidates: number) => steps.findLast(({ load }) => load.candidates === candidates);
  const failures = steps.filter(({ load }) => load.candidates > result.most);
  const smallest = Math.min(...failures.map(({ load }) => load.candidates));
  return { picturesPerSecond, result, carried: of(result.most), failed: of(smallest), broken };
}

async function tryLoad(options: ClimbOptions & { candidates: number }): Promise<Step> {
  const load = await holdInterviews({
    ...options,
    ...{ warmUpMs: WARM_UP_MS, measureMs: MEASURE_MS, sampleEveryMs: SAMPLE_MS },
  });
  return { load, cpu: cpuShares(load), problems: problemsOf(load) };
}
