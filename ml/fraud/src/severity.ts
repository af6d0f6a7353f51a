/**
 * How severe an alert is: one table, so that it can be read, argued about and changed in one place.
 *
 * | alert            | at its onset                            | at its end                          |
 * | ---------------- | --------------------------------------- | ----------------------------------- |
 * | TAB_SWITCH       | MEDIUM; HIGH from the third of a round  | HIGH from 30 s, else as its onset   |
 * | MULTIPLE_FACES   | HIGH                                    | HIGH                                |
 * | FACE_ABSENT      | MEDIUM                                  | HIGH from 30 s, else as its onset   |
 * | FACE_SWITCH      | HIGH                                    | has no end                          |
 * | BACKGROUND_VOICE | LOW; MEDIUM from a score of 0.85        | as its onset                        |
 *
 * CRITICAL is left to what needs a person at once; none of these does by itself.
 */
import type { AlertSeverity } from '@interview/schema/enums';
import type { FraudThresholds } from './thresholds.js';

export type EpisodeType = 'TAB_SWITCH' | 'MULTIPLE_FACES' | 'FACE_ABSENT';

/** Another person in the candidate's place; told after three pictures whose distance one person hardly reaches. */
export const FACE_SWITCH_SEVERITY: AlertSeverity = 'HIGH';

/** `nth`: which of its type in this round, from 1. */
export function onsetSeverity(type: EpisodeType, nth: number, rules: FraudThresholds['severity']): AlertSeverity {
  if (type === 'MULTIPLE_FACES') return 'HIGH';
  return type === 'TAB_SWITCH' && nth >= rules.repeatedSwitches ? 'HIGH' : 'MEDIUM';
}

export function endSeverity(
  onset: AlertSeverity,
  durationMs: number,
  rules: FraudThresholds['severity'],
): AlertSeverity {
  return durationMs >= rules.longMs ? 'HIGH' : onset;
}

/** Never above MEDIUM: what tells voices apart here errs often. */
export function backgroundVoiceSeverity(score: number, rules: FraudThresholds['voice']): AlertSeverity {
  return score >= rules.mediumScore ? 'MEDIUM' : 'LOW';
}
