/**
 * A curve as an SVG line chart without any dependency. It is read in a page of either colour scheme, so its colours
 * follow the reader's, and each line ends in its name: nobody has to tell colours apart.
 */
import type { Curve } from './bench.js';

const WIDTH = 820;
const HEIGHT = 400;
const PLOT = { left: 72, top: 44, right: 540, bottom: 340 };
const LINE_HEIGHT = 15;

/** Told apart by those who see few colours (Okabe and Ito), the light ones a little darker for white pages. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#b0568f', '#9a7500'];

const STYLE = `
text { font: 12px system-ui, sans-serif; fill: #24292f; }
.title { font-size: 14px; font-weight: 600; }
.grid { stroke: #d0d7de; stroke-width: 1; }
.line { fill: none; stroke-width: 2; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .grid { stroke: #3d444d; }
}`;

export interface Scale {
  /** From a value to a place on the axis. */
  at(value: number): number;
  ticks: number[];
}

/**
 * Logarithmic when the values span more than a factor of 20, else linear from zero.
 * @param values above zero
 */
export function scale(values: readonly number[], from: number, to: number): Scale {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const place = (share: number) => Math.round((from + share * (to - from)) * 10) / 10;
  if (most / least <= 20) {
    const step = niceStep(most / 5);
    const top = Math.ceil(most / step) * step;
    const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, i) => rounded(i * step));
    return { at: (value) => place(value / top), ticks };
  }
  const [low, high] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
  return { at: (value) => place((Math.log10(value) - low) / (high - low)), ticks };
}

export function lineChart({ title, xLabel, yLabel, series }: Curve): string {
  const points = series.flatMap((line) => line.points);
  if (points.length === 0 || points.some(({ x, y }) => !(x > 0 && y > 0))) {
    throw new RangeError(`"${title}" has no points, or one that is not above zero.`);
  }
  const xs = scale(
    points.map(({ x }) => x),
    PLOT.left,
    PLOT.right,
  );
  const ys = scale(
    points.map(({ y }) => y),
    PLOT.bottom,
    PLOT.top,
  );
  const ends = apart(series.map((line) => ys.at(line.points.at(-1)?.y ?? 0)));
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    text(PLOT.left, 20, title, 'class="title"'),
    ...ys.ticks.flatMap((tick) => [
      `<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${ys.at(tick)}" y2="${ys.at(tick)}"/>`,
      text(PLOT.left - 8, ys.at(tick) + 4, short(tick), 'text-anchor="end"'),
    ]),
    ...xs.ticks.flatMap((tick) => [
      `<line class="grid" x1="${xs.at(tick)}" x2="${xs.at(tick)}" y1="${PLOT.top}" y2="${PLOT.bottom}"/>`,
      text(xs.at(tick), PLOT.bottom + 18, short(tick), 'text-anchor="middle"'),
    ]),
    text((PLOT.left + PLOT.right) / 2, PLOT.bottom + 42, xLabel, 'text-anchor="middle"'),
    text(0, 0, yLabel, `text-anchor="middle" transform="translate(18 ${(PLOT.top + PLOT.bottom) / 2}) rotate(-90)"`),
    ...series.flatMap(({ name, points }, i) => {
      const colour = COLOURS[i % COLOURS.length];
      const places = points.map(({ x, y }) => [xs.at(x), ys.at(y)] as const);
      return [
        `<polyline class="line" stroke="${colour}" points="${places.map((p) => p.join(',')).join(' ')}"/>`,
        ...places.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3" fill="${colour}"/>`),
        `<rect x="${PLOT.right + 12}" y="${(ends[i] ?? 0) - 5}" width="10" height="10" fill="${colour}"/>`,
        text(PLOT.right + 28, (ends[i] ?? 0) + 4, name),
      ];
    }),
    '</svg>',
  ].join('\n')}\n`;
}

/** The same places in the same order, moved as little as keeps a line's height between any two. */
export function apart(places: readonly number[], least = LINE_HEIGHT): number[] {
  const order = places.map((place, i) => ({ place, i })).toSorted((a, b) => a.place - b.place);
  const moved = [...places];
  let last = Number.NEGATIVE_INFINITY;
  for (const { place, i } of order) {
    last = Math.max(place, last + least);
    moved[i] = last;
  }
  return moved;
}

function niceStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  return power * ([1, 2, 5].find((factor) => factor * power >= wanted) ?? 10);
}

const rounded = (value: number): number => Number(value.toPrecision(12));
const short = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 6 });
const text = (x: number, y: number, content: string, attributes = ''): string =>
  `<text x="${x}" y="${y}" ${attributes}>${escaped(content)}</text>`;
const escaped = (content: string): string =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
