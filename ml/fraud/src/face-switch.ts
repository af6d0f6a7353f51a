/**
 * Whether another face took the place of the one that the round's comparison began with, from the distances that
 * `video` measured. Told once for each switch; the first face has to be confirmed again before the next is told.
 */
import type { InsightFinding } from '@interview/ml-kit/analyser';
import type { FaceObservation } from '@interview/schema/messages';
import { z } from 'zod';
import { FACE_SWITCH_SEVERITY } from './severity.js';
import type { FraudThresholds } from './thresholds.js';

export const FaceSwitchState = z.object({
  /** Which reference the distances are from; null before the first compared picture. */
  reference: z.int().nullable(),
  present: z.enum(['same', 'other']),
  /** Compared pictures in a row that speak for the other of the two. */
  run: z.array(z.object({ atMs: z.number(), distance: z.number() })),
  lastMs: z.number(),
});
export type FaceSwitchState = z.infer<typeof FaceSwitchState>;

export const initialFaceSwitchState = (): FaceSwitchState => ({ reference: null, present: 'same', run: [], lastMs: 0 });

/** Handles one picture's observation. Changes `state`. */
export function handleIdentity(
  state: FaceSwitchState,
  entryId: string,
  { capturedAtMs, quality, identity }: FaceObservation,
  rules: FraudThresholds['faceSwitch'],
): InsightFinding[] {
  // Not compared, or not worth comparing: speaks neither for a switch nor against one.
  if (quality !== 'OK' || identity === null) return [];
  if (identity.reference !== state.reference) {
    // Whoever sat there when the reference was made is the one to compare with from now on.
    Object.assign(state, { ...initialFaceSwitchState(), reference: identity.reference });
  } else if (capturedAtMs - state.lastMs > rules.holeMs) state.run = [];
  state.lastMs = capturedAtMs;
  const seen = identity.distance > rules.distance ? 'other' : 'same';
  if (seen === state.present) {
    state.run = [];
    return [];
  }
  state.run.push({ atMs: capturedAtMs, distance: identity.distance });
  if (state.run.length < rules.pictures) return [];
  const finding = seen === 'other' ? [told(state.run, entryId, capturedAtMs, rules)] : [];
  state.present = seen;
  state.run = [];
  return finding;
}

/** Forgets a row that rests on times: the clock was set anew. */
export function restartRun(state: FaceSwitchState, atMs: number): void {
  state.run = [];
  state.lastMs = atMs;
}

function told(
  run: FaceSwitchState['run'],
  entryId: string,
  capturedAtMs: number,
  { distance: threshold, pictures }: FraudThresholds['faceSwitch'],
): InsightFinding {
  const distance = medianOf(run.map((picture) => picture.distance));
  const frames = run.length;
  return {
    kind: 'insight',
    key: `FACE_SWITCH:${entryId}`,
    type: 'FACE_SWITCH',
    severity: FACE_SWITCH_SEVERITY,
    value: { distance, threshold, frames },
    explanation:
      `The face differs from the one that the comparison began with: median distance ${distance.toFixed(2)} ` +
      `in ${frames} pictures in a row (threshold: ${threshold.toFixed(2)} in each of ${pictures}).`,
    atMs: run[0]?.atMs ?? capturedAtMs,
    capturedAtMs,
  };
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
