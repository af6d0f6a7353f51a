/** A short fuzzing of the whole product; `npm run fuzz` is the long one. A failure names the seed that repeats it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FuzzReport, fuzzProduct } from './fuzz/fuzz.js';
import { type OwnStack, START_LIMIT_MS, SUBGRAPHS, startOwnStack } from './own-stack.js';

const BUDGET_MS = 20_000;
const LIMIT_MS = 120_000;
/** What a process may hold after it, MiB: several times what it starts with. */
const MEMORY_LIMIT_MB = 700;

let stack: OwnStack | undefined;

beforeAll(async () => {
  stack = await startOwnStack([...SUBGRAPHS, 'gateway']);
}, START_LIMIT_MS);

afterAll(() => stack?.stop(), 60_000);

describe('the product, asked odd questions', () => {
  it(
    'keeps its promises',
    async () => {
      if (!stack) throw new Error('The stack is not running.');
      const seed = Date.now() % 2 ** 31;
      const report: FuzzReport = await fuzzProduct(stack, { seed, budgetMs: BUDGET_MS });
      expect(report.targets.flatMap(({ finding }) => finding ?? [])).toEqual([]);
      // A target that nobody is let through to was not tested.
      const reached = report.targets.filter(({ answered }) => answered > 0).length;
      expect(reached).toBeGreaterThan(report.targets.length / 2);
      expect(report.restarted).toEqual([]);
      const large = Object.entries(report.memoryMb).filter(([, mb]) => mb > MEMORY_LIMIT_MB);
      expect(large).toEqual([]);
    },
    LIMIT_MS,
  );
});
