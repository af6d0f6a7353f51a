/** Tables in plain text and Markdown: the first column to the left, figures to the right. */
import type { Curve, Row } from './bench.js';

export function table(rows: readonly Row[]): string {
  const lines = cellsOf(rows);
  const widths = (lines[0] ?? []).map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function markdownTable(rows: readonly Row[]): string {
  const [heading = [], ...body] = cellsOf(rows);
  const rule = heading.map((_, i) => (i === 0 ? '---' : '---:'));
  return [heading, rule, ...body].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

/** A curve's points: a row for each size of the work, a column for each series. */
export function rowsOf({ xLabel, series }: Curve): Row[] {
  const sizes = [...new Set(series.flatMap(({ points }) => points.map(({ x }) => x)))].toSorted((a, b) => a - b);
  return sizes.map((size) => ({
    name: `${size.toLocaleString('en')} ${xLabel}`,
    cells: Object.fromEntries(
      series.map(({ name, points }) => [name, figure(points.find(({ x }) => x === size)?.y)] as const),
    ),
  }));
}

/** Three digits that count. */
const figure = (value: number | undefined): string =>
  value === undefined ? '' : value.toLocaleString('en', { maximumSignificantDigits: 3 });

function cellsOf(rows: readonly Row[]): string[][] {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row.cells)))];
  return [['', ...columns], ...rows.map((row) => [row.name, ...columns.map((c) => row.cells[c] ?? '')])];
}
