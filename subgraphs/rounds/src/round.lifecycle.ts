/**
 * The lifecycle of a round: every move there is, in one table. Who may ask for a move is in `round.access.ts`.
 */
import type { InterviewMode, RoundStatus } from '@interview/schema/enums';

export type Cause =
  | 'CANDIDATE_JOINS'
  | 'INTERVIEWER_JOINS'
  | 'CANDIDATE_LEAVES'
  | 'INTERVIEWER_LEAVES'
  /** `updateRound` by the interviewer, HR or ADMIN. */
  | 'UPDATE';

interface Move {
  from: RoundStatus;
  to: RoundStatus;
  cause: Cause;
  /** Only in rounds of this mode; comes before a move without one. */
  mode?: InterviewMode;
}

const MOVES: readonly Move[] = [
  { from: 'SCHEDULED', to: 'IN_PROGRESS', cause: 'CANDIDATE_JOINS', mode: 'AI_CONDUCTED' },
  { from: 'SCHEDULED', to: 'WAITING_FOR_INTERVIEWER', cause: 'CANDIDATE_JOINS' },
  { from: 'SCHEDULED', to: 'WAITING_FOR_CANDIDATE', cause: 'INTERVIEWER_JOINS' },
  { from: 'WAITING_FOR_CANDIDATE', to: 'IN_PROGRESS', cause: 'CANDIDATE_JOINS' },
  { from: 'WAITING_FOR_INTERVIEWER', to: 'IN_PROGRESS', cause: 'INTERVIEWER_JOINS' },
  { from: 'WAITING_FOR_INTERVIEWER', to: 'SCHEDULED', cause: 'CANDIDATE_LEAVES' },
  { from: 'WAITING_FOR_CANDIDATE', to: 'SCHEDULED', cause: 'INTERVIEWER_LEAVES' },
  { from: 'SCHEDULED', to: 'IN_PROGRESS', cause: 'UPDATE' },
  { from: 'WAITING_FOR_CANDIDATE', to: 'IN_PROGRESS', cause: 'UPDATE' },
  { from: 'WAITING_FOR_INTERVIEWER', to: 'IN_PROGRESS', cause: 'UPDATE' },
  { from: 'IN_PROGRESS', to: 'COMPLETED', cause: 'UPDATE' },
  { from: 'SCHEDULED', to: 'CANCELLED', cause: 'UPDATE' },
  { from: 'WAITING_FOR_CANDIDATE', to: 'CANCELLED', cause: 'UPDATE' },
  { from: 'WAITING_FOR_INTERVIEWER', to: 'CANCELLED', cause: 'UPDATE' },
  { from: 'IN_PROGRESS', to: 'CANCELLED', cause: 'UPDATE' },
];

const ENDED: readonly RoundStatus[] = ['COMPLETED', 'CANCELLED', 'NO_SHOW'];
export const hasEnded = (status: RoundStatus) => ENDED.includes(status);

/** Whether a round may be put to this status by `updateRound` at all. */
export const UPDATE_TARGETS: readonly RoundStatus[] = ['IN_PROGRESS', 'COMPLETED', 'CANCELLED'];

/** Where a join or a leave takes a round; where the table has no move, it stays as it is. */
export function afterPresence(status: RoundStatus, mode: InterviewMode, cause: Exclude<Cause, 'UPDATE'>): RoundStatus {
  const moves = MOVES.filter((move) => move.from === status && move.cause === cause);
  const move = moves.find((candidate) => candidate.mode === mode) ?? moves.find((candidate) => !candidate.mode);
  return move?.to ?? status;
}

export const mayBeUpdated = (from: RoundStatus, to: RoundStatus) =>
  MOVES.some((move) => move.cause === 'UPDATE' && move.from === from && move.to === to);
