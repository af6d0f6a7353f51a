/** What a row of the access matrix is, and the rows that many operations share. */
import type { MeasuredRound, Place, RoundState } from './round-fixture.js';
import type { Cast, ViewerName } from './viewers.js';

/** What a viewer sees. */
export type Outcome =
  /** An answer without errors; for lists, one that holds the round. */
  | 'yes'
  /** Own company's, but not theirs: null with ACCESS_DENIED. */
  | 'denied'
  /** Null without an error: another company's thing, or a field that is withheld. */
  | 'null'
  /** Another company's thing, in a mutation or a feed: NOT_FOUND. */
  | 'not found'
  /** A list that leaves the round out. */
  | 'unlisted'
  /** HTTP 401 AUTH_REQUIRED; for feeds the socket closes with 4403. */
  | 'refused';

export interface Operation {
  /** `Type.field`, as in the graph. */
  name: string;
  document: string;
  /** Where the answer is: `round.insights`. */
  path: string;
  /**
   * What it is tried on. One for all cells: the round that is measured and in progress, the same after its end
   * (`concluded`), an erasure. The others are rounds made anew for each cell.
   */
  on: 'measured' | 'concluded' | 'erasure' | RoundState;
  variables(round: MeasuredRound | { id: string }, cast: Cast): Record<string, unknown>;
  outcomes: Record<ViewerName, Outcome>;
  /** Makes an event of a feed that tells nothing of what is there already. Repeatable. */
  provoke?(place: Place, round: { id: string }, listener: ViewerName): Promise<unknown>;
}

/** In the order: no token, candidates, interviewers (assigned before another), HR, ADMIN, HR of another company. */
type Cells = [Outcome, Outcome, Outcome, Outcome, Outcome, Outcome, Outcome, Outcome];

export function outcomes(cells: Cells): Record<ViewerName, Outcome> {
  const [none, candidate, candidate2, interviewer, interviewer2, hr, admin, elsewhere] = cells;
  return {
    'no token': none,
    'assigned candidate': candidate,
    'another candidate': candidate2,
    'assigned interviewer': interviewer,
    'another interviewer': interviewer2,
    HR: hr,
    ADMIN: admin,
    'HR of another company': elsewhere,
  };
}

/** What is measured and decided: for the assigned interviewer and staff. */
export const EVALUATORS: Cells = ['refused', 'denied', 'denied', 'yes', 'denied', 'yes', 'yes', 'null'];
/** Everyone whom the round concerns. */
export const PARTICIPANTS: Cells = ['refused', 'yes', 'denied', 'yes', 'denied', 'yes', 'yes', 'null'];
export const EVALUATORS_CHANGE: Cells = ['refused', 'denied', 'denied', 'yes', 'denied', 'yes', 'yes', 'not found'];
export const PARTICIPANTS_FOLLOW: Cells = ['refused', 'yes', 'denied', 'yes', 'denied', 'yes', 'yes', 'not found'];
export const STAFF_CHANGE: Cells = ['refused', 'denied', 'denied', 'denied', 'denied', 'yes', 'yes', 'not found'];
export const THE_TWO: Cells = ['refused', 'yes', 'denied', 'yes', 'denied', 'denied', 'denied', 'not found'];
export const THE_CANDIDATE: Cells = ['refused', 'yes', 'denied', 'denied', 'denied', 'denied', 'denied', 'not found'];
/** What belongs to the company as a whole: each company's staff sees its own, and not this one's. */
export const STAFF_LIST: Cells = ['refused', 'denied', 'denied', 'denied', 'denied', 'yes', 'yes', 'unlisted'];
export const THE_INTERVIEWER: Cells = ['refused', 'denied', 'denied', 'yes', 'denied', 'denied', 'denied', 'not found'];

export const byId = ({ id }: { id: string }) => ({ id });

/** A field of Round, asked through `round(id)`. */
export function roundField(field: string, selection: string, cells: Cells): Operation {
  return {
    name: `Round.${field}`,
    document: `query ($id: ID!) { round(id: $id) { ${field} ${selection} } }`,
    path: `round.${field}`,
    on: 'measured',
    variables: byId,
    outcomes: outcomes(cells),
  };
}

export function mutation(
  call: string,
  given: string,
  selection: string,
  on: RoundState,
  cells: Cells,
  variables: Operation['variables'] = byId,
): Operation {
  const field = call.slice(0, call.indexOf('('));
  return {
    name: `Mutation.${field}`,
    document: `mutation (${given}) { ${call} ${selection} }`,
    path: field,
    on,
    variables,
    outcomes: outcomes(cells),
  };
}

/** A feed that takes `after` is resumed behind the first of two events, any other begins with what is. */
export function feed(
  field: string,
  selection: string,
  cells: Cells,
  cursor?: 'insightCursor' | 'alertCursor' | 'segmentCursor',
): Operation {
  const resumed = cursor !== undefined;
  return {
    name: `Subscription.${field}`,
    document: `subscription ($id: ID!${resumed ? ', $after: String' : ''}) {
      ${field}(roundId: $id${resumed ? ', after: $after' : ''}) ${selection}
    }`,
    path: field,
    on: 'measured',
    variables: (round) => ({
      id: round.id,
      ...(cursor && cursor in round ? { after: (round as MeasuredRound)[cursor] } : {}),
    }),
    outcomes: outcomes(cells),
  };
}
