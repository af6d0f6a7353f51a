/** The lifecycle of a round: every move there is and who may make it, in one table. */
import type { InterviewMode, RoundStatus } from '@interview/schema/enums';
import type { Relation } from '@interview/subgraph-kit/round-access';

/** JOIN and LEAVE are presence, UPDATE is `updateRound`, TIME is the clock. */
export type Cause = 'JOIN' | 'LEAVE' | 'UPDATE' | 'TIME';
/** Whoever makes a move: somebody with a relation to the round, or the product itself. */
export type Mover = Relation | 'CLOCK';

interface Move {
  from: readonly RoundStatus[];
  to: RoundStatus;
  cause: Cause;
  by: readonly Mover[];
  /** Only in rounds of this mode; comes before a move without one. */
  mode?: InterviewMode;
}

const ALONE = ['WAITING_FOR_CANDIDATE', 'WAITING_FOR_INTERVIEWER'] as const;
const BEFORE_START = ['SCHEDULED', ...ALONE] as const;
const LEADERS = ['INTERVIEWER', 'STAFF'] as const;

const MOVES: readonly Move[] = [
  { from: ['SCHEDULED'], to: 'IN_PROGRESS', cause: 'JOIN', by: ['CANDIDATE'], mode: 'AI_CONDUCTED' },
  { from: ['SCHEDULED'], to: 'WAITING_FOR_INTERVIEWER', cause: 'JOIN', by: ['CANDIDATE'] },
  { from: ['SCHEDULED'], to: 'WAITING_FOR_CANDIDATE', cause: 'JOIN', by: ['INTERVIEWER'] },
  { from: ['WAITING_FOR_CANDIDATE'], to: 'IN_PROGRESS', cause: 'JOIN', by: ['CANDIDATE'] },
  { from: ['WAITING_FOR_INTERVIEWER'], to: 'IN_PROGRESS', cause: 'JOIN', by: ['INTERVIEWER'] },
  { from: ['WAITING_FOR_INTERVIEWER'], to: 'SCHEDULED', cause: 'LEAVE', by: ['CANDIDATE'] },
  { from: ['WAITING_FOR_CANDIDATE'], to: 'SCHEDULED', cause: 'LEAVE', by: ['INTERVIEWER'] },
  { from: BEFORE_START, to: 'IN_PROGRESS', cause: 'UPDATE', by: LEADERS },
  { from: ['IN_PROGRESS'], to: 'COMPLETED', cause: 'UPDATE', by: LEADERS },
  { from: [...BEFORE_START, 'IN_PROGRESS'], to: 'CANCELLED', cause: 'UPDATE', by: LEADERS },
  { from: BEFORE_START, to: 'NO_SHOW', cause: 'TIME', by: ['CLOCK'] },
];

const ENDED: readonly RoundStatus[] = ['COMPLETED', 'CANCELLED', 'NO_SHOW'];
export const hasEnded = (status: RoundStatus) => ENDED.includes(status);

/** The states that `updateRound` may ask for at all. */
export const UPDATE_TARGETS: readonly RoundStatus[] = [
  ...new Set(MOVES.filter((move) => move.cause === 'UPDATE').map((move) => move.to)),
];

/** The states from which the clock alone takes a round on. */
export const WAITING_TO_START: readonly RoundStatus[] = BEFORE_START;

/** Where somebody's joining or leaving takes a round; where the table has no move, it stays as it is. */
export function afterPresence(
  status: RoundStatus,
  mode: InterviewMode,
  cause: 'JOIN' | 'LEAVE',
  mover: Mover,
): RoundStatus {
  const moves = MOVES.filter((m) => m.cause === cause && m.from.includes(status) && m.by.includes(mover));
  const move = moves.find((candidate) => candidate.mode === mode) ?? moves.find((candidate) => !candidate.mode);
  return move?.to ?? status;
}

export const mayBeUpdated = (from: RoundStatus, to: RoundStatus, mover: Mover) =>
  MOVES.some((m) => m.cause === 'UPDATE' && m.from.includes(from) && m.to === to && m.by.includes(mover));
