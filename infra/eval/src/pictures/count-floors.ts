/**
 * The floor under the counting of faces. It stands under absences and under second faces each; where one of the two does not
 * reach it, it stands under both together, which is what the product promises, and that is said.
 */
import type { Floor } from '../part.js';
import { f1Floor, shareText } from '../score-rows.js';
import type { Scores } from '../scoring/scores.js';

const LEAST_F1 = 0.95;

/** @param pooled over both types, added up for each sequence */
export function countFloors(
  byType: readonly { type: string; scores: Scores }[],
  pooled: Scores,
): { floors: Floor[]; notes: string[] } {
  const each = byType.map(({ type, scores }) => f1Floor(type, LEAST_F1, scores));
  if (each.every(({ state }) => state === 'met')) return { floors: each, notes: [] };
  const floor = f1Floor('faces (count, absence), pooled', LEAST_F1, pooled);
  const apart = byType.map(({ type, scores }) => `${type} ${shareText(scores.f1)}`).join(', ');
  const below = each.flatMap(({ name, state }) => (state === 'met' ? [] : [name])).join(' and ');
  // A type without events must not hide behind the other.
  const blind = floor.state === 'met' && each.some(({ state }) => state === 'not measured');
  return {
    floors: [{ ...floor, measured: `${floor.measured}; ${apart}`, state: blind ? 'not measured' : floor.state }],
    notes: [
      `By itself ${below} does not reach F1 ${LEAST_F1}: the floor stands under both types together and says nothing of each.`,
    ],
  };
}
