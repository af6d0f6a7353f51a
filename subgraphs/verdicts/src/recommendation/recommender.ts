/**
 * The port behind `Round.recommendation`: from what was measured to sentences for the person who decides. Rules
 * do it now (rules.recommender.ts); a language model would be another adapter, bound to the same promises.
 */
import type { BasisInsight } from './basis.js';

export interface RecommendationText {
  summary: string;
  strengths: string[];
  concerns: string[];
  /** All insights that some sentence rests on; each is one of the basis. */
  insightIds: string[];
}

export interface Recommender {
  /** Who speaks, with its version, e.g. `verdicts/rules-3`. Another wording or threshold is another version. */
  readonly name: string;
  /**
   * Says what was measured, never what kind of person somebody is, and never what to decide.
   * @param basis of one round, in the order of time
   * @returns null when there is nothing to say
   */
  recommend(basis: readonly BasisInsight[]): Promise<RecommendationText | null>;
}
