/**
 * What a benchmark is. Each is one file `<name>.bench.ts` that exports a `Bench`, entered in `benches.ts`. It
 * measures its subject and, in the same run on the same machine, the peer or ceiling to hold it against:
 * absolute figures of a shared machine mean little, ratios do.
 */
import type { Stack } from './stack.js';

export interface Row {
  name: string;
  /** Column heading to cell. */
  cells: Record<string, string>;
}

export interface BenchResult {
  /** Over what each figure is the median. */
  runs: number;
  /** Flat numbers, units in their names: `p50Ms`, `lost`. */
  figures: Record<string, number>;
  /** The subject against its peers or ceilings. */
  ratios: Record<string, number>;
  rows: Row[];
  /** Tables of other columns, below the first one. */
  tables?: { title: string; rows: Row[] }[];
  /** Sentences below the table: targets, and what to keep in mind. */
  notes: string[];
  /** What a figure costs as its work grows. */
  curves?: Curve[];
  /** Whether servers and client had cores of their own; told by a benchmark that starts its servers itself. */
  pinned?: boolean;
  /** What makes the figures worthless, e.g. events that were lost. Empty when all is well. */
  faults: string[];
}

/** A figure over the size of its work: a table for readers of numbers, a plot for all others. */
export interface Curve {
  /** Names the plot's file: `docs/images/bench-<name>.svg`. */
  name: string;
  title: string;
  /** With its unit. */
  xLabel: string;
  yLabel: string;
  series: { name: string; points: { x: number; y: number }[] }[];
}

export interface Bench {
  name: string;
  /** One sentence: what is measured, beside what. */
  summary: string;
  /** Takes so long that it runs only when it is named. */
  onlyWhenNamed?: boolean;
  run(context: BenchContext): Promise<BenchResult>;
}

export interface BenchContext {
  /** A running product; started when first asked for, and shared by the benchmarks of one command. */
  stack(): Promise<Stack>;
  /** Whether servers and client are to have cores of their own, where that can be had. */
  pin: boolean;
  /** How long what is measured over minutes takes; undefined for the benchmark's own length. */
  minutes: number | undefined;
  /** A line for who waits. */
  progress(text: string): void;
}
