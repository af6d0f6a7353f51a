/** What was told of a page's visibility against what happened: every START and END once, at its very millisecond. */
import type { Finding } from '@interview/ml-kit/analyser';
import { BEGIN_MS } from '../rounds.js';
import type { Hidden } from './tab-histories.js';

/** What `fraud` told, a line for each insight; whatever is no switch stands among them as something that is wrong. */
export const outlineOf = (findings: readonly Finding[]): string[] =>
  findings.map((finding) => {
    if (finding.kind !== 'insight' || finding.type !== 'TAB_SWITCH') return `other ${finding.kind}`;
    const atMs = finding.atMs - BEGIN_MS;
    return finding.value.phase === 'START' ? `START ${atMs}` : `END ${atMs} ${finding.value.durationMs}`;
  });

/** What must be told: a page that stays hidden is so until the round ends. */
const wantedOf = ({ fromMs, toMs }: Hidden, endedMs: number): [string, string] => {
  const endMs = toMs ?? endedMs;
  return [`START ${fromMs}`, `END ${endMs} ${endMs - fromMs}`];
};

/** A switch is found when both of its insights are told; what is told beyond that, a second time too, is a false alarm. */
export function judgeSwitches(
  hidden: readonly Hidden[],
  endedMs: number,
  told: readonly string[],
): { hits: number; falseAlarms: number; exact: boolean } {
  const left = [...told];
  const take = (line: string): boolean => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  };
  const wanted = hidden.map((one) => wantedOf(one, endedMs));
  const hits = wanted.map((lines) => lines.map(take)).filter((taken) => taken.every(Boolean)).length;
  return { hits, falseAlarms: left.length, exact: hits === hidden.length && left.length === 0 };
}
