/**
 * How severe an alert is: one table, so that it can be read, argued about and changed in one place.
 *
 * | alert          | at its onset                            | at its end                          |
 * | -------------- | --------------------------------------- | ----------------------------------- |
 * | TAB_SWITCH     | MEDIUM; HIGH from the third of a round  | HIGH from 30 s, else as its onset   |
 * | MULTIPLE_FACES | HIGH                                    | HIGH                                |
 * | FACE_ABSENT    | MEDIUM                                  | HIGH from 30 s, else as its onset   |
 *
 * CRITICAL is left to what needs a person at once; none of these does by itself.
 */
import type { AlertSeverity } from '@interview/schema/enums';

export type EpisodeType = 'TAB_SWITCH' | 'MULTIPLE_FACES' | 'FACE_ABSENT';

/** A single switch happens by accident, three are a habit. */
const REPEATED = 3;
/** Long enough to look something up. */
const LONG_MS = 30_000;

/** `nth`: which of its type in this round, from 1. */
export function onsetSeverity(type: EpisodeType, nth: number): AlertSeverity {
  if (type === 'MULTIPLE_FACES') return 'HIGH';
  return type === 'TAB_SWITCH' && nth >= REPEATED ? 'HIGH' : 'MEDIUM';
}

export function endSeverity(onset: AlertSeverity, durationMs: number): AlertSeverity {
  return durationMs >= LONG_MS ? 'HIGH' : onset;
}
