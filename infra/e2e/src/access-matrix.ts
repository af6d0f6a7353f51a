/**
 * Who may do what, operation by operation and viewer by viewer, as the product's contract says it: the table that
 * `access.test.ts` turns into one test for each cell and `access-page.ts` into `docs/access.md`. An operation that
 * the graph has and this table has not fails that test, so whoever adds one decides here, first, who may.
 */
import { randomUUID } from 'node:crypto';
import {
  byId,
  EVALUATORS,
  EVALUATORS_CHANGE,
  feed,
  mutation,
  type Operation,
  outcomes,
  PARTICIPANTS,
  PARTICIPANTS_FOLLOW,
  roundField,
  STAFF_CHANGE,
  STAFF_LIST,
  THE_CANDIDATE,
  THE_INTERVIEWER,
  THE_TWO,
} from './access-rows.js';
import { createRoundInput, must, SUBMIT_VERDICT, verdictInput } from './round-fixture.js';

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
