/**
 * Whether the candidate's lips moved, from the mouth opening that `video` saw in each picture. At one or two pictures a
 * second a mouth that speaks is seen at different openings: what counts is how far they spread.
 */
import type { FaceObservation } from '@interview/schema/messages';
import { z } from 'zod';
import type { FraudThresholds } from './thresholds.js';

export const LipsState = z.array(z.object({ atMs: z.number(), open: z.number() }));
export type LipsState = z.infer<typeof LipsState>;

/** `unknown`: too few pictures, or neither clearly still nor clearly moving. */
export interface Lips {
  are: 'still' | 'moving' | 'unknown';
  pictures: number;
  spread: number;
}

/** Takes the opening of the one face in a picture of good quality; of several nobody knows whose voice it would be. */
export function followLips(state: LipsState, seen: FaceObservation, rules: FraudThresholds['lips']): void {
  const [face, ...others] = seen.faces;
  if (seen.quality === 'OK' && face && others.length === 0 && face.mouthOpen !== null) {
    state.push({ atMs: seen.capturedAtMs, open: face.mouthOpen });
  }
  const first = state.findIndex(({ atMs }) => atMs > seen.capturedAtMs - rules.rememberedMs);
  state.splice(0, first < 0 ? state.length : first);
}

export function lipsDuring(state: LipsState, fromMs: number, toMs: number, rules: FraudThresholds['lips']): Lips {
  const seen = state.filter(({ atMs }) => atMs >= fromMs - rules.marginMs && atMs <= toMs + rules.marginMs);
  if (seen.length < rules.pictures) return { are: 'unknown', pictures: seen.length, spread: 0 };
  const openings = seen.map(({ open }) => open);
  const spread = Math.max(...openings) - Math.min(...openings);
  const are = spread <= rules.still ? 'still' : spread >= rules.moving ? 'moving' : 'unknown';
  return { are, pictures: seen.length, spread };
}
