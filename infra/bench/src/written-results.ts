/**
 * Puts results into a document: between the markers `<!-- bench:NAME -->` and `<!-- /bench:NAME -->` of `benchmarks.md`,
 * and the plots beside it. What people have written outside of the markers stays.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SettingsError } from '@interview/runtime/settings';
import type { Bench, BenchResult, Curve } from './bench.js';
import { lineChart } from './line-chart.js';
import type { Machine } from './machine.js';
import { markdownTable, rowsOf } from './table.js';

const DOCUMENT = 'benchmarks.md';

/** @param folder the documents' folder @throws SettingsError when the document lacks the markers */
export async function writeResult(
  folder: string,
  bench: Pick<Bench, 'name'>,
  result: BenchResult,
  machine: Machine,
  on: Date,
): Promise<void> {
  const path = join(folder, DOCUMENT);
  const before = await readFile(path, 'utf8');
  await writeFile(path, between(before, bench.name, sectionOf(result, machine, on)));
  if (!result.curves?.length) return;
  await mkdir(join(folder, 'images'), { recursive: true });
  for (const curve of result.curves) await writeFile(join(folder, imageOf(curve)), lineChart(curve));
}

/** The text with what stands between the markers of that name replaced. @throws SettingsError without them */
export function between(text: string, name: string, content: string): string {
  const [opening, closing] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const start = text.indexOf(opening);
  const end = text.indexOf(closing, start);
  if (start < 0 || end < 0) throw new SettingsError(`${DOCUMENT} has no ${opening} … ${closing} to write into.`);
  return `${text.slice(0, start + opening.length)}\n${content}\n${text.slice(end)}`;
}

function sectionOf(result: BenchResult, machine: Machine, on: Date): string {
  const { rows, tables = [], ratios, notes, faults, curves = [], runs } = result;
  const parts = [
    `Measured on ${on.toISOString().slice(0, 10)}, ${runs === 1 ? 'one run' : `medians of ${runs} runs`}. ${described(machine)}`,
    markdownTable(rows),
    ...tables.flatMap((more) => [more.title, markdownTable(more.rows)]),
    [
      ...Object.entries(ratios).map(([name, ratio]) => `- \`${name}\`: ${ratio}`),
      ...notes.map((note) => `- ${note}`),
      ...faults.map((fault) => `- **Wrong**: ${fault}`),
    ].join('\n'),
    ...curves.flatMap((curve) => [
      `![${curve.title}](${imageOf(curve)})`,
      `${curve.title}: ${curve.yLabel}`,
      markdownTable(rowsOf(curve)),
    ]),
  ];
  return `\n${parts.join('\n\n')}\n`;
}

function described({ cpu, cores, memoryGb, node, platform, loadBefore, pinned }: Machine): string {
  const cpus = pinned ? 'servers and clients on cores of their own' : 'every process on every core';
  return `${cpu}, ${cores} cores, ${memoryGb} GB, ${platform}, Node ${node.slice(1)}; ${cpus}; load before the command ${loadBefore}.`;
}

const imageOf = (curve: Curve): string => `images/bench-${curve.name}.svg`;
