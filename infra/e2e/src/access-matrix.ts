/**
 * Who may do what, operation by operation and viewer by viewer, as the product's contract says it: the table that
 * `access.test.ts` turns into one test for each cell and `access-page.ts` into `docs/access.md`. An operation that
 * the graph has and this table has not fails that test, so whoever adds one decides here, first, who may.
 */
import { randomUUID } from 'node:crypto';
import {
  createRoundInput,
  type MeasuredRound,
  must,
  type Place,
  type RoundState,
  SUBMIT_VERDICT,
  verdictInput,
} from './round-fixture.js';
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

function outcomes(cells: Cells): Record<ViewerName, Outcome> {
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
const EVALUATORS: Cells = ['refused', 'denied', 'denied', 'yes', 'denied', 'yes', 'yes', 'null'];
/** Everyone whom the round concerns. */
const PARTICIPANTS: Cells = ['refused', 'yes', 'denied', 'yes', 'denied', 'yes', 'yes', 'null'];
const EVALUATORS_CHANGE: Cells = ['refused', 'denied', 'denied', 'yes', 'denied', 'yes', 'yes', 'not found'];
const PARTICIPANTS_FOLLOW: Cells = ['refused', 'yes', 'denied', 'yes', 'denied', 'yes', 'yes', 'not found'];
const STAFF_CHANGE: Cells = ['refused', 'denied', 'denied', 'denied', 'denied', 'yes', 'yes', 'not found'];
const THE_TWO: Cells = ['refused', 'yes', 'denied', 'yes', 'denied', 'denied', 'denied', 'not found'];
const THE_CANDIDATE: Cells = ['refused', 'yes', 'denied', 'denied', 'denied', 'denied', 'denied', 'not found'];
/** What belongs to the company as a whole: each company's staff sees its own, and not this one's. */
const STAFF_LIST: Cells = ['refused', 'denied', 'denied', 'denied', 'denied', 'yes', 'yes', 'unlisted'];
const THE_INTERVIEWER: Cells = ['refused', 'denied', 'denied', 'yes', 'denied', 'denied', 'denied', 'not found'];

const byId = ({ id }: { id: string }) => ({ id });

/** A field of Round, asked through `round(id)`. */
function roundField(field: string, selection: string, cells: Cells): Operation {
  return {
    name: `Round.${field}`,
    document: `query ($id: ID!) { round(id: $id) { ${field} ${selection} } }`,
    path: `round.${field}`,
    on: 'measured',
    variables: byId,
    outcomes: outcomes(cells),
  };
}

function mutation(
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
function feed(
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

export const OPERATIONS: readonly Operation[] = [
  {
    name: 'Query.viewer',
    document: '{ viewer { id role companyId } }',
    path: 'viewer',
    on: 'measured',
    variables: () => ({}),
    outcomes: outcomes(['refused', 'yes', 'yes', 'yes', 'yes', 'yes', 'yes', 'yes']),
  },
  {
    name: 'Query.round',
    document:
      'query ($id: ID!) { round(id: $id) { id status externalCandidateId consent { given } questions { text } } }',
    path: 'round',
    on: 'measured',
    variables: byId,
    outcomes: outcomes(PARTICIPANTS),
  },
  {
    name: 'Query.rounds',
    document: '{ rounds(first: 500) { nodes { id } totalCount } }',
    path: 'rounds',
    on: 'measured',
    variables: () => ({}),
    outcomes: outcomes(['refused', 'yes', 'unlisted', 'yes', 'unlisted', 'yes', 'yes', 'unlisted']),
  },
  {
    name: 'Query.verdict',
    document: 'query ($id: ID!) { verdict(roundId: $id) { decision notes round { status } } }',
    path: 'verdict',
    on: 'measured',
    variables: byId,
    outcomes: outcomes(EVALUATORS),
  },
  {
    name: 'Verdict.privateNotes',
    document: 'query ($id: ID!) { verdict(roundId: $id) { privateNotes } }',
    path: 'verdict.privateNotes',
    on: 'measured',
    variables: byId,
    outcomes: outcomes(['refused', 'denied', 'denied', 'null', 'denied', 'yes', 'yes', 'null']),
  },
  {
    name: 'Query.auditEvents',
    document: 'query ($id: ID!) { auditEvents(roundId: $id) { nodes { id: roundId action detail } totalCount } }',
    path: 'auditEvents',
    on: 'measured',
    variables: byId,
    outcomes: outcomes(STAFF_LIST),
  },
  {
    name: 'Query.verdicts',
    document: '{ verdicts(first: 500) { nodes { decision privateNotes round { id } } totalCount } }',
    path: 'verdicts',
    on: 'measured',
    variables: () => ({}),
    outcomes: outcomes(STAFF_LIST),
  },
  {
    name: 'Query.erasure',
    document: 'query ($id: ID!) { erasure(id: $id) { externalCandidateId pending } }',
    path: 'erasure',
    on: 'erasure',
    variables: byId,
    outcomes: outcomes(['refused', 'denied', 'denied', 'denied', 'denied', 'yes', 'yes', 'null']),
  },
  roundField('meeting', '{ provider id token expiresAt }', PARTICIPANTS),
  roundField('resume', '{ fileName fileUrl sizeBytes }', PARTICIPANTS),
  roundField('insights', '{ nodes { type explanation } totalCount }', EVALUATORS),
  roundField('aggregate', '{ aggregatedAt fraud { alertsCount } }', EVALUATORS),
  roundField('transcript', '{ nodes { text } }', EVALUATORS),
  roundField('analysers', '{ service state }', EVALUATORS),
  roundField('verdict', '{ decision }', EVALUATORS),
  { ...roundField('recommendation', '{ summary insightIds }', EVALUATORS), on: 'concluded' },
  {
    name: 'Resume.keyFacts',
    document: 'query ($id: ID!) { round(id: $id) { resume { keyFacts { skills { name quote } } } } }',
    path: 'round.resume.keyFacts',
    on: 'measured',
    variables: byId,
    outcomes: outcomes(PARTICIPANTS),
  },
  {
    name: 'Resume.parseError',
    document: 'query ($id: ID!) { round(id: $id) { resume { parseError } } }',
    path: 'round.resume.parseError',
    // Its resume is a file without text.
    on: 'concluded',
    variables: byId,
    outcomes: outcomes(PARTICIPANTS),
  },

  {
    name: 'Mutation.createRound',
    document: 'mutation ($input: CreateRoundInput!) { createRound(input: $input) { id } }',
    path: 'createRound',
    on: 'measured',
    variables: (_round, cast) => ({ input: createRoundInput(cast) }),
    // Staff of another company creates a round of that company.
    outcomes: outcomes(['refused', 'denied', 'denied', 'denied', 'denied', 'yes', 'yes', 'yes']),
  },
  mutation(
    'updateRound(id: $id, input: { status: CANCELLED })',
    '$id: ID!',
    '{ status }',
    'SCHEDULED',
    EVALUATORS_CHANGE,
  ),
  {
    ...mutation(
      'updateRound(id: $id, input: { externalInterviewerId: "somebody-else" })',
      '$id: ID!',
      '{ id }',
      'SCHEDULED',
      STAFF_CHANGE,
    ),
    name: 'Mutation.updateRound(externalInterviewerId)',
  },
  mutation('joinRound(id: $id)', '$id: ID!', '{ status }', 'SCHEDULED', THE_TWO),
  mutation('leaveRound(id: $id)', '$id: ID!', '{ status }', 'IN_PROGRESS', THE_TWO),
  mutation(
    'recordConsent(roundId: $id, consent: false)',
    '$id: ID!',
    '{ consent { given } }',
    'IN_PROGRESS',
    THE_CANDIDATE,
  ),
  mutation(
    'markQuestion(roundId: $id, text: "Why?", askedAt: $now)',
    '$id: ID!, $now: DateTime!',
    '{ id }',
    'IN_PROGRESS',
    THE_INTERVIEWER,
    ({ id }) => ({ id, now: new Date().toISOString() }),
  ),
  mutation(
    'reportTabVisibility(roundId: $id, visible: false, timestamp: $now)',
    '$id: ID!, $now: DateTime!',
    '',
    'IN_PROGRESS',
    THE_CANDIDATE,
    ({ id }) => ({ id, now: new Date().toISOString() }),
  ),
  mutation('sendSignal(roundId: $id, payload: { type: "offer" })', '$id: ID!', '', 'IN_PROGRESS', THE_TWO),
  {
    name: 'Mutation.reviewInsight',
    document: 'mutation ($id: ID!) { reviewInsight(id: $id, disposition: CONFIRMED) { id disposition reviewedBy } }',
    path: 'reviewInsight',
    on: 'measured',
    variables: (round) => ({ id: 'insightId' in round ? round.insightId : round.id }),
    outcomes: outcomes(EVALUATORS_CHANGE),
  },
  {
    name: 'Mutation.eraseCandidate',
    document: 'mutation ($candidate: String!) { eraseCandidate(externalCandidateId: $candidate) { id pending } }',
    path: 'eraseCandidate',
    on: 'measured',
    variables: () => ({ candidate: randomUUID() }),
    // Staff of another company erases in that company; that it reaches nobody here is a test of its own.
    outcomes: outcomes(['refused', 'denied', 'denied', 'denied', 'denied', 'yes', 'yes', 'yes']),
  },
  {
    name: 'Mutation.submitVerdict',
    document: SUBMIT_VERDICT,
    path: 'submitVerdict',
    on: 'COMPLETED',
    variables: ({ id }) => ({ input: verdictInput(id) }),
    outcomes: outcomes(EVALUATORS_CHANGE),
  },

  feed('insightAdded', '{ id cursor round { status } }', EVALUATORS_CHANGE, 'insightCursor'),
  feed('fraudAlertRaised', '{ id cursor }', EVALUATORS_CHANGE, 'alertCursor'),
  feed('transcriptUpdated', '{ text cursor }', EVALUATORS_CHANGE, 'segmentCursor'),
  feed('aggregateUpdated', '{ aggregatedAt }', EVALUATORS_CHANGE),
  feed('metricsUpdated', '{ fraudAlertsCount }', EVALUATORS_CHANGE),
  feed('verdictSubmitted', '{ decision }', EVALUATORS_CHANGE),
  feed('roundUpdated', '{ status }', PARTICIPANTS_FOLLOW),
  {
    ...feed('insightUpdated', '{ id disposition round { status } }', EVALUATORS_CHANGE),
    async provoke(place, round) {
      if (!('insightId' in round)) return;
      const review =
        'mutation ($id: ID!, $note: String!) { reviewInsight(id: $id, disposition: CONFIRMED, note: $note) { id } }';
      await must(place, 'HR', review, { id: round.insightId, note: randomUUID() });
    },
  },
  {
    ...feed('signalReceived', '{ from payload }', THE_TWO),
    async provoke(place, { id }, listener) {
      const other = listener === 'assigned candidate' ? 'assigned interviewer' : 'assigned candidate';
      await must(place, other, 'mutation ($id: ID!) { sendSignal(roundId: $id, payload: 1) }', { id });
    },
  },
];

/** Fields of Round with an access of their own, beside that of the round. */
export const GUARDED_ROUND_FIELDS = [
  'meeting',
  'resume',
  'insights',
  'aggregate',
  'transcript',
  'analysers',
  'verdict',
  'recommendation',
] as const;
