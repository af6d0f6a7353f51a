/**
 * Tokens whose signature and claims have been checked, by the text that they came as: a client sends the same one with
 * every request. Only what passed is kept, and nothing outlives what it was checked by: its end, or its keys.
 */
import type { Viewer } from './viewer.js';

/** Enough for everybody in a large company at a time; a few MB. */
const KEPT = 10_000;

export interface KeySource {
  /** Changes whenever the keys may have. Undefined while they are not certain, so that nothing is kept. */
  generation(): number | undefined;
}

interface Verified {
  viewer: Viewer;
  generation: number;
}

export interface VerifiedTokens {
  /** @returns undefined for one that has to be checked */
  get(token: string): Viewer | undefined;
  /** @param generation of the keys as it was before the check began */
  keep(token: string, viewer: Viewer, generation: number | undefined): void;
}

/** @param isOver whether a token of this end (epoch seconds) would be refused by now */
export function createVerifiedTokens(keys: KeySource, isOver: (expiresAt: number) => boolean): VerifiedTokens {
  const kept = new Map<string, Verified>();
  return {
    get(token) {
      const verified = kept.get(token);
      if (!verified) return undefined;
      if (verified.generation === keys.generation() && !isOver(verified.viewer.expiresAt)) return verified.viewer;
      kept.delete(token);
      return undefined;
    },
    keep(token, viewer, generation) {
      if (generation === undefined) return;
      const [oldest] = kept.keys();
      if (kept.size === KEPT && oldest !== undefined) kept.delete(oldest);
      kept.set(token, { viewer, generation });
    },
  };
}
