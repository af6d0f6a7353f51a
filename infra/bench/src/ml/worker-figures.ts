/** What the workers count about themselves, read from their `/metrics`. */
import type { OwnStack } from '../stack.js';

/** Sum of a counter's series whose labels hold all of `labels` (`stream="video"`); 0 where there is none. */
export function sumOf(metrics: string, name: string, labels: readonly string[] = []): number {
  return metrics
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => labels.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** The bucket in which the median of a histogram lies, as its upper bound; undefined where there is no such histogram. */
export function medianBucket(metrics: string, name: string, labels: readonly string[] = []): number | undefined {
  const counts = new Map<number, number>();
  for (const line of metrics.split('\n')) {
    const bound = line.startsWith(`${name}_bucket{`) ? /le="([^"]+)"/.exec(line)?.[1] : undefined;
    if (bound === undefined || !labels.every((label) => line.includes(label))) continue;
    const upTo = bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound);
    counts.set(upTo, (counts.get(upTo) ?? 0) + Number(line.slice(line.lastIndexOf(' ') + 1)));
  }
  const total = Math.max(0, ...counts.values());
  if (total === 0) return undefined;
  return [...counts].sort(([a], [b]) => a - b).find(([, count]) => count >= total / 2)?.[0];
}

export async function metricsOf(stack: OwnStack, service: string): Promise<string> {
  const answer = await fetch(`${stack.urls[service]}/metrics`);
  if (!answer.ok) throw new Error(`The metrics of ${service} answered ${answer.status}.`);
  return answer.text();
}
