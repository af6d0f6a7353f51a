/** When the copy may be sent: the same rule that the gateway enforces. */
import type { RoundSummaryFragment } from '@interview/sdk/operations';

type RoundPart = Pick<RoundSummaryFragment, 'status' | 'interviewMode'> & { consent: { given: boolean } };

export function isAnalysed(round: RoundPart | undefined): boolean {
  return round?.status === 'IN_PROGRESS' && round.interviewMode !== 'HUMAN_ONLY' && round.consent.given;
}

/** Statuses in which a round can be entered. */
export function isOpen(round: Pick<RoundSummaryFragment, 'status'> | undefined): boolean {
  return round !== undefined && !['COMPLETED', 'CANCELLED', 'NO_SHOW'].includes(round.status);
}
