/** The whole fuzzing of a running product: every target for its share of the time, then how the processes are. */
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import type { OwnStack } from '../own-stack.js';
import { must } from '../round-fixture.js';
import { type FuzzTarget, fuzz, memoryOf, type TargetReport } from './fuzz-run.js';
import { type FuzzWorld, fuzzWorld } from './fuzz-world.js';
import { overHttp, overSocket } from './graph-asking.js';
import { graphTargets } from './graph-targets.js';
import type { Known } from './odd-values.js';
import { malformedRequests } from './raw-requests.js';
import { restTargets } from './rest-targets.js';

export interface FuzzReport {
  seed: number;
  targets: TargetReport[];
  /** Processes that ended on the way, by name. */
  restarted: string[];
  /** Resident memory at the end, MiB, by process. */
  memoryMb: Record<string, number>;
}

export interface FuzzSettings {
  seed: number;
  /** Targets whose name has this in it; all by default. */
  only?: string;
  /** For all targets together. */
  budgetMs: number;
  /** Told after each target. */
  report?: (target: TargetReport) => void;
}

export async function fuzzProduct(
  stack: OwnStack,
  { seed, budgetMs, report, only = '' }: FuzzSettings,
): Promise<FuzzReport> {
  const world = await fuzzWorld(stack);
  const before = stack.pids();
  const makers = (await targetsOf(world)).filter(({ name }) => name.includes(only));
  const targets: TargetReport[] = [];
  let known = await world.renew();
  for (const { make, changes } of makers) {
    const done = await fuzz(make(known), { seed, budgetMs: budgetMs / makers.length });
    report?.(done);
    targets.push(done);
    if (changes) known = await world.renew();
  }
  const after = stack.pids();
  return {
    seed,
    targets,
    restarted: Object.keys(before).filter((name) => before[name] !== after[name]),
    memoryMb: Object.fromEntries(Object.entries(after).map(([name, pid]) => [name, memoryOf(pid)])),
  };
}

interface Maker {
  name: string;
  /** Whether its questions may use up what is known. */
  changes: boolean;
  make(known: Known): FuzzTarget<unknown>;
}

async function targetsOf(world: FuzzWorld): Promise<Maker[]> {
  const introspection = await must(world.place, 'HR', getIntrospectionQuery(), {});
  const schema = buildClientSchema(introspection as unknown as IntrospectionQuery);
  return [
    ...graphTargets(schema).map((target) => ({
      name: target.name,
      changes: target.kind === 'mutation',
      make: (known: Known) =>
        target.kind === 'subscription' ? overSocket(target, world, known) : overHttp(target, world, known),
    })),
    { name: 'POST /graphql', changes: false, make: () => malformedRequests(world) },
    ...(await restTargets(world)),
  ];
}
