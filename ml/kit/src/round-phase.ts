/** What a round's state means for a worker. */
import { isAnalysed, RoundState } from '@interview/schema/messages';

/**
 * - `analysed`: in progress, with consent.
 * - `ended`: what is still in the streams is read, what is open is closed, then the round is released.
 * - `withdrawn`: no consent (any longer), or no analysis at all: stop at once, drop what is unread.
 */
export type RoundPhase = 'analysed' | 'ended' | 'withdrawn';

export function roundPhase(round: RoundState): RoundPhase {
  if (isAnalysed(round)) return 'analysed';
  const ended = round.status === 'COMPLETED' || round.status === 'CANCELLED';
  const wasAnalysed = round.consentGiven && round.mode !== 'HUMAN_ONLY' && round.startedAtMs !== null;
  return ended && wasAnalysed ? 'ended' : 'withdrawn';
}

/** Parses a state from Redis. @throws SyntaxError or ZodError for what is not one. */
export function parseRoundState(json: string): RoundState {
  return RoundState.parse(JSON.parse(json));
}
