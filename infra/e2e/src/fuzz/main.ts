/**
 * `npm run fuzz -- [--minutes N] [--seed S] [--only NAME]`: odd questions to a whole product of its own, started for it.
 * Prints each broken promise with the smallest question that shows it, and the seed that repeats it. Ends with 1 when
 * there is one. `--only Mutation.createRound` asks that target alone, a part of a name all that have it.
 */
import { parseArgs } from 'node:util';
import { runEntry, stopped } from '@interview/local/entry';
import { MissingError } from '@interview/local/missing';
import { SUBGRAPHS, startOwnStack } from '../own-stack.js';
import { type FuzzReport, fuzzProduct } from './fuzz.js';
import type { TargetReport } from './fuzz-run.js';

const print = (line: string) => void process.stdout.write(`${line}\n`);

runEntry(async (stop) => {
  const { minutes, seed, only } = readArguments(process.argv.slice(2));
  print(`Fuzzing for ${minutes} minutes; --seed ${seed} asks the same again.`);
  const stack = await startOwnStack([...SUBGRAPHS, 'gateway']);
  try {
    const settings = { seed, only, budgetMs: minutes * 60_000, report: printTarget };
    const report = await Promise.race([fuzzProduct(stack, settings), stopped(stop)]);
    if (!report) return 130;
    return conclude(report);
  } finally {
    await stack.stop();
  }
});

/** @throws MissingError for a wrong argument. */
function readArguments(args: string[]): { minutes: number; seed: number; only: string } {
  const given = (() => {
    try {
      return parseArgs({
        args,
        options: { minutes: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } },
      }).values;
    } catch (error) {
      throw new MissingError(error instanceof Error ? error.message : String(error));
    }
  })();
  const minutes = Number(given.minutes ?? 5);
  const seed = Number(given.seed ?? Date.now() % 2 ** 31);
  if (!(minutes > 0 && minutes <= 1440)) throw new MissingError('--minutes must be a number above 0, at most 1440.');
  if (!Number.isInteger(seed)) throw new MissingError('--seed must be a whole number.');
  return { minutes, seed, only: given.only ?? '' };
}

function printTarget({ name, asked, answered, finding }: TargetReport): void {
  print(`${finding ? 'BROKEN' : 'held  '} ${name}: ${asked} questions, ${answered} answered`);
  if (!finding) return;
  for (const complaint of finding.complaints) print(`         ${complaint}`);
  print(`         asked, with --seed ${finding.seed}: ${finding.question}`);
}

function conclude({ targets, restarted, memoryMb }: FuzzReport): number {
  const broken = targets.filter(({ finding }) => finding).length;
  const asked = targets.reduce((sum, target) => sum + target.asked, 0);
  const memory = Object.entries(memoryMb).map(([name, mb]) => `${name} ${mb}`);
  print(`Memory at the end, MiB: ${memory.join(', ')}.`);
  if (restarted.length > 0) print(`Ended on the way: ${restarted.join(', ')}.`);
  print(
    `${asked} questions to ${targets.length} targets: ${broken === 0 ? 'every promise held' : `${broken} targets broke a promise`}.`,
  );
  return broken === 0 && restarted.length === 0 ? 0 : 1;
}
